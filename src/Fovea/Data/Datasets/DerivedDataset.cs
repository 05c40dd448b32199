namespace Fovea;

/// <summary>A data set that is another one with a difference. Everything that is not overridden is as in the other one.</summary>
/// <param name="source">The other data set; it has an index.</param>
internal abstract class DerivedDataset(Dataset source) : Dataset
{
    public override int Count => Source.Count;

    public override Shape InputShape => Source.InputShape;

    public override Shape TargetShape => Source.TargetShape;

    public override IReadOnlyList<Shape> InputShapes => Source.InputShapes;

    public override IReadOnlyList<Shape> TargetShapes => Source.TargetShapes;

    public override bool IsWeighted => Source.IsWeighted;

    public override bool IsWeightedByPosition => Source.IsWeightedByPosition;

    public override IReadOnlyList<string> ClassNames => Source.ClassNames;

    public override ImageInput? ImageInput => Source.ImageInput;

    public override bool HasTargetsInMemory => Source.HasTargetsInMemory;

    internal override bool IsRead => Source.IsRead;

    protected Dataset Source { get; } = PartitionedDataset.RequireNone(source);

    public override string? FileOf(int index) => Source.FileOf(index);

    public override void Read(int index, Span<float> input, Span<float> target) => Source.Read(index, input, target);

    public override void ReadTarget(int index, Span<float> target) => Source.ReadTarget(index, target);

    public override float Weight(int index, ReadOnlySpan<float> target) => Source.Weight(index, target);

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => Source.Weights(index, target, weights);
}
