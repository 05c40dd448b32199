namespace Fovea;

/// <summary>Something that watches or steers training. Override what you need.</summary>
/// <remarks>
/// All members are called on the thread that called <see cref="Model.Fit"/>, between two steps: there
/// <see cref="Model.Predict(Tensor, int?, CancellationToken)"/>,
/// <see cref="Model.Evaluate"/> and <see cref="Model.Save(string)"/> of the model that is trained may be called, and layers may be frozen or thawed for the
/// next
/// epoch; <see cref="Model.Fit"/> and <see cref="Model.Compile(Optimizer, Loss, IReadOnlyList{Metric})"/> may not. A callback serves one training at a time.
/// </remarks>
public abstract class Callback
{
    private TrainingProgress? training;

    /// <summary>Training starts.</summary>
    public virtual void OnTrainingBegin(TrainingProgress progress)
    {
    }

    /// <summary>An epoch starts.</summary>
    public virtual void OnEpochBegin(TrainingProgress progress)
    {
    }

    /// <summary>A batch is done; loss and metrics are over the epoch so far.</summary>
    public virtual void OnBatchEnd(TrainingProgress progress)
    {
    }

    /// <summary>An epoch is done, its validation included.</summary>
    public virtual void OnEpochEnd(TrainingProgress progress)
    {
    }

    /// <summary>
    /// Training has ended: by itself, because it was stopped, or by a cancellation or an error, which <see cref="TrainingProgress.Failure"/> has. Every
    /// callback whose
    /// <see cref="OnTrainingBegin"/> returned is ended, in their order. An error that is thrown here does not hide the one that ended the training.
    /// </summary>
    public virtual void OnTrainingEnd(TrainingProgress progress)
    {
    }

    /// <summary>
    /// Writes what the callback remembers from epoch to epoch, so that <see cref="BackupAndRestore"/> can take up a training that was killed
    /// as if nothing had happened. <see cref="RestoreState"/> reads the same, after <see cref="OnTrainingBegin"/>.
    /// </summary>
    public virtual void SaveState(BinaryWriter writer)
    {
    }

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    public virtual void RestoreState(BinaryReader reader)
    {
    }

    /// <summary>Whether it is called after the others.</summary>
    internal virtual bool IsLast => false;

    /// <summary>Receives the state of the training, after <see cref="OnTrainingBegin"/> of all callbacks, to save it or to restore it.</summary>
    internal virtual void Attach(TrainingState training)
    {
    }

    /// <summary>Asks, when the loss or the weights are no longer finite, whether training is to end without an error.</summary>
    internal virtual bool EndsQuietly() => false;

    /// <summary>Begins to serve a training; false if it serves another one.</summary>
    internal bool Take(TrainingProgress progress) => Interlocked.CompareExchange(ref training, progress, null) is var before
        && (before is null || before == progress);

    internal void Release() => training = null;
}

/// <summary>Where training stands. One object serves the whole training; read it in the callback.</summary>
public sealed class TrainingProgress
{
    internal TrainingProgress(Model model, History history, int epochs, int batches, int samples, IReadOnlyList<Metric> metrics, MeasuredNames measured)
    {
        Model = model;
        History = history;
        Epochs = epochs;
        Batches = batches;
        Samples = samples;
        Metrics = metrics;
        Measured = measured;
    }

    /// <summary>The model being trained.</summary>
    public Model Model { get; }

    /// <summary>The finished epochs.</summary>
    public History History { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; internal set; }

    /// <summary>How many epochs this training has.</summary>
    public int Epochs { get; }

    /// <summary>The last batch done in this epoch, from 1; 0 before the first.</summary>
    public int Batch { get; internal set; }

    /// <summary>How many batches an epoch has.</summary>
    public int Batches { get; }

    /// <summary>How many samples of this epoch are done.</summary>
    public int SamplesSeen { get; internal set; }

    /// <summary>How many samples an epoch has.</summary>
    public int Samples { get; }

    /// <summary>The mean loss over the epoch so far.</summary>
    public double Loss { get; internal set; }

    /// <summary>The loss of the last batch, before its step.</summary>
    public double BatchLoss { get; internal set; }

    /// <summary>The metrics over the epoch so far.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>
    /// What ended the training before its time, for <see cref="Callback.OnTrainingEnd"/>: an <see cref="OperationCanceledException"/> or an error; null where
    /// nothing did.
    /// </summary>
    public Exception? Failure { get; internal set; }

    /// <summary>What is measured, and which values of it are better.</summary>
    internal MeasuredNames Measured { get; }

    /// <summary>
    /// How many epochs were finished before this process took the training up from a backup, and how many batches of the next; that epoch has begun.
    /// </summary>
    internal int FinishedEpochs { get; set; }

    /// <inheritdoc cref="FinishedEpochs"/>
    internal int FinishedBatches { get; set; }

    /// <summary>Set to end training after the present epoch, or after the present batch if set in <see cref="Callback.OnBatchEnd"/>.</summary>
    public bool Stop { get; set; }
}
