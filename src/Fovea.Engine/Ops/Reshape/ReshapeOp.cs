namespace Fovea.Engine.Ops;

/// <summary>The same elements in the same order with another shape. It is a view: a plan computes nothing for it.</summary>
public sealed record ReshapeOp(Shape Shape) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Count == Shape.Count
        ? Shape
        : throw new ShapeException(Name, $"{inputs[0]} has {inputs[0].Count} elements; {Shape} has {Shape.Count}.");

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [outputGradient.Reshape(node.Inputs[0].Shape)];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) => call.Inputs[0].CopyTo(call.Output, 0);

    internal override int? ViewOffset => 0;
}

/// <summary>Reshaping of nodes.</summary>
public static class Reshaping
{
    extension(Node x)
    {
        /// <summary>The same elements with another shape.</summary>
        /// <exception cref="ShapeException">The shapes have different numbers of elements.</exception>
        public Node Reshape(Shape shape) => x.Shape == shape ? x : new Node(new ReshapeOp(shape), x);

        /// <summary>The same elements with one more dimension, of size 1.</summary>
        /// <param name="axis">The position of the new dimension in the result; −1 is the innermost.</param>
        /// <exception cref="ShapeException">There is no such position.</exception>
        public Node ExpandDims(int axis)
        {
            var rank = x.Shape.Rank + 1;
            if (axis < -rank || axis >= rank)
                throw new ShapeException("ExpandDims", $"expected a position from {-rank} to {rank - 1} for {x.Shape}; received {axis}.");
            var position = axis < 0 ? axis + rank : axis;
            return x.Reshape(new Shape([.. x.Shape.Dimensions[..position], 1, .. x.Shape.Dimensions[position..]]));
        }
    }
}
