namespace Fovea;

/// <summary>
/// Keeps a backup of a training, so that a process that was killed and runs the same program again goes on where it stood and ends with
/// the same weights to the last bit as if it had not been interrupted; <c>keras.callbacks.BackupAndRestore</c>. Weights, the optimizer's
/// state, the place in the order of samples, the history and what other callbacks remember (<see cref="Callback.SaveState"/>) are in one file, which
/// is written whole or not at all. It is deleted when training ends by itself or is stopped, and stays where it was cancelled or failed.
/// </summary>
/// <remarks>
/// The program must be the same: model, data, batch size, epochs and callbacks. Where backups are made within epochs, training metrics of the epoch
/// that was interrupted are exact if they override <see cref="Metric.SaveState"/>; others count only what came after.
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="everyBatches">After how many batches a backup is made, besides at the end of each epoch; 0 for epochs alone.</param>
/// <param name="deleteCheckpoint">Whether the file is deleted when training ends.</param>
public sealed class BackupAndRestore(string path, int everyBatches = 0, bool deleteCheckpoint = true) : Callback
{
    private TrainingState? state;

    /// <summary>The file.</summary>
    public string FilePath { get; } = path.NotEmpty(nameof(BackupAndRestore), nameof(path), "the path of a file");

    /// <summary>After how many batches a backup is made, besides at the end of each epoch; 0 for epochs alone.</summary>
    public int EveryBatches { get; } = everyBatches.AtLeast(0, nameof(BackupAndRestore), nameof(everyBatches));

    /// <summary>Looks whether a backup can be written when its time comes; a folder that is missing is made.</summary>
    /// <exception cref="IOException">The folder cannot be made, the file's name is too long, or the disk is too full.</exception>
    public override void OnTrainingBegin(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(FilePath))!);
        AtomicFile.RequireWritable(FilePath, progress.Model.StateBytes);
    }

    internal override bool IsLast => true;  // a backup holds the states of the other callbacks

    /// <summary>Restores the training of the backup, if there is one.</summary>
    /// <exception cref="ModelFormatException">The file is damaged or belongs to another training.</exception>
    internal override void Attach(TrainingState training)
    {
        state = training;
        if (File.Exists(FilePath)) state.Read(FilePath);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnBatchEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (EveryBatches > 0 && progress.Batch % EveryBatches == 0 && progress.Batch < progress.Batches) state!.Write(FilePath);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnEpochEnd(TrainingProgress progress) => state!.Write(FilePath);

    /// <inheritdoc/>
    public override void OnTrainingEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        state = null;
        if (deleteCheckpoint && progress.Failure is null) File.Delete(FilePath);
    }
}
