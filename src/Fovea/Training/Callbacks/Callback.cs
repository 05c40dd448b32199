namespace Fovea;

/// <summary>Something that watches or steers training. Override what you need.</summary>
public abstract class Callback
{
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

    /// <summary>Training has ended, by itself or because it was stopped; not if it ended with an exception.</summary>
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
}

/// <summary>Where training stands. One object serves the whole training; read it in the callback.</summary>
public sealed class TrainingProgress
{
    internal TrainingProgress(Model model, History history, int epochs, int batches, int samples, IReadOnlyList<Metric> metrics)
    {
        Model = model;
        History = history;
        Epochs = epochs;
        Batches = batches;
        Samples = samples;
        Metrics = metrics;
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

    /// <summary>How many epochs were finished before this process took the training up from a backup, and how many batches of the next; that epoch has begun.</summary>
    internal int FinishedEpochs { get; set; }

    /// <inheritdoc cref="FinishedEpochs"/>
    internal int FinishedBatches { get; set; }

    /// <summary>Set to end training after the present epoch, or after the present batch if set in <see cref="Callback.OnBatchEnd"/>.</summary>
    public bool Stop { get; set; }
}
