namespace Fovea;

/// <summary>Trains on one batch after another: reads it, runs the optimizer's step, and adds its samples to the metrics.</summary>
internal abstract class BatchTraining : IDisposable
{
    /// <summary>The number of batches of an epoch; null if it is not known.</summary>
    public abstract int? Batches { get; }

    /// <summary>The number of samples of an epoch; null if it is not known or not the same in each epoch.</summary>
    public abstract int? Samples { get; }

    /// <summary>The time that was spent waiting for batches so far.</summary>
    public abstract TimeSpan Waited { get; }

    /// <summary>The metrics of each shard; null if those of the training count all samples themselves.</summary>
    public virtual ShardMetrics? ShardMetrics => null;

    /// <summary>Compiles the steps of all batch sizes that an epoch is known to have.</summary>
    /// <exception cref="InsufficientMemoryException">One needs more memory than there is.</exception>
    public abstract void Compile();

    /// <summary>Begins to read the batches of the first epoch.</summary>
    /// <param name="checks">The conditions for samples.</param>
    /// <param name="finishedEpochs">The number of epochs that were finished before an interruption.</param>
    /// <param name="finishedBatches">The number of batches of the next epoch that were finished.</param>
    public abstract void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches);

    /// <summary>Begins to read the batches of the next epoch.</summary>
    public abstract void BeginNext();

    /// <summary>Discards the samples that the metrics have accumulated.</summary>
    public abstract void ResetMetrics();

    /// <summary>Completes the metrics of an epoch.</summary>
    public virtual void CompleteMetrics()
    {
    }

    /// <summary>Trains on the next batch of the epoch.</summary>
    /// <returns>Its losses, valid until the next call; null after the last batch.</returns>
    /// <exception cref="TrainingException">A sample cannot be used, or a stream has ended too early.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the batch was not trained on.</exception>
    public abstract BatchLosses? TrainNext(CancellationToken cancellationToken);

    public abstract void Dispose();
}

/// <summary>The losses of a batch, before its step.</summary>
/// <param name="objectives">The number of objectives.</param>
internal sealed class BatchLosses(int objectives)
{
    /// <summary>The loss that training minimizes.</summary>
    public float Loss { get; set; }

    /// <summary>The loss of each objective.</summary>
    public float[] OfObjectives { get; } = new float[objectives];

    /// <summary>The number of samples.</summary>
    public int Count { get; set; }

    public BatchLosses Take(CompiledObjectives step, int count)
    {
        (Loss, Count) = (step.Loss, count);
        for (var i = 0; i < OfObjectives.Length; i++) OfObjectives[i] = step.LossOf(i);
        return this;
    }
}
