namespace Fovea;

/// <summary>Samples in memory for models with several inputs or outputs: one tensor for each, whose first dimension is the samples.</summary>
public sealed class TensorDataset : Dataset
{
    private readonly IReadOnlyList<Tensor> inputs;
    private readonly IReadOnlyList<Tensor> targets;

    /// <summary>Creates a data set over tensors, which are not copied: <c>new TensorDataset([images, ages], [digits, places])</c>.</summary>
    /// <param name="inputs">One tensor for each input of the model, in its order.</param>
    /// <param name="targets">One tensor for each trained output, in the model's order; of shape (samples) for class numbers.</param>
    /// <exception cref="ArgumentException">There are no tensors, or they have different numbers of samples.</exception>
    public TensorDataset(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Count == 0 || targets.Count == 0)
            throw new ArgumentException(
                $"TensorDataset: expected at least one input and one target; received {inputs.Count} and {targets.Count}.", inputs.Count == 0
                ? nameof(inputs)
                : nameof(targets));
        foreach (var tensor in inputs.Concat(targets))
        {
            if (tensor.Shape.Rank == 0 || tensor.Shape[0] != inputs[0].Shape[0])
                throw new ArgumentException(
                    "TensorDataset: expected the same number of samples in each tensor; "
                    + $"received {string.Join(" and ", inputs.Concat(targets).Select(each => each.Shape))}.", inputs.Contains(tensor)
                    ? nameof(inputs)
                    : nameof(targets));
        }

        this.inputs = inputs;
        this.targets = targets;
        (InputShapes, TargetShapes) = (SampleShapes(inputs), SampleShapes(targets));
        (InputShape, TargetShape) = (SeveralTensors.RowShape(InputShapes), SeveralTensors.RowShape(TargetShapes));
    }

    /// <inheritdoc/>
    public override bool HasTargetsInMemory => true;

    /// <inheritdoc/>
    public override int Count => inputs[0].Shape[0];

    /// <summary>The shape of the only input; for several inputs a row of all their values.</summary>
    public override Shape InputShape { get; }

    /// <summary>The shape of the only target; for several targets a row of all their values.</summary>
    public override Shape TargetShape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> InputShapes { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> TargetShapes { get; }

    /// <inheritdoc/>
    public override void Read(int index, Span<float> input, Span<float> target)
    {
        Copy(inputs, index, input);
        Copy(targets, index, target);
    }

    /// <inheritdoc/>
    public override void ReadTarget(int index, Span<float> target) => Copy(targets, index, target);

    private static Shape[] SampleShapes(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(tensor => tensor.Shape[1..])];

    private static void Copy(IReadOnlyList<Tensor> tensors, int index, Span<float> row)
    {
        foreach (var tensor in tensors)
        {
            tensor.Sample(index).CopyTo(row);
            row = row[tensor.Sample(index).Length..];
        }
    }
}
