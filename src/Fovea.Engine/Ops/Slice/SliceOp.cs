namespace Fovea.Engine.Ops;

/// <summary><paramref name="Length"/> positions of one dimension, from <paramref name="Start"/> on.</summary>
public sealed record SliceOp(int Axis, int Start, int Length) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var shape = inputs[0];
        if (Axis < 0 || Axis >= shape.Rank) throw new ShapeException(Name, $"expected a dimension of {shape}; received {Axis}.");
        if (Start < 0 || Length < 1 || Start > shape[Axis] - Length)
            throw new ShapeException(
                Name, $"expected a start and a length within dimension {Axis} of {shape}; received the start {Start} and the length {Length}.");
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
/// Places a tensor at the position <paramref name="Start"/> of a dimension of <paramref name="Size"/>, with zeros elsewhere. It is the gradient of
/// <see cref="SliceOp"/>.
/// </summary>
public sealed record EmbedOp(int Axis, int Start, int Size) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var shape = inputs[0];
        if (Axis < 0 || Axis >= shape.Rank) throw new ShapeException(Name, $"expected a dimension of {shape}; received {Axis}.");
        if (Start < 0 || Start > Size - shape[Axis])
            throw new ShapeException(Name, $"expected a start at which {shape[Axis]} positions fit into a dimension of {Size}; received {Start}.");
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

/// <summary>The runs of contiguous elements that a tensor occupies in a larger one, which is longer in one dimension.</summary>
/// <param name="Count">The number of runs: the product of the dimensions before that one.</param>
/// <param name="InnerLength">The length of a run.</param>
/// <param name="OuterLength">The distance in the larger tensor from the start of one run to the start of the next.</param>
/// <param name="Offset">The start of the first run in the larger tensor.</param>
internal readonly record struct AxisRuns(int Count, int InnerLength, int OuterLength, int Offset)
{
    public static AxisRuns Between(int axis, Shape inner, Shape outer, int start) =>
        new(inner[..axis].Count, inner[axis..].Count, outer[axis..].Count, start * inner[(axis + 1)..].Count);

    /// <summary>Visits every position of the smaller tensor with its position in the larger one.</summary>
    public void ForEachPair(Action<int, int> visit)
    {
        for (var i = 0; i < Count * InnerLength; i++) visit(i, (i / InnerLength * OuterLength) + Offset + (i % InnerLength));
    }
}

/// <summary>Slicing of nodes.</summary>
public static class Slicing
{
    extension(Node x)
    {
        /// <summary><paramref name="length"/> positions of one dimension, from <paramref name="start"/> on.</summary>
        /// <exception cref="ShapeException">The node does not have these positions.</exception>
        public Node Slice(int axis, int start, int length) => new(new SliceOp(axis, start, length), x);

        /// <summary>The listed positions of one dimension, in that order; a position may occur several times.</summary>
        internal Node Gather(int axis, IReadOnlyList<int> positions)
        {
            // An image: its rows are the dimensions before the axis, its columns the axis, its channels the dimensions after.
            var batch = axis == 0 ? 1 : x.Shape[0];
            var (before, size, after) = (x.Shape[..axis].Count / batch, x.Shape[axis], x.Shape[(axis + 1)..].Count);
            var rows = AxisSampling.Of(new AxisTaps(before, [.. Enumerable.Range(0, before).Select(row => (row, new double[] { 1 }))]));
            var columns = AxisSampling.Of(new AxisTaps(size, [.. positions.Select(position => (position, new double[] { 1 }))]));
            return new Node(new ResampleOp(rows, columns), x.Reshape([batch, before, size, after])).Reshape(x.Shape.With(axis, positions.Count));
        }
    }
}
