namespace Fovea;

/// <summary>The batches of a data set, read in advance on other threads.</summary>
internal abstract class BatchSource : IDisposable
{
    /// <summary>The time that <see cref="Next"/> has waited for batches so far.</summary>
    public TimeSpan Waited { get; protected set; }

    /// <summary>One pass over a data set in its order.</summary>
    /// <param name="data">The data set, by index or a stream.</param>
    /// <param name="batchSize">The number of samples per batch; the last batch may be smaller.</param>
    /// <param name="checks">The conditions for samples.</param>
    /// <param name="cancellationToken">Ends the reading of a stream.</param>
    public static BatchSource Once(Dataset data, int batchSize, SampleChecks checks, CancellationToken cancellationToken) => data is StreamDataset stream
        ? new StreamBatchReader(stream, batchSize, checks, cancellationToken)
        : new BatchReader(data, InOrder(data.Count), batchSize, checks);

    /// <summary>The indices 0, 1, 2, ….</summary>
    public static int[] InOrder(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++) order[i] = i;
        return order;
    }

    /// <summary>The next batch, valid until the next call; <see langword="null"/> after the last.</summary>
    /// <exception cref="TrainingException">A sample of the batch cannot be read or used; the error names the first one.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract BatchBuffer? Next();

    public abstract void Dispose();
}

/// <summary>The conditions for the samples of a batch.</summary>
/// <param name="FindFault">Returns what is wrong with a target, or null; called by several threads.</param>
/// <param name="WeightCount">The number of weights per sample: none, one, or one for each position of the model's output.</param>
/// <param name="IgnoredClass">A class number that the loss ignores; its positions have the weight 0.</param>
/// <param name="AllowsAnyTarget">Whether targets are not used, so that they need not be finite.</param>
internal readonly record struct SampleChecks(
    Func<ReadOnlySpan<float>, string?>? FindFault = null, int WeightCount = 0, int? IgnoredClass = null, bool AllowsAnyTarget = false);
