using Fovea.Engine;

namespace Fovea;

/// <summary>The memory of a batch of samples. Each input and each target is stored sample after sample, where a plan can read it.</summary>
internal sealed class BatchBuffer
{
    /// <param name="data">The data set of the samples.</param>
    /// <param name="capacity">The maximum number of samples.</param>
    /// <param name="weightCount">The number of weights per sample: none, one, or one for each position.</param>
    public BatchBuffer(Dataset data, int capacity, int weightCount = 0)
        : this(data.InputShapes, capacity)
    {
        Targets = [.. data.TargetShapes.Select(shape => new BatchTensor(shape, capacity))];
        SampleWeights = weightCount > 0 ? new BatchTensor([weightCount], capacity) : null;
    }

    /// <summary>A batch without targets.</summary>
    public BatchBuffer(IEnumerable<Shape> inputs, int capacity)
    {
        Inputs = [.. inputs.Select(shape => new BatchTensor(shape, capacity))];
        Capacity = capacity;
    }

    public int Capacity { get; }

    public BatchTensor[] Inputs { get; }

    public BatchTensor[] Targets { get; } = [];

    /// <summary>The weights of samples or of positions; null if all are equal.</summary>
    public BatchTensor? SampleWeights { get; }

    public int Count
    {
        get;
        set
        {
            field = value;
            foreach (var tensor in Inputs) tensor.Count = value;
            foreach (var tensor in Targets) tensor.Count = value;
            if (SampleWeights is not null) SampleWeights.Count = value;
        }
    }
}

/// <summary>One input or target of all samples of a batch.</summary>
internal sealed class BatchTensor(Shape sample, int capacity)
{
    private readonly int length = sample.Count;

    /// <summary>The number of values per sample.</summary>
    public int Length => length;

    public AlignedBuffer Buffer { get; } = new((long)capacity * sample.Count);

    public int Count { get; set; }

    public ReadOnlySpan<float> Values => Buffer.Span[..(Count * length)];

    /// <summary>The values of some samples.</summary>
    public ReadOnlySpan<float> Rows(int first, int count) => Buffer.Slice((long)first * length, count * length);

    public Span<float> this[int index] => Buffer.Span.Slice(index * length, length);
}
