namespace Fovea.Engine.Ops;

/// <summary>Reductions of nodes along dimensions: sums, means, maxima and minima.</summary>
/// <remarks>
/// A dimension is given by its number: 0 is the outermost, usually the batch; −1 is the innermost. The reduced dimensions are removed from the shape, as in
/// NumPy. <c>x.Mean(1, 2)</c> averages images over height and width.
/// </remarks>
public static class Reductions
{
    extension(Node x)
    {
        /// <summary>The sum of all elements: a scalar.</summary>
        public Node Sum() => x.Shape.Rank == 0 ? x : new Node(new SumOp(0, x.Shape.Rank), x);

        /// <summary>The sum along some dimensions, which are removed.</summary>
        /// <param name="axes">The dimensions.</param>
        /// <exception cref="ShapeException">The node does not have one of the dimensions, or one is given twice.</exception>
        public Node Sum(params ReadOnlySpan<int> axes)
        {
            var (arranged, first) = Arrange(x, axes, "Sum");
            return arranged.SumRange(first, axes.Length);
        }

        /// <inheritdoc cref="Sum(Node, ReadOnlySpan{int})"/>
        public Node Sum(params int[] axes) => x.Sum(axes.AsSpan());

        /// <summary>The sum along one dimension, which is kept with size 1.</summary>
        /// <param name="axis">The dimension.</param>
        public Node SumAlong(int axis)
        {
            var counted = axis < 0 ? axis + x.Shape.Rank : axis;
            return x.SumRange(counted, 1).Reshape(x.Shape.With(counted, 1));
        }

        /// <summary>The mean of all elements: a scalar.</summary>
        public Node Mean() => x.Sum() / x.Shape.Count;

        /// <summary>The mean along some dimensions, which are removed.</summary>
        /// <inheritdoc cref="Sum(Node, ReadOnlySpan{int})"/>
        public Node Mean(params ReadOnlySpan<int> axes)
        {
            var sum = x.Sum(axes);
            return sum / (x.Shape.Count / sum.Shape.Count);
        }

        /// <inheritdoc cref="Mean(Node, ReadOnlySpan{int})"/>
        public Node Mean(params int[] axes) => x.Mean(axes.AsSpan());

        /// <summary>The maximum of all elements: a scalar. The gradient goes to the first maximum.</summary>
        public Node Max() => x.Shape.Rank == 0 ? x : Maximum(x.Reshape([1, 1, x.Shape.Count])).Reshape(Shape.Scalar);

        /// <summary>The maximum along some dimensions, which are removed. The gradient goes to the first maximum.</summary>
        /// <inheritdoc cref="Sum(Node, ReadOnlySpan{int})"/>
        public Node Max(params ReadOnlySpan<int> axes)
        {
            var reduced = AxesOf(x, axes, "Max");
            int[] kept = [.. Enumerable.Range(0, x.Shape.Rank).Except(reduced)];
            int[] order = [.. kept, .. reduced];
            var arranged = order.SequenceEqual(Enumerable.Range(0, order.Length)) ? x : x.Transpose(order);
            var left = new Shape([.. kept.Select(axis => x.Shape[axis])]);
            var batch = kept is [0, ..] ? x.Shape[0] : 1;
            return Maximum(arranged.Reshape([batch, left.Count / batch, x.Shape.Count / left.Count])).Reshape(left);
        }

        /// <inheritdoc cref="Max(Node, ReadOnlySpan{int})"/>
        public Node Max(params int[] axes) => x.Max(axes.AsSpan());

        /// <summary>The minimum of all elements: a scalar. The gradient goes to the first minimum.</summary>
        public Node Min() => -(-x).Max();

        /// <summary>The minimum along some dimensions, which are removed. The gradient goes to the first minimum.</summary>
        /// <inheritdoc cref="Sum(Node, ReadOnlySpan{int})"/>
        public Node Min(params ReadOnlySpan<int> axes) => -(-x).Max(axes);

        /// <inheritdoc cref="Min(Node, ReadOnlySpan{int})"/>
        public Node Min(params int[] axes) => x.Min(axes.AsSpan());

        /// <summary>Undoes a broadcast: the sum over the repeated dimensions, so that the result has the given shape.</summary>
        public Node SumTo(Shape shape)
        {
            var sum = x.SumRange(0, x.Shape.Rank - shape.Rank);
            for (var axis = 0; axis < shape.Rank; axis++)
            {
                if (shape[axis] != sum.Shape[axis]) sum = sum.SumAlong(axis);
            }

            return sum;
        }

        /// <summary>The sum over <paramref name="axisCount"/> dimensions from <paramref name="firstAxis"/> on, which are removed.</summary>
        internal Node SumRange(int firstAxis, int axisCount) => axisCount == 0 ? x : new Node(new SumOp(firstAxis, axisCount), x);
    }

    /// <summary>The maximum over the last of three dimensions.</summary>
    private static Node Maximum(Node x) =>
        x.Reshape(new Shape([.. x.Shape.Dimensions, 1])).MaxPool2D((1, x.Shape[2]), (1, x.Shape[2]), Padding.Valid).Reshape(x.Shape[..2]);

    /// <summary>Transposes a node so that some dimensions are adjacent, if they are not.</summary>
    /// <returns>The node, and the first of the dimensions.</returns>
    private static (Node Node, int First) Arrange(Node x, ReadOnlySpan<int> axes, string name)
    {
        var reduced = AxesOf(x, axes, name);
        if (reduced.Length == 0 || reduced[^1] - reduced[0] == reduced.Length - 1) return (x, reduced.FirstOrDefault());
        int[] kept = [.. Enumerable.Range(0, x.Shape.Rank).Except(reduced)];
        return (x.Transpose([.. kept, .. reduced]), kept.Length);
    }

    /// <summary>The dimensions in order, counted from 0.</summary>
    private static int[] AxesOf(Node x, ReadOnlySpan<int> axes, string name)
    {
        var counted = new int[axes.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            if (axes[i] < -x.Shape.Rank || axes[i] >= x.Shape.Rank)
                throw new ShapeException(name, $"expected a dimension of {x.Shape}, from {-x.Shape.Rank} to {x.Shape.Rank - 1}; received {axes[i]}.");
            counted[i] = axes[i] < 0 ? axes[i] + x.Shape.Rank : axes[i];
        }

        Array.Sort(counted);
        for (var i = 1; i < counted.Length; i++)
        {
            if (counted[i] == counted[i - 1]) throw new ShapeException(name, $"expected each dimension of {x.Shape} once; received {counted[i]} twice.");
        }

        return counted;
    }
}
