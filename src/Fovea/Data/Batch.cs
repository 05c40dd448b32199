using Fovea.Engine;

namespace Fovea;

/// <summary>Some samples together, each input and each target laid out sample after sample where a plan can read them.</summary>
internal sealed class Batch(Dataset data, int capacity)
{
    public BatchTensor[] Inputs { get; } = [.. data.InputShapes.Select(shape => new BatchTensor(shape, capacity))];

    public BatchTensor[] Targets { get; } = [.. data.TargetShapes.Select(shape => new BatchTensor(shape, capacity))];

    /// <summary>How much each sample counts; null where all count the same.</summary>
    public BatchTensor? SampleWeights { get; } = data.IsWeighted ? new BatchTensor(Shape.Scalar, capacity) : null;

    public int Count
    {
        get;
        set
        {
            field = value;
            foreach (var tensor in Inputs) tensor.Count = value;
            foreach (var tensor in Targets) tensor.Count = value;
        }
    }
}

/// <summary>One input or target of all samples of a batch.</summary>
internal sealed class BatchTensor(Shape sample, int capacity)
{
    private readonly int length = sample.Count;

    public AlignedBuffer Buffer { get; } = new(capacity * sample.Count);

    public int Count { get; set; }

    public ReadOnlySpan<float> Values => Buffer.Span[..(Count * length)];

    public Span<float> this[int index] => Buffer.Span.Slice(index * length, length);
}
