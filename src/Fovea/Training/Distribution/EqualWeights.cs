using System.Globalization;

namespace Fovea;

/// <summary>Compares the weights of all processes: they must be bit-identical at all times.</summary>
internal static class EqualWeights
{
    /// <summary>Compares the weights after an epoch of a training.</summary>
    /// <inheritdoc cref="Require(Model, DataParallel, int)"/>
    public static void Require(TrainingProgress progress)
    {
        if (progress.Distribution is { Processes.Size: > 1 } distribution) Require(progress.Model, distribution, progress.Epoch);
    }

    /// <summary>Compares the weights after an epoch.</summary>
    /// <exception cref="TrainingException">Those of a process differ from those of process 0. It is thrown in all processes.</exception>
    public static void Require(Model model, DataParallel distribution, int epoch)
    {
        var processes = distribution.Processes;
        var own = ContentHash.Of(model.Weights.Select(weight => weight.Variable));
        var all = Array.ConvertAll(new Agreement(processes).Gather(BitConverter.GetBytes(own)), bytes => BitConverter.ToUInt64(bytes));
        var different = Array.FindIndex(all, hash => hash != all[0]);
        if (different < 0) return;
        throw new TrainingException(string.Create(
            CultureInfo.InvariantCulture,
            $"DataParallel: the weights of process {different} of {processes.Size} differ from those of process 0 after epoch {epoch} (hashes "
                + $"{ContentHash.Print(all[different])} and {ContentHash.Print(all[0])}); a callback has changed the model or the learning rate in one "
                + $"process alone, or a machine computes wrongly."));
    }
}
