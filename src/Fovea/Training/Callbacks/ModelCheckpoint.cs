using System.Globalization;

namespace Fovea;

/// <summary>
/// Saves the model after each epoch in which a watched value was better than ever before, so that in the end the file has the best
/// epoch's model, also when training is stopped or the process is killed; <c>keras.callbacks.ModelCheckpoint</c>. With
/// <see cref="SaveBestOnly"/> off it saves each epoch's model, and with <see cref="EveryBatches"/> one after some batches.
/// Losses are best where they are least, metrics as they say themselves (<see cref="Metric.Direction"/>). A value that is not a number never counts.
/// </summary>
public sealed class ModelCheckpoint : Callback
{
    private readonly MonitoredValue monitored;
    private bool isWatching;

    /// <summary>Prepares to save; nothing is written yet.</summary>
    /// <param name="path">
    /// The file, written whole or not at all; an older one is replaced, and a folder that is missing is made. <c>{epoch}</c>, <c>{batch}</c> and names of
    /// <see cref="History"/> are replaced by their values, in .NET's formats: <c>model-{epoch:00}-{val_loss:F2}.keras</c>.
    /// </param>
    /// <param name="monitor">The name in <see cref="History"/> to watch: <c>val_loss</c>, <c>val_accuracy</c>, <c>loss</c>, …</param>
    /// <param name="mode">Which values are better.</param>
    public ModelCheckpoint(string path, string monitor = "val_loss", MonitorMode mode = MonitorMode.Auto)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FilePath = path;
        monitored = new MonitoredValue(this, monitor, mode);
    }

    /// <summary>The file that is written.</summary>
    public string FilePath { get; }

    /// <summary>The name in <see cref="History"/> of the value that is watched.</summary>
    public string Monitor => monitored.Name;

    /// <summary>
    /// The value that an epoch must better before anything is saved: that of a model that is in the file already; Keras'
    /// <c>initial_value_threshold</c>. Every first epoch is better where it is left out.
    /// </summary>
    public double InitialValueThreshold { init => monitored.Best = value; }

    /// <summary>Whether only better epochs are saved; else every one is.</summary>
    public bool SaveBestOnly { get; init; } = true;

    /// <summary>
    /// After how many batches of an epoch the model is saved, whatever was measured, instead of at its end; 0 for epochs. Keras' <c>save_freq</c>.
    /// </summary>
    public int EveryBatches
    {
        get;
        init => field = value.AtLeast(0, nameof(ModelCheckpoint), nameof(EveryBatches));
    }

    /// <summary>The model that is saved; the one that is trained where it is left out. A model that shares its layers, for instance.</summary>
    public Model? Saved { get; init; }

    /// <summary>The epoch of the model in the file, counted from 1 in the present training; 0 before one was saved.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>
    /// The watched value of the best model so far; before one was saved <see cref="InitialValueThreshold"/> or infinite, and not a number before a training
    /// told which
    /// values are better.
    /// </summary>
    public double BestValue => monitored.Best;

    /// <summary>Looks whether the model can be saved when its time comes: the place, its disk, the names in the path, the layers.</summary>
    /// <exception cref="TrainingException">The value is not measured, nobody knows which values of it are better, or the path names one that is not
    /// measured.</exception>
    /// <exception cref="IOException">The folder cannot be made, the file's name is too long, or the disk is too full.</exception>
    /// <exception cref="NotSupportedException">The format has no place for something in the model.</exception>
    public override void OnTrainingBegin(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        isWatching = EveryBatches == 0 && (SaveBestOnly || progress.Measured.DirectionOf(Monitor) is MonitorMode.Min or MonitorMode.Max);
        if (isWatching) monitored.Begin(progress);
        var saved = Saved ?? progress.Model;
        var path = PathFor(name => name is "epoch" or "batch" || progress.Measured.DirectionOf(name) is not null
            ? 0
            : throw new TrainingException(
                $"ModelCheckpoint: expected epoch, batch{string.Concat(progress.Measured.Names.Select(measured => $", {measured}"))} in the path; received "
                + $"'{name}'."));
        saved.RequireSavable(path);

        // A folder whose name is filled in is made when its time comes.
        var folder = Path.GetDirectoryName(Path.GetFullPath(FilePath))!;
        while (folder.Contains('{', StringComparison.Ordinal)) folder = Path.GetDirectoryName(folder)!;
        Directory.CreateDirectory(folder);
        AtomicFile.RequireWritable(Path.Combine(folder, Path.GetFileName(path)), saved.StateBytes);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnBatchEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (EveryBatches > 0 && progress.Batch % EveryBatches == 0) Save(progress);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnEpochEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (EveryBatches > 0) return;
        var isBetter = isWatching && monitored.Improves(progress.History);
        if (isBetter) BestEpoch = progress.Epoch;
        if (isBetter || !SaveBestOnly) Save(progress);
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(monitored.Best);
        writer.Write(BestEpoch);
    }

    /// <inheritdoc/>
    public override void RestoreState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (monitored.Best, BestEpoch) = (reader.ReadDouble(), reader.ReadInt32());
    }

    private void Save(TrainingProgress progress)
    {
        var path = PathFor(name => ValueOf(name, progress));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        (Saved ?? progress.Model).Save(path);
    }

    /// <summary>The path with its names replaced.</summary>
    private string PathFor(Func<string, double> valueOf)
    {
        var path = FilePath;
        for (var start = path.IndexOf('{', StringComparison.Ordinal); start >= 0; start = path.IndexOf('{', start))
        {
            var end = path.IndexOf('}', start);
            if (end < 0) break;
            var (name, format) = path[(start + 1)..end].Split(':', 2) is [var left, var right] ? (left, right) : (path[(start + 1)..end], null);
            var value = valueOf(name).ToString(format, CultureInfo.InvariantCulture);
            (path, start) = ($"{path[..start]}{value}{path[(end + 1)..]}", start + value.Length);
        }

        return path;
    }

    private static double ValueOf(string name, TrainingProgress progress) => name switch
    {
        "epoch" => progress.Epoch,
        "batch" => progress.Batch,
        _ when progress.History.Names.Contains(name) => progress.History[name][^1],
        _ => throw new TrainingException(
            $"ModelCheckpoint: '{name}' in the path is measured at the end of an epoch; with {nameof(EveryBatches)} expected epoch or batch."),
    };
}
