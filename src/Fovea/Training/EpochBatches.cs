namespace Fovea;

/// <summary>The batches of the epochs of a training: whole passes over the data, or a number of steps per epoch.</summary>
internal abstract class EpochBatches : IDisposable
{
    /// <summary>The number of batches of an epoch; null if it is not known.</summary>
    public abstract int? Batches { get; }

    /// <summary>The number of samples of an epoch; null if it is not known or not the same in each epoch.</summary>
    public abstract int? Samples { get; }

    /// <summary>The batch sizes that an epoch is known to have.</summary>
    public abstract IEnumerable<int> BatchSizes { get; }

    /// <summary>The time that <see cref="Next"/> has waited for batches so far.</summary>
    public abstract TimeSpan Waited { get; }

    /// <summary>Begins to read the batches of the first epoch.</summary>
    /// <param name="checks">The conditions for samples.</param>
    /// <param name="finishedEpochs">The number of epochs that were finished before an interruption.</param>
    /// <param name="finishedBatches">The number of batches of the next epoch that were finished.</param>
    public abstract void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches);

    /// <summary>Begins to read the batches of the next epoch.</summary>
    public abstract void BeginNext();

    /// <summary>The next batch of the epoch, valid until the next call; null after the last.</summary>
    /// <exception cref="TrainingException">A sample cannot be used, or a stream has ended too early.</exception>
    public abstract BatchBuffer? Next();

    public abstract void Dispose();

    /// <summary>A number of samples; null if it is more than an integer holds.</summary>
    protected static int? Known(long? samples) => samples <= int.MaxValue ? (int?)samples : null;
}

/// <summary>
/// The batches of samples with an index. Each pass over the data has another order. An epoch with a number of steps is a part of a pass, or several passes.
/// </summary>
/// <param name="data">The data set.</param>
/// <param name="batchSize">The number of samples per batch.</param>
/// <param name="steps">The number of batches of an epoch; null for one pass over the data.</param>
/// <param name="order">Returns the order of the samples in a pass, counted from 0.</param>
internal sealed class IndexedEpochs(Dataset data, int batchSize, int? steps, Func<int, int[]> order) : EpochBatches
{
    private readonly int batchesPerPass = ((data.Count - 1) / batchSize) + 1;
    private BatchReader? reader;
    private int pass;
    private int taken;

    public override int? Batches => steps ?? batchesPerPass;

    public override int? Samples => steps is not { } count ? data.Count : data.Count % batchSize == 0 ? Known((long)count * batchSize) : null;

    public override IEnumerable<int> BatchSizes =>
        data.Count > batchSize && data.Count % batchSize > 0 ? [batchSize, data.Count % batchSize] : [Math.Min(batchSize, data.Count)];

    public override TimeSpan Waited => reader?.Waited ?? TimeSpan.Zero;

    public override void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches)
    {
        var before = ((long)finishedEpochs * Batches!.Value) + finishedBatches;
        pass = (int)(before / batchesPerPass);
        taken = finishedBatches;
        reader = new BatchReader(data, order(pass), batchSize, checks, firstBatch: (int)(before % batchesPerPass));
    }

    public override void BeginNext()
    {
        taken = 0;
        if (reader!.IsAtEnd) reader.Begin(order(++pass));
    }

    public override BatchBuffer? Next()
    {
        if (taken == Batches) return null;
        taken++;
        if (reader!.IsAtEnd) reader.Begin(order(++pass));
        return reader.Next();
    }

    public override void Dispose() => reader?.Dispose();
}
