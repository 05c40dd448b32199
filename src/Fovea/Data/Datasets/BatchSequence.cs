using System.Collections;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The batches of a data set, from <see cref="Dataset.Batches"/>. Each enumeration reads the data set once, in advance on other threads.</summary>
public sealed class BatchSequence : IEnumerable<Batch>
{
    private readonly Dataset data;
    private readonly long? seed;
    private readonly bool dropRemainder;
    private int passes;

    internal BatchSequence(Dataset data, int batchSize, long? seed, bool dropRemainder)
    {
        this.data = data;
        BatchSize = batchSize;
        this.seed = seed;
        this.dropRemainder = dropRemainder;
    }

    /// <summary>The number of samples per batch; the last batch may be smaller.</summary>
    public int BatchSize { get; }

    /// <summary>The number of batches.</summary>
    /// <exception cref="InvalidOperationException">The data set is a stream, whose number of samples is not known.</exception>
    public int Count => dropRemainder ? data.Count / BatchSize : ((data.Count - 1) / BatchSize) + 1;

    /// <summary>
    /// Reads the batches. If they are shuffled, each enumeration has another order, which depends on the seed and the number of the enumeration.
    /// </summary>
    /// <exception cref="InvalidDataException">A sample has a value that is not finite, or a function failed for it; the message names it.</exception>
    public IEnumerator<Batch> GetEnumerator()
    {
        using var source = Begin();
        while (Next(source) is { } batch && !(dropRemainder && batch.Count < BatchSize))
            yield return new Batch(Tensors(batch.Inputs, data.InputShapes), Tensors(batch.Targets, data.TargetShapes), Weights(batch));
    }

    /// <summary>The size of the batches and the data set: <c>batches of 32; DrawnDigits: 1000 samples, …</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"batches of {BatchSize}; {data}");

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The next batch. What a sample throws is thrown, as by <c>data[i]</c>.</summary>
    private static BatchBuffer? Next(BatchSource source)
    {
        try
        {
            return source.Next();
        }
        catch (TrainingException error) when (error.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);  // enumerating samples is no training
            throw;
        }
    }

    private BatchSource Begin()
    {
        var checks = new SampleChecks(WeightCount: data.WeightCount);
        if (seed is not { } given) return BatchSource.Once(data, BatchSize, checks, CancellationToken.None);
        var order = BatchSource.InOrder(data.Count);
        new RandomNumbers(given, stream: Interlocked.Increment(ref passes)).Shuffle<int>(order);
        return new BatchReader(data, order, BatchSize, checks);
    }

    private static Tensor[] Tensors(BatchTensor[] tensors, IReadOnlyList<Shape> shapes) =>
        [.. tensors.Select((tensor, i) => new Tensor(shapes[i].Prepend(tensor.Count), tensor.Values.ToArray()))];

    private static Tensor? Weights(BatchBuffer batch) => batch.SampleWeights is { } weights
        ? new Tensor(weights.Length == 1 ? [batch.Count] : [batch.Count, weights.Length], weights.Values.ToArray())
        : null;
}
