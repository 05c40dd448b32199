namespace Fovea.Engine.Ops;

/// <summary>A slice along one dimension: <paramref name="Length"/> positions from <paramref name="Start"/> on.</summary>
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
/// The gradient of <see cref="SliceOp"/>: zeros with the input embedded at <paramref name="Start"/> along one dimension, which gets the size
/// <paramref name="Size"/>.
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

/// <summary>The position of a tensor within one that is larger in one dimension, as runs of contiguous elements.</summary>
/// <param name="Count">The number of runs.</param>
/// <param name="InnerLength">The length of a run in the smaller tensor.</param>
/// <param name="OuterLength">The length of a run in the larger tensor.</param>
/// <param name="Offset">The offset of the smaller tensor's run within the larger tensor's run.</param>
internal readonly record struct AxisRuns(int Count, int InnerLength, int OuterLength, int Offset)
{
    public static AxisRuns Between(int axis, Shape inner, Shape outer, int start) =>
        new(inner[..axis].Count, inner[axis..].Count, outer[axis..].Count, start * inner[(axis + 1)..].Count);

    public void ForEachPair(Action<int, int> visit)
    {
        for (var i = 0; i < Count * InnerLength; i++) visit(i, (i / InnerLength * OuterLength) + Offset + (i % InnerLength));
    }
}

/// <summary>Slices of nodes.</summary>
public static class Slicing
{
    extension(Node x)
    {
        /// <summary>A slice along one dimension.</summary>
        /// <exception cref="ShapeException">The slice is not within the dimension.</exception>
        public Node Slice(int axis, int start, int length) => new(new SliceOp(axis, start, length), x);
    }
}
