namespace Fovea;

/// <summary>
/// Saves the model after each epoch in which a watched value was better than ever before, so that in the end the file has the best
/// epoch's model, also when training is stopped or the process is killed; <c>keras.callbacks.ModelCheckpoint(save_best_only=True)</c>.
/// A value whose name contains "loss" is best where it is least, any other where it is greatest. One that is not a number never counts.
/// </summary>
public sealed class ModelCheckpoint : Callback
{
    private readonly bool isLeastBest;

    /// <summary>Prepares to save; nothing is written yet.</summary>
    /// <param name="path">The <c>.keras</c> file, written whole or not at all; an older one is replaced at the first epoch's end.</param>
    /// <param name="monitor">The name in <see cref="History"/> to watch: <c>val_loss</c>, <c>val_accuracy</c>, <c>loss</c>, …</param>
    public ModelCheckpoint(string path, string monitor = "val_loss")
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(monitor);
        FilePath = path;
        Monitor = monitor;
        isLeastBest = monitor.Contains("loss", StringComparison.Ordinal);
        BestValue = isLeastBest ? double.PositiveInfinity : double.NegativeInfinity;
    }

    /// <summary>The file that is written.</summary>
    public string FilePath { get; }

    /// <summary>The name in <see cref="History"/> of the value that is watched.</summary>
    public string Monitor { get; }

    /// <summary>The epoch of the model in the file, counted from 1 in the present training; 0 before one was saved.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The watched value of the model in the file; infinite before one was saved.</summary>
    public double BestValue { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="TrainingException">The value is not measured.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnEpochEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var history = progress.History;
        if (!history.Names.Contains(Monitor))
            throw new TrainingException(
                $"ModelCheckpoint: expected to watch one of {string.Join(", ", history.Names)}; received '{Monitor}'.{(Monitor.StartsWith("val_", StringComparison.Ordinal) ? " Give Fit validation data." : "")}");
        var value = history[Monitor][^1];
        if (!(isLeastBest ? value < BestValue : value > BestValue)) return;
        progress.Model.Save(FilePath);
        (BestEpoch, BestValue) = (progress.Epoch, value);
    }
}
