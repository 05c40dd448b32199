namespace Fovea;

/// <summary>
/// Two data sets side by side: the inputs of the first and then those of the second, and the targets likewise. Weights are multiplied. Class names and
/// preprocessing are those of the first.
/// </summary>
internal sealed class ZippedDataset : DerivedDataset
{
    private readonly Dataset other;

    /// <exception cref="ArgumentException">The data sets have different numbers of samples, or one has a weight for each position.</exception>
    public ZippedDataset(Dataset first, Dataset other)
        : base(first)
    {
        RequireSameCount(first, other);
        if (first.IsWeightedByPosition || other.IsWeightedByPosition)
            throw new ArgumentException("Zip: expected a weight for each sample at most; received data with a weight for each position.", nameof(other));
        this.other = other;
        InputShapes = [.. first.InputShapes, .. other.InputShapes];
        TargetShapes = [.. first.TargetShapes, .. other.TargetShapes];
    }

    /// <exception cref="ArgumentException">The data sets have different numbers of samples.</exception>
    public static void RequireSameCount(Dataset first, Dataset other)
    {
        foreach (var data in (Dataset[])[first, other]) _ = PartitionedDataset.RequireNone(data);
        if (first.Count != other.Count)
            throw new ArgumentException(
                $"Zip: expected as many samples in both data sets; received {first.Count} and {other.Count}. Take(count) shortens one.", nameof(other));
    }

    /// <summary>Two samples as one.</summary>
    /// <exception cref="InvalidDataException">A sample has a weight for each position.</exception>
    public static Sample Join(Sample first, Sample other)
    {
        Tensor? weight = first.Weights is null && other.Weights is null ? null : SampleForm.WeightOf(first) * SampleForm.WeightOf(other);
        return new Sample([.. first.Inputs, .. other.Inputs], [.. first.Targets, .. other.Targets], weight);
    }

    /// <summary>Two samples as the one that a function makes of them.</summary>
    /// <exception cref="InvalidDataException">The function returned null, or it failed; its exception is the cause.</exception>
    public static Sample Join(Sample first, Sample other, int index, Func<Sample, Sample, Sample> join)
    {
        Sample? joined;
        try
        {
            joined = join(first, other);
        }
        catch (Exception error) when (SampleFailure.IsReported(error))
        {
            throw SampleFailure.Of(nameof(Zip), index, error);
        }

        return joined ?? throw new InvalidDataException($"Zip: expected a sample as the result of the function; it returned null for sample {index}.");
    }

    public override Shape InputShape => SeveralTensors.RowShape(InputShapes);

    public override Shape TargetShape => SeveralTensors.RowShape(TargetShapes);

    public override IReadOnlyList<Shape> InputShapes { get; }

    public override IReadOnlyList<Shape> TargetShapes { get; }

    internal override bool IsRead => Source.IsRead && other.IsRead;

    public override bool HasTargetsInMemory => Source.HasTargetsInMemory && other.HasTargetsInMemory;

    public override bool IsWeighted => Source.IsWeighted || other.IsWeighted;

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        var (inputs, targets) = (Source.InputShape.Count, Source.TargetShape.Count);
        Source.Read(index, input[..inputs], target[..targets]);
        other.Read(index, input[inputs..], target[targets..]);
    }

    public override void ReadTarget(int index, Span<float> target)
    {
        var targets = Source.TargetShape.Count;
        Source.ReadTarget(index, target[..targets]);
        other.ReadTarget(index, target[targets..]);
    }

    public override float Weight(int index, ReadOnlySpan<float> target)
    {
        var targets = Source.TargetShape.Count;
        return Source.Weight(index, target[..targets]) * other.Weight(index, target[targets..]);
    }

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => weights.Fill(Weight(index, target));
}
