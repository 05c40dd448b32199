namespace Fovea;

/// <summary>NumPy's broadcasting: the last dimensions are aligned, and dimensions of size 1 are repeated.</summary>
public sealed partial class Tensor
{
    /// <summary>Repeats the values to fill a shape, NumPy's <c>np.broadcast_to</c>. The result is a copy.</summary>
    /// <exception cref="ShapeException">A dimension is neither 1 nor that of <paramref name="shape"/>.</exception>
    public Tensor BroadcastTo(Shape shape) => new(shape, Shape == shape ? [.. Values] : ValuesAs(shape));

    /// <summary>The values broadcast to a shape; not copied if the tensor has this shape.</summary>
    private float[] ValuesAs(Shape shape)
    {
        if (Shape == shape) return Values;
        if (!Fits(Shape, shape)) throw new ShapeException("Tensor", $"a value of shape {Shape} cannot be broadcast to the shape {shape}.");
        var (own, strides) = (StridedElements.RowMajorStrides(Shape), new int[shape.Rank]);
        for (var axis = 1; axis <= Shape.Rank; axis++) strides[^axis] = Shape[^axis] == 1 ? 0 : own[^axis];
        var values = new float[shape.Count];
        new StridedElements(0, shape.Dimensions, strides).CopyTo(Values, values);
        return values;
    }

    private static bool Fits(Shape from, Shape to)
    {
        for (var axis = 1; axis <= from.Rank; axis++)
        {
            if (axis > to.Rank || (from[^axis] != 1 && from[^axis] != to[^axis])) return false;
        }

        return true;
    }

    /// <summary>The shape to which two shapes are broadcast.</summary>
    private static Shape Common(Shape left, Shape right)
    {
        if (left == right) return left;
        var sizes = new int[Math.Max(left.Rank, right.Rank)];
        for (var axis = 1; axis <= sizes.Length; axis++)
        {
            var (a, b) = (axis <= left.Rank ? left[^axis] : 1, axis <= right.Rank ? right[^axis] : 1);
            if (a != b && a != 1 && b != 1)
                throw new ShapeException("Tensor", $"the shapes {left} and {right} cannot be broadcast together: {a} and {b} differ, and neither is 1.");
            sizes[^axis] = Math.Max(a, b);
        }

        return new Shape(sizes);
    }
}
