namespace Fovea;

/// <summary>
/// Two data sets side by side: the inputs of the first and then those of the second, and the targets likewise. Weights are multiplied. Class names and
/// preprocessing are those of the first.
/// </summary>
internal sealed class ZippedDataset : DerivedDataset
{
    private readonly Dataset second;

    /// <exception cref="ArgumentException">The data sets have different numbers of samples, or one has a weight for each position.</exception>
    public ZippedDataset(Dataset first, Dataset second)
        : base(first)
    {
        RequireSameCount(first, second);
        if (first.IsWeightedByPosition || second.IsWeightedByPosition)
            throw new ArgumentException("Zip: expected a weight for each sample at most; received data with a weight for each position.", "other");
        this.second = second;
        InputShapes = [.. first.InputShapes, .. second.InputShapes];
        TargetShapes = [.. first.TargetShapes, .. second.TargetShapes];
    }

    /// <exception cref="ArgumentException">The data sets have different numbers of samples.</exception>
    public static void RequireSameCount(Dataset first, Dataset second)
    {
        if (first.Count != second.Count)
            throw new ArgumentException(
                $"Zip: expected as many samples in both data sets; received {first.Count} and {second.Count}. Take(count) shortens one.", "other");
    }

    /// <summary>Two samples as one.</summary>
    /// <exception cref="InvalidDataException">A sample has a weight for each position.</exception>
    public static Sample Join(Sample first, Sample second)
    {
        Tensor? weight = first.Weights is null && second.Weights is null ? null : SampleForm.WeightOf(first) * SampleForm.WeightOf(second);
        return new Sample([.. first.Inputs, .. second.Inputs], [.. first.Targets, .. second.Targets], weight);
    }

    public override Shape InputShape => SeveralTensors.RowShape(InputShapes);

    public override Shape TargetShape => SeveralTensors.RowShape(TargetShapes);

    public override IReadOnlyList<Shape> InputShapes { get; }

    public override IReadOnlyList<Shape> TargetShapes { get; }

    public override bool IsWeighted => Source.IsWeighted || second.IsWeighted;

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        var (inputs, targets) = (Source.InputShape.Count, Source.TargetShape.Count);
        Source.Read(index, input[..inputs], target[..targets]);
        second.Read(index, input[inputs..], target[targets..]);
    }

    public override void ReadTarget(int index, Span<float> target)
    {
        var targets = Source.TargetShape.Count;
        Source.ReadTarget(index, target[..targets]);
        second.ReadTarget(index, target[targets..]);
    }

    public override float Weight(int index, ReadOnlySpan<float> target)
    {
        var targets = Source.TargetShape.Count;
        return Source.Weight(index, target[..targets]) * second.Weight(index, target[targets..]);
    }

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => weights.Fill(Weight(index, target));
}
