using Fovea.Engine;

namespace Fovea;

/// <summary>Some samples together, each input and each target laid out sample after sample where a plan can read them.</summary>
internal sealed class Batch
{
    /// <param name="data">Whose samples they are.</param>
    /// <param name="capacity">How many samples there are at most.</param>
    /// <param name="weightCount">How many weights each sample has: none, one, or one for each position.</param>
    public Batch(Dataset data, int capacity, int weightCount = 0)
        : this(data.InputShapes, capacity)
    {
        Targets = [.. data.TargetShapes.Select(shape => new BatchTensor(shape, capacity))];
        SampleWeights = weightCount > 0 ? new BatchTensor([weightCount], capacity) : null;
    }

    /// <summary>A batch without targets.</summary>
    public Batch(IEnumerable<Shape> inputs, int capacity)
    {
        Inputs = [.. inputs.Select(shape => new BatchTensor(shape, capacity))];
        Capacity = capacity;
    }

    public int Capacity { get; }

    public BatchTensor[] Inputs { get; }

    public BatchTensor[] Targets { get; } = [];

    /// <summary>How much each sample counts, or each of its positions; null where all count the same.</summary>
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

    /// <summary>How many numbers each sample has.</summary>
    public int Length => length;

    public AlignedBuffer Buffer { get; } = new((long)capacity * sample.Count);

    public int Count { get; set; }

    public ReadOnlySpan<float> Values => Buffer.Span[..(Count * length)];

    public Span<float> this[int index] => Buffer.Span.Slice(index * length, length);
}
