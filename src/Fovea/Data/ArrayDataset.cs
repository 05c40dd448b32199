namespace Fovea;

/// <summary>Samples in memory, as arrays of floats.</summary>
public sealed class ArrayDataset : Dataset
{
    private readonly float[] inputs;
    private readonly float[] targets;

    /// <summary>Creates a data set over the given arrays, which are not copied.</summary>
    /// <param name="inputs">The inputs, one after the other.</param>
    /// <param name="inputShape">The shape of one input, without the batch.</param>
    /// <param name="targets">The targets, one after the other.</param>
    /// <param name="targetShape">The shape of one target; <see cref="Shape.Scalar"/> for class numbers.</param>
    /// <param name="classNames">The names of the classes by class number; none if the targets are not classes.</param>
    /// <exception cref="ArgumentException">There are no samples, an array ends within one, or the numbers of inputs and targets differ.</exception>
    public ArrayDataset(float[] inputs, Shape inputShape, float[] targets, Shape targetShape, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        this.inputs = inputs;
        this.targets = targets;
        InputShape = inputShape;
        TargetShape = targetShape;
        ClassNames = classNames ?? [];
        Count = CountOf(inputs, inputShape, nameof(inputs));
        var targetCount = CountOf(targets, targetShape, nameof(targets));
        if (Count != targetCount)
            throw new ArgumentException(
                $"ArrayDataset: expected as many targets as inputs; received {Count} inputs and {targetCount} targets.", nameof(targets));
    }

    /// <inheritdoc/>
    public override bool HasTargetsInMemory => true;

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override Shape InputShape { get; }

    /// <inheritdoc/>
    public override Shape TargetShape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> InputShapes => InputParts ?? [InputShape];

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> TargetShapes => TargetParts ?? [TargetShape];

    /// <inheritdoc/>
    public override bool IsWeighted => SampleWeights is not null || WeightSource is not null;

    /// <inheritdoc/>
    public override bool IsWeightedByPosition => WeightSource is not null || SampleWeights?.Length > Count;

    /// <summary>The shapes of several inputs, whose values follow each other in one row.</summary>
    internal IReadOnlyList<Shape>? InputParts { get; init; }

    /// <summary>The shapes of several targets, whose values follow each other in one row.</summary>
    internal IReadOnlyList<Shape>? TargetParts { get; init; }

    /// <summary>The weight of each sample, or of each of its positions.</summary>
    internal float[]? SampleWeights { get; init; }

    /// <summary>The source of the weights of positions.</summary>
    internal Dataset? WeightSource { get; init; }

    /// <inheritdoc/>
    public override float Weight(int index, ReadOnlySpan<float> target)
    {
        if (WeightSource is not null) return WeightSource.Weight(index, target);
        if (SampleWeights?.Length > Count)
            throw new InvalidDataException($"Dataset: expected one weight for a sample; there are {SampleWeights.Length / Count}, one for each position.");
        return SampleWeights?[index] ?? 1;
    }

    /// <inheritdoc/>
    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights)
    {
        if (WeightSource is not null) WeightSource.Weights(index, target, weights);
        else if (SampleWeights?.Length > Count) SampleWeights.AsSpan(index * weights.Length, weights.Length).CopyTo(weights);
        else base.Weights(index, target, weights);
    }

    /// <inheritdoc/>
    public override void ReadTarget(int index, Span<float> target) => targets.AsSpan(index * TargetShape.Count, TargetShape.Count).CopyTo(target);

    /// <inheritdoc/>
    public override void Read(int index, Span<float> input, Span<float> target)
    {
        inputs.AsSpan(index * InputShape.Count, InputShape.Count).CopyTo(input);
        ReadTarget(index, target);
    }

    private static int CountOf(float[] values, Shape shape, string name)
    {
        var (count, rest) = Math.DivRem(values.Length, shape.Count);
        return count > 0 && rest == 0
            ? count
            : throw new ArgumentException(
                $"ArrayDataset: expected a multiple of {shape.Count} numbers for {name} of shape {shape}; received {values.Length}.", name);
    }
}
