namespace Fovea;

/// <summary>A data set that is another one with a difference. Everything that is not overridden is as in the other one.</summary>
/// <param name="source">The other data set; it has an index.</param>
internal abstract class DerivedDataset(Dataset source) : Dataset
{
    public override int Count => source.Count;

    public override Shape InputShape => source.InputShape;

    public override Shape TargetShape => source.TargetShape;

    public override IReadOnlyList<Shape> InputShapes => source.InputShapes;

    public override IReadOnlyList<Shape> TargetShapes => source.TargetShapes;

    public override bool IsWeighted => source.IsWeighted;

    public override bool IsWeightedByPosition => source.IsWeightedByPosition;

    public override IReadOnlyList<string> ClassNames => source.ClassNames;

    public override ImageInput? ImageInput => source.ImageInput;

    public override bool HasTargetsInMemory => source.HasTargetsInMemory;

    internal override bool IsRead => source.IsRead;

    protected Dataset Source => source;

    public override void Read(int index, Span<float> input, Span<float> target) => source.Read(index, input, target);

    public override void ReadTarget(int index, Span<float> target) => source.ReadTarget(index, target);

    public override float Weight(int index, ReadOnlySpan<float> target) => source.Weight(index, target);

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => source.Weights(index, target, weights);
}
