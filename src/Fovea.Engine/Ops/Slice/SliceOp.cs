namespace Fovea.Engine.Ops;

/// <summary>The positions from <paramref name="Start"/> on, <paramref name="Length"/> of them, of one dimension.</summary>
public sealed record SliceOp(int Axis, int Start, int Length) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var shape = inputs[0];
        if (Axis < 0 || Axis >= shape.Rank) throw new ShapeException(Name, $"expected a dimension of {shape}; received {Axis}.");
        if (Start < 0 || Length < 1 || Start > shape[Axis] - Length)
            throw new ShapeException(Name, $"expected positions among the {shape[Axis]} of dimension {Axis} of {shape}; received {Length} from {Start} on.");
        return shape.With(Axis, Length);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [new Node(new EmbedOp(Axis, Start, node.Inputs[0].Shape[Axis]), outputGradient)];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) => AxisRuns.Between(Axis, call.OutputShape, call.InputShapes[0], Start).ForEachPair(
        (inner, outer) => call.Output[inner] = call.Inputs[0][outer]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output)
    {
        var runs = AxisRuns.Between(Axis, output, inputs[0], Start);
        return new CopyRunsKernel(runs.Count, runs.InnerLength, [new CopyRun(runs.InnerLength, runs.OuterLength, runs.Offset, runs.InnerLength, 0)]);
    }
}

/// <summary>
/// A tensor from position <paramref name="Start"/> on in one dimension of <paramref name="Size"/>, zeros elsewhere: the gradient of <see cref="SliceOp"/>.
/// </summary>
public sealed record EmbedOp(int Axis, int Start, int Size) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var shape = inputs[0];
        if (Axis < 0 || Axis >= shape.Rank) throw new ShapeException(Name, $"expected a dimension of {shape}; received {Axis}.");
        if (Start < 0 || Start > Size - shape[Axis])
            throw new ShapeException(Name, $"expected room for {shape[Axis]} positions from {Start} on; received {Size}.");
        return shape.With(Axis, Size);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [outputGradient.Slice(Axis, Start, node.Inputs[0].Shape[Axis])];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) => AxisRuns.Between(Axis, call.InputShapes[0], call.OutputShape, Start).ForEachPair(
        (inner, outer) => call.Output[outer] = call.Inputs[0][inner]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output)
    {
        var runs = AxisRuns.Between(Axis, inputs[0], output, Start);
        return new CopyRunsKernel(runs.Count, runs.OuterLength, [new CopyRun(runs.InnerLength, runs.InnerLength, 0, runs.OuterLength, runs.Offset)]);
    }
}

/// <summary>Where a tensor lies in one that is longer in one dimension: as many runs of neighbours as the dimensions before have positions.</summary>
/// <param name="Count">How many runs.</param>
/// <param name="InnerLength">How long a run of the smaller tensor is.</param>
/// <param name="OuterLength">How long one of the larger tensor is.</param>
/// <param name="Offset">Where in the larger tensor's run the smaller one's begins.</param>
internal readonly record struct AxisRuns(int Count, int InnerLength, int OuterLength, int Offset)
{
    public static AxisRuns Between(int axis, Shape inner, Shape outer, int start) =>
        new(inner[..axis].Count, inner[axis..].Count, outer[axis..].Count, start * inner[(axis + 1)..].Count);

    public void ForEachPair(Action<int, int> visit)
    {
        for (var i = 0; i < Count * InnerLength; i++) visit(i, (i / InnerLength * OuterLength) + Offset + (i % InnerLength));
    }
}

/// <summary>Parts of nodes.</summary>
public static class Slicing
{
    extension(Node x)
    {
        /// <summary>Some neighbouring positions of one dimension.</summary>
        /// <exception cref="ShapeException">There are no such positions.</exception>
        public Node Slice(int axis, int start, int length) => new(new SliceOp(axis, start, length), x);
    }
}
