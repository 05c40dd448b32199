namespace Fovea;

/// <summary>The batches of the epochs of a training, each divided into shards, of which this process reads its own.</summary>
internal abstract class ShardBatches : IDisposable
{
    /// <summary>The number of batches of an epoch; null if it is not known.</summary>
    public abstract int? Batches { get; }

    /// <summary>The number of samples of an epoch; null if it is not known or not the same in each epoch.</summary>
    public abstract int? Samples { get; }

    /// <summary>The divisions that an epoch is known to have.</summary>
    public abstract IEnumerable<BatchDivision> Divisions { get; }

    /// <summary>The time that was spent waiting for batches so far.</summary>
    public abstract TimeSpan Waited { get; }

    /// <inheritdoc cref="BatchTraining.Begin"/>
    public abstract void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches);

    /// <inheritdoc cref="BatchTraining.BeginNext"/>
    public abstract void BeginNext();

    /// <summary>Goes on to the next batch of the epoch.</summary>
    /// <param name="error">Why the samples of this process cannot be used; null if they can. The batch has its division in both cases.</param>
    /// <returns>How the batch is divided, the same in all processes; null after the last.</returns>
    public abstract BatchDivision? Next(out Exception? error);

    /// <summary>The memory of the samples of a shard of this process, which has samples in this batch.</summary>
    /// <param name="shard">The number of the shard.</param>
    /// <param name="row">The index of its first sample in the memory.</param>
    public abstract BatchBuffer Rows(int shard, out int row);

    public abstract void Dispose();
}
