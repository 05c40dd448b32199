namespace Fovea.Engine.Ops;

/// <summary>The sum over <paramref name="AxisCount"/> dimensions from <paramref name="FirstAxis"/> on, which are removed.</summary>
public sealed record SumOp(int FirstAxis, int AxisCount) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var shape = inputs[0];
        if (FirstAxis < 0 || AxisCount < 1 || FirstAxis + AxisCount > shape.Rank)
            throw new ShapeException(Name, $"the axes {FirstAxis} to {FirstAxis + AxisCount - 1} are not all in the shape {shape}.");
        return new Shape([.. shape.Dimensions[..FirstAxis], .. shape.Dimensions[(FirstAxis + AxisCount)..]]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var shape = node.Inputs[0].Shape;
        var kept = shape.Dimensions.ToArray();
        kept.AsSpan(FirstAxis, AxisCount).Fill(1);
        return [outputGradient.Reshape(new Shape(kept)).BroadcastTo(shape)];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (outer, summed, inner) = Extents(call.InputShapes[0]);
        for (var o = 0; o < outer; o++)
        {
            for (var s = 0; s < summed; s++)
            {
                for (var i = 0; i < inner; i++) call.Output[(o * inner) + i] += call.Inputs[0][(((o * summed) + s) * inner) + i];
            }
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output)
    {
        var (outer, summed, inner) = Extents(inputs[0]);
        return outer == 1 ? new SumRowsKernel(summed, inner) : new SumWithinKernel(outer, summed, inner);
    }

    private (int Outer, int Summed, int Inner) Extents(Shape shape) =>
        (shape[..FirstAxis].Count, shape[FirstAxis..(FirstAxis + AxisCount)].Count, shape[(FirstAxis + AxisCount)..].Count);
}

/// <summary>Sums and means of nodes.</summary>
public static class Reductions
{
    extension(Node x)
    {
        /// <summary>The sum of all elements: a scalar.</summary>
        public Node Sum() => x.Shape.Rank == 0 ? x : new Node(new SumOp(0, x.Shape.Rank), x);

        /// <summary>The sum over <paramref name="axisCount"/> dimensions from <paramref name="firstAxis"/> on, which are removed.</summary>
        public Node Sum(int firstAxis, int axisCount) => axisCount == 0 ? x : new Node(new SumOp(firstAxis, axisCount), x);

        /// <summary>The sum along one dimension, which is kept with size 1.</summary>
        /// <param name="axis">The dimension; 0 is the outermost. Negative values count from the end; −1 is the innermost.</param>
        public Node SumAlong(int axis)
        {
            var counted = axis < 0 ? axis + x.Shape.Rank : axis;
            return x.Sum(counted, 1).Reshape(x.Shape.With(counted, 1));
        }

        /// <summary>The mean of all elements: a scalar.</summary>
        public Node Mean() => x.Sum() / x.Shape.Count;

        /// <summary>Undoes a broadcast: the sum over the repeated dimensions, so that the result has the given shape.</summary>
        public Node SumTo(Shape shape)
        {
            var sum = x.Sum(0, x.Shape.Rank - shape.Rank);
            for (var axis = 0; axis < shape.Rank; axis++)
            {
                if (shape[axis] != sum.Shape[axis]) sum = sum.SumAlong(axis);
            }

            return sum;
        }
    }
}
