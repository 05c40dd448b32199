using System.Globalization;

namespace Fovea;

/// <summary>
/// Keeps a backup of a training in a file. If the process is killed and the same program runs again, training resumes from the backup and produces
/// bit-identical weights to those of an uninterrupted training; <c>keras.callbacks.BackupAndRestore</c>. The file has the weights, the optimizer's state, the
/// position in the order of samples, the history, and the state of other callbacks (<see cref="Callback.SaveState"/>). It is written whole or not at all. It
/// is deleted when training ends or is stopped, and kept if training is cancelled or fails.
/// </summary>
/// <remarks>
/// The program must be the same: model, data, batch size, epochs and callbacks. A stream must give the same samples again; those that were trained on are
/// read and left out. Of several processes (<see cref="DataParallel"/>) the first writes and reads the file. The number of processes may be another when the
/// training resumes; the number of shards may not. If backups are made within epochs, the training metrics of the interrupted
/// epoch are exact if they override <see cref="Metric.SaveState"/>; others count only the batches after the interruption.
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="everyBatches">The number of batches after which a further backup is made within an epoch; 0 for backups at the end of epochs only.</param>
/// <param name="deleteCheckpoint">Whether the file is deleted when training ends.</param>
public sealed class BackupAndRestore(string path, int everyBatches = 0, bool deleteCheckpoint = true) : Callback
{
    private TrainingState? state;

    /// <summary>The file.</summary>
    public string FilePath { get; } = path.NotEmpty(nameof(BackupAndRestore), nameof(path), "the path of a file");

    /// <summary>The number of batches after which a further backup is made within an epoch; 0 for backups at the end of epochs only.</summary>
    public int EveryBatches { get; } = everyBatches.AtLeast(0, nameof(BackupAndRestore), nameof(everyBatches));

    /// <summary>Fails now if a backup could not be written. A missing folder is created.</summary>
    /// <exception cref="IOException">The folder cannot be created, the file's name is too long, or the disk is too full.</exception>
    public override void OnTrainingBegin(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (!progress.IsFirstProcess) return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(FilePath))!);
        AtomicFile.RequireWritable(FilePath, progress.Model.StateBytes);
    }

    internal override bool ActsOnBatches => false;

    internal override string Description => string.Create(
        CultureInfo.InvariantCulture, $"BackupAndRestore{(EveryBatches > 0 ? $" every {EveryBatches} batches" : "")}");

    internal override bool IsLast => true;  // a backup holds the states of the other callbacks

    /// <summary>Restores the training of the backup, if there is one.</summary>
    /// <exception cref="ModelFormatException">The file is damaged or belongs to another training.</exception>
    internal override void Attach(TrainingState training)
    {
        state = training;
        state.Restore(FilePath);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnBatchEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (EveryBatches > 0 && progress.Batch % EveryBatches == 0 && progress.Batch != progress.Batches) state!.Write(FilePath);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnEpochEnd(TrainingProgress progress) => state!.Write(FilePath);

    /// <inheritdoc/>
    public override void OnTrainingEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        state = null;
        if (deleteCheckpoint && progress is { Failure: null, IsFirstProcess: true }) File.Delete(FilePath);
    }
}
