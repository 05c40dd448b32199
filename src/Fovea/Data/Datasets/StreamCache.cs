namespace Fovea;

/// <summary>The samples of a stream in memory. It is read when the first sample or the count is needed.</summary>
internal sealed class StreamCache(StreamDataset stream) : Dataset
{
    private readonly Lazy<Sample[]> samples = new(() => [.. stream.Samples(CancellationToken.None)]);

    public override int Count => samples.Value.Length;

    public override Shape InputShape => stream.InputShape;

    public override Shape TargetShape => stream.TargetShape;

    public override IReadOnlyList<Shape> InputShapes => stream.InputShapes;

    public override IReadOnlyList<Shape> TargetShapes => stream.TargetShapes;

    public override bool IsWeighted => stream.IsWeighted;

    public override bool IsWeightedByPosition => stream.IsWeightedByPosition;

    public override IReadOnlyList<string> ClassNames => stream.ClassNames;

    public override ImageInput? ImageInput => stream.ImageInput;

    internal override bool IsRead => samples.IsValueCreated;

    internal override int WeightCount => stream.WeightCount;

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        SeveralTensors.Join(samples.Value[index].Inputs, input);
        SeveralTensors.Join(samples.Value[index].Targets, target);
    }

    public override void ReadTarget(int index, Span<float> target) => SeveralTensors.Join(samples.Value[index].Targets, target);

    public override float Weight(int index, ReadOnlySpan<float> target) => SampleForm.WeightOf(samples.Value[index]);

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) =>
        SampleForm.CopyWeights(samples.Value[index], weights, index);
}
