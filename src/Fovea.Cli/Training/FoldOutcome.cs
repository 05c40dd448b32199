using System.Globalization;

namespace Fovea.Cli;

/// <summary>The result of the training of a fold.</summary>
/// <param name="Fold">The number of the fold, from 0.</param>
/// <param name="Model">The trained model.</param>
/// <param name="History">The values of each epoch.</param>
/// <param name="KeptEpoch">The epoch of the model, from 1; null if it is that of the last.</param>
/// <param name="StoppedAfter">The epoch after which the training was ended to keep to <c>--time</c>; null if it was not.</param>
internal sealed record FoldOutcome(int Fold, Model Model, History History, int? KeptEpoch, int? StoppedAfter)
{
    /// <summary>Fails before the training if the processes could not exchange the models, since an exchange has at most 2 GiB.</summary>
    /// <param name="model">One of the models.</param>
    /// <param name="folds">The number of models.</param>
    /// <exception cref="CommandException">The models are too large.</exception>
    public static void RequireExchangeable(Model model, int folds)
    {
        const long Allowed = 2_000_000_000;
        if (!Job.IsShared || sizeof(float) * model.Parameters * folds <= Allowed) return;
        throw new CommandException(string.Create(
            CultureInfo.InvariantCulture,
            $"--folds: expected models of at most {Allowed / folds / sizeof(float):N0} parameters for {folds} folds in several processes, which exchange them; "
                + $"'{model.Name}' has {model.Parameters:N0}. Start one process."));
    }

    /// <summary>The outcomes of all processes in the order of the folds, in every process.</summary>
    public static IReadOnlyList<FoldOutcome> Gather(IReadOnlyList<FoldOutcome> own)
    {
        if (!Job.IsShared) return own;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var outcome in own) outcome.Write(writer);
        writer.Flush();
        var all = new List<FoldOutcome>();
        foreach (var bytes in Job.Gather(stream.ToArray()))
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            while (reader.BaseStream.Position < bytes.Length) all.Add(Read(reader));
        }

        return [.. all.OrderBy(outcome => outcome.Fold)];
    }

    private void Write(BinaryWriter writer)
    {
        using var model = new MemoryStream();
        Model.Save(model, leaveOpen: true);
        writer.Write(Fold);
        writer.Write(KeptEpoch ?? 0);
        writer.Write(StoppedAfter ?? 0);
        foreach (var part in (byte[][])[History.ToBytes(), model.ToArray()])
        {
            writer.Write(part.Length);
            writer.Write(part);
        }
    }

    private static FoldOutcome Read(BinaryReader reader)
    {
        var (fold, kept, stopped) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        var history = History.FromBytes(reader.ReadBytes(reader.ReadInt32()));
        var model = Model.Load(new MemoryStream(reader.ReadBytes(reader.ReadInt32())));
        return new FoldOutcome(fold, model, history, kept > 0 ? kept : null, stopped > 0 ? stopped : null);
    }
}
