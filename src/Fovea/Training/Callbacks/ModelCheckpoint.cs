using System.Globalization;

namespace Fovea;

/// <summary>
/// Saves the model after each epoch in which a watched value was better than in all epochs before. In the end the file has the model of the best epoch, also
/// if training is stopped or the process is killed; <c>keras.callbacks.ModelCheckpoint</c>. With <see cref="SaveBestOnly"/> off, it saves the model of every
/// epoch; with <see cref="EveryBatches"/>, it saves within epochs. Lower losses are better; for metrics see <see cref="Metric.Direction"/>. NaN never counts
/// as better. Of several processes the first writes the file; <see cref="DataParallel.OpenRead"/> gives it to all.
/// </summary>
public sealed class ModelCheckpoint : Callback
{
    private readonly MonitoredValue monitored;
    private bool isWatching;

    /// <summary>Creates the callback; nothing is written yet.</summary>
    /// <param name="path">
    /// The file. It is written whole or not at all, replaces an older one, and its folder is created if it is missing. <c>{epoch}</c>, <c>{batch}</c> and
    /// names of <see cref="History"/> are replaced by their values, in .NET's formats: <c>model-{epoch:00}-{val_loss:F2}.keras</c>.
    /// </param>
    /// <param name="monitor">The name in <see cref="History"/> to watch: <c>val_loss</c>, <c>val_accuracy</c>, <c>loss</c>, …</param>
    /// <param name="mode">Whether higher or lower values are better.</param>
    public ModelCheckpoint(string path, string monitor = "val_loss", MonitorMode mode = MonitorMode.Auto)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FilePath = path;
        monitored = new MonitoredValue(this, monitor, mode);
    }

    /// <summary>The file that is written.</summary>
    public string FilePath { get; }

    /// <summary>The name in <see cref="History"/> of the watched value.</summary>
    public string Monitor => monitored.Name;

    /// <summary>
    /// The value that an epoch must improve on before anything is saved, such as that of the model that the file already has; Keras'
    /// <c>initial_value_threshold</c>. If it is not set, the first epoch is saved.
    /// </summary>
    public double InitialValueThreshold { init => monitored.Best = value; }

    /// <summary>Whether only better epochs are saved, or every epoch.</summary>
    public bool SaveBestOnly { get; init; } = true;

    /// <summary>
    /// The number of batches after which the model is saved within an epoch, whatever was measured, instead of at its end; 0 for the end of epochs. Keras'
    /// <c>save_freq</c>.
    /// </summary>
    public int EveryBatches
    {
        get;
        init => field = value.AtLeast(0, nameof(ModelCheckpoint), nameof(EveryBatches));
    }

    /// <summary>The model to save, such as one that shares layers with the trained model; null for the trained model itself.</summary>
    public Model? Saved { get; init; }

    /// <summary>The epoch of the model in the file, from 1; 0 before one was saved in this training.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>
    /// The watched value of the best model so far. Before one was saved it is <see cref="InitialValueThreshold"/> or infinite; before training has begun, NaN.
    /// </summary>
    public double BestValue => monitored.Best;

    internal override bool ActsOnBatches => EveryBatches > 0;

    /// <summary>Fails now if the model could not be saved: because of the folder, the disk, the names in the path, or a layer.</summary>
    /// <exception cref="TrainingException">The value is not measured, it is not known which values of it are better, or the path names one that is not
    /// measured.</exception>
    /// <exception cref="IOException">The folder cannot be created, the file's name is too long, or the disk is too full.</exception>
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
        if (!progress.IsFirstProcess) return;

        // A folder with names of values in its name is created when the model is saved.
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
        var isBetter = isWatching && monitored.Improves(progress);
        if (isBetter) BestEpoch = progress.Epoch;
        if (isBetter || !SaveBestOnly) Save(progress);
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        monitored.SaveState(writer);
        writer.Write(BestEpoch);
    }

    /// <inheritdoc/>
    public override void RestoreState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        monitored.RestoreState(reader);
        BestEpoch = reader.ReadInt32();
    }

    private void Save(TrainingProgress progress)
    {
        if (!progress.IsFirstProcess) return;
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
