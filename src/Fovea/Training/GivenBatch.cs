namespace Fovea;

/// <summary>Presents a user's batch as a data set, so that its samples are read and checked like all others.</summary>
internal sealed class GivenBatch : Dataset
{
    private readonly TensorDataset samples;

    /// <param name="model">The model, for messages.</param>
    /// <param name="inputs">A tensor for each input.</param>
    /// <param name="targets">A tensor for each output that is trained.</param>
    /// <param name="sampleWeights">The weight of each sample, or of each of its positions; null if all count the same.</param>
    /// <exception cref="ShapeException">There is no input or no target, or they have different numbers of samples.</exception>
    public GivenBatch(Model model, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, Tensor? sampleWeights)
    {
        if (inputs.Count == 0 || targets.Count == 0)
            throw new ShapeException(model.Subject, $"expected at least one input and one target; received {inputs.Count} and {targets.Count}.");
        foreach (var tensor in inputs.Concat(targets))
        {
            if (tensor.Shape.Rank == 0 || tensor.Shape[0] != inputs[0].Shape[0])
                throw new ShapeException(
                    model.Subject, "expected the same number of samples, the first dimension, in each tensor; "
                    + $"received {string.Join(" and ", inputs.Concat(targets).Select(each => each.Shape))}.");
        }

        samples = new TensorDataset(inputs, targets);
        SampleWeights = sampleWeights;
    }

    public override int Count => samples.Count;

    public override Shape InputShape => samples.InputShape;

    public override Shape TargetShape => samples.TargetShape;

    public override IReadOnlyList<Shape> InputShapes => samples.InputShapes;

    public override IReadOnlyList<Shape> TargetShapes => samples.TargetShapes;

    public override bool IsWeighted => SampleWeights is not null;

    public override bool IsWeightedByPosition => SampleWeights is { Values: var weights } && weights.Length > Count;

    /// <summary>The weight of each sample, or of each of its positions; null if all count the same.</summary>
    public Tensor? SampleWeights { get; }

    public override void Read(int index, Span<float> input, Span<float> target) => samples.Read(index, input, target);

    public override float Weight(int index, ReadOnlySpan<float> target) => SampleWeights!.Sample(index)[0];

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => SampleWeights!.Sample(index).CopyTo(weights);
}
