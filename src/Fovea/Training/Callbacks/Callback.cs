using System.Globalization;

namespace Fovea;

/// <summary>The base of objects that watch or steer a training. Override the members that are needed.</summary>
/// <remarks>
/// All members are called on the thread that called <see cref="Model.Fit"/>, between two steps. They may call
/// <see cref="Model.Predict(Tensor, int?, Verbosity, IProgress{int}, CancellationToken)"/>, <see cref="Model.Evaluate"/> and
/// <see cref="Model.Save(string, CancellationToken)"/> of the model that is trained, and freeze or unfreeze layers for the next epoch. They may not call
/// <see cref="Model.Fit"/> and <see cref="Model.Compile(Optimizer, Loss, IReadOnlyList{Metric})"/>. A callback serves one training at a time.
/// <para>
/// Where several processes train a model together (<see cref="DataParallel"/>), the callbacks of each process see the same losses, and the same metrics at the
/// end of an epoch; within it, the metrics count the samples of the process. Each process has the same callbacks, and they change the model and the learning
/// rate alike. What writes a file or prints does so in the first process only (<see cref="TrainingProgress.IsFirstProcess"/>), while
/// <see cref="Model.Evaluate"/> and the prediction of a data set are calls of all processes. If a callback sets <see cref="TrainingProgress.Stop"/> or throws
/// in one process, the training ends in all of them after the same step.
/// </para>
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

    /// <summary>A batch is done. Loss and metrics are over the epoch so far.</summary>
    public virtual void OnBatchEnd(TrainingProgress progress)
    {
    }

    /// <summary>An epoch is done, its validation included.</summary>
    public virtual void OnEpochEnd(TrainingProgress progress)
    {
    }

    /// <summary>
    /// Training has ended: after its last epoch, because a callback stopped it, or because of a cancellation or an error. The exception is
    /// <see cref="TrainingProgress.Failure"/>. The method is called in the order of the callbacks, for each whose <see cref="OnTrainingBegin"/> has returned.
    /// An exception that it throws does not replace the one that ended the training.
    /// </summary>
    public virtual void OnTrainingEnd(TrainingProgress progress)
    {
    }

    /// <summary>
    /// Writes the state that the callback keeps between epochs, so that <see cref="BackupAndRestore"/> can resume a killed training as if it had not been
    /// interrupted. <see cref="RestoreState"/> reads the same values, after <see cref="OnTrainingBegin"/>.
    /// </summary>
    public virtual void SaveState(BinaryWriter writer)
    {
    }

    /// <summary>Reads the state that <see cref="SaveState"/> wrote.</summary>
    public virtual void RestoreState(BinaryReader reader)
    {
    }

    /// <summary>The class, and what else must be the same in all processes of a training.</summary>
    internal virtual string Description => GetType().Name;

    /// <summary>
    /// Whether the callback may stop the training or fail after a batch, so that several processes must agree after each batch. A backup agrees itself.
    /// </summary>
    internal virtual bool ActsOnBatches => true;

    /// <summary>Whether the callback is called after all others.</summary>
    internal virtual bool IsLast => false;

    /// <summary>Receives the state of the training, after <see cref="OnTrainingBegin"/> of all callbacks, to save it or to restore it.</summary>
    internal virtual void Attach(TrainingState training)
    {
    }

    /// <summary>Called before an epoch, so that a change of the model applies to it, also in a training that is resumed.</summary>
    internal virtual void PrepareEpoch(TrainingProgress progress)
    {
    }

    /// <summary>Called if the loss or the weights are no longer finite. Returns whether training ends without an error.</summary>
    internal virtual bool EndsQuietly() => false;

    /// <summary>Reserves the callback for a training. Returns false if it is reserved for another one.</summary>
    internal bool Take(TrainingProgress progress) => Interlocked.CompareExchange(ref training, progress, null) is var before
        && (before is null || before == progress);

    internal void Release() => training = null;
}

/// <summary>The progress of a training. One object serves the whole training; read it in the callback.</summary>
public sealed class TrainingProgress
{
    internal TrainingProgress(Model model, History history, int epochs, int? batches, int? samples, IReadOnlyList<Metric> metrics, MeasuredNames measured)
    {
        Model = model;
        History = history;
        Epochs = epochs;
        Batches = batches;
        Samples = samples;
        Metrics = metrics;
        Measured = measured;
        Extent = $"{samples} samples, {batches} batches";
        Distribution = model.Distribution;
        Augmentation = model.Augmentation is { } augmentation ? Fingerprint.Describe(augmentation) : null;
        Agreement = new Agreement(Distribution?.Processes ?? OneProcess.Instance);
    }

    /// <summary>The model being trained.</summary>
    public Model Model { get; }

    /// <summary>The values measured in the finished epochs.</summary>
    public History History { get; }

    /// <summary>The number of the epoch, from 1.</summary>
    public int Epoch { get; internal set; }

    /// <summary>The number of epochs of this training.</summary>
    public int Epochs { get; }

    /// <summary>The number of the last trained batch of this epoch, from 1; 0 before the first batch.</summary>
    public int Batch { get; internal set; }

    /// <summary>
    /// The number of batches of an epoch; null in the first epoch of a stream that is trained without <c>stepsPerEpoch</c>, since it is not known there.
    /// </summary>
    public int? Batches { get; internal set; }

    /// <summary>The number of samples trained on in this epoch so far.</summary>
    public int SamplesSeen { get; internal set; }

    /// <summary>The number of samples of an epoch; null if it is not known or not the same in each epoch.</summary>
    public int? Samples { get; }

    /// <summary>The mean loss over the epoch so far.</summary>
    public double Loss { get; internal set; }

    /// <summary>The loss of the last batch, computed before the weights were updated.</summary>
    public double BatchLoss { get; internal set; }

    /// <summary>The metrics over the epoch so far.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>
    /// Whether this process is the first of those that train the model together, which is the one to write files and to print; true where one process trains
    /// alone: <c>new LambdaCallback(onEpochEnd: progress => { if (progress.IsFirstProcess) File.AppendAllText("log.txt", $"{progress}\n"); })</c>.
    /// </summary>
    public bool IsFirstProcess => Distribution?.IsFirst ?? true;

    /// <summary>
    /// The exception that ended the training, for <see cref="Callback.OnTrainingEnd"/>; an <see cref="OperationCanceledException"/> after a cancellation.
    /// Null if training ended without one.
    /// </summary>
    public Exception? Failure { get; internal set; }

    /// <summary>How several processes train the model together; null for this process alone.</summary>
    internal DataParallel? Distribution { get; }

    /// <summary>The agreement of the processes that train the model together.</summary>
    internal Agreement Agreement { get; }

    /// <summary>The names of the measured values, and whether higher or lower ones are better.</summary>
    internal MeasuredNames Measured { get; }

    /// <summary>The numbers of samples and batches of an epoch, as far as they were known at the beginning.</summary>
    internal string Extent { get; }

    /// <summary>A description of the augmentation at the beginning of the training; null if there was none.</summary>
    internal string? Augmentation { get; }

    /// <summary>The size of the images that the last epoch was validated on; null if it is always that of the model.</summary>
    internal Size2D? ValidationSize { get; set; }

    /// <summary>Whether all batches of the epoch are done.</summary>
    internal bool IsEpochDone { get; set; }

    /// <summary>The number of epochs that were finished when the backup was written from which training resumed; 0 without a backup.</summary>
    internal int FinishedEpochs { get; set; }

    /// <summary>The number of batches of the next epoch that were finished when that backup was written; 0 after that epoch.</summary>
    internal int FinishedBatches { get; set; }

    /// <summary>
    /// Set it to end training after the current epoch, or after the current batch if set in <see cref="Callback.OnBatchEnd"/>. Of several processes one is
    /// enough.
    /// </summary>
    public bool Stop { get; set; }

    /// <summary>
    /// Whether training ends. Of several processes all have agreed on it after the last call of the callbacks, while another thread may set <see cref="Stop"/>
    /// at any time.
    /// </summary>
    internal bool IsStopped => IsStopAgreed ?? Stop;

    /// <summary>Whether the processes have agreed to stop; null for a training of one process.</summary>
    internal bool? IsStopAgreed { get; set; }

    /// <summary>A line for a log: <c>epoch 3/30 - loss: 0.2512 - accuracy: 0.9100 - val_loss: 0.2789</c>; within an epoch also with the batch.</summary>
    public override string ToString()
    {
        var values = IsEpochDone
            ? History.Names.Select(name => KeyValuePair.Create(name, History[name][^1]))
            : Metrics.Select(metric => KeyValuePair.Create(metric.Name, metric.Value)).Prepend(KeyValuePair.Create("loss", Loss));
        var batch = IsEpochDone ? "" : $" - batch {ProgressText.Count(Batch, Batches)}";
        return string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}/{Epochs}{batch}")
            + string.Concat(values.Select(value => " - " + ProgressText.Value(value)));
    }
}
