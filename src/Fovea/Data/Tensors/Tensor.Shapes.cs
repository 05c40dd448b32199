namespace Fovea;

/// <summary>Other shapes. <c>Reshape</c>, <c>Flatten</c>, <c>ExpandDims</c> and <c>Squeeze</c> share the values; <c>Transpose</c> copies.</summary>
public sealed partial class Tensor
{
    /// <summary>
    /// The same values in another shape, which are not copied: <c>images.Reshape(-1, 784)</c>, <c>x.Reshape(other.Shape)</c>.
    /// </summary>
    /// <param name="dimensions">The dimensions. One of them may be -1: it is computed from the others.</param>
    /// <exception cref="ShapeException">The shape holds another number of values, or -1 occurs twice.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> dimensions)
    {
        int[] sizes = [.. dimensions];
        var (open, known) = (Array.IndexOf(sizes, -1), 1L);
        for (var i = 0; i < sizes.Length; i++) known = i == open ? known : known * sizes[i];
        if (open >= 0 && known > 0 && Values.Length % known == 0) sizes[open] = (int)(Values.Length / known);
        if (sizes.Any(size => size < 1) || sizes.Aggregate(1L, (product, size) => Math.Min(int.MaxValue + 1L, product * size)) != Values.Length)
        {
            throw new ShapeException(
                "Tensor", $"the {Values.Length} values of shape {Shape} do not fit in the shape ({string.Join(", ", dimensions.ToArray())}).");
        }

        return new Tensor(new Shape(sizes), Values);
    }

    /// <inheritdoc cref="Reshape(ReadOnlySpan{int})"/>
    public Tensor Reshape(params int[] dimensions) => Reshape(dimensions.AsSpan());

    /// <summary>The same values in one dimension. They are not copied.</summary>
    public Tensor Flatten() => new([Values.Length], Values);

    /// <summary>Adds a dimension of size 1, NumPy's <c>np.expand_dims</c>. The values are not copied.</summary>
    /// <param name="axis">The position of the new dimension; -1 is after the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public Tensor ExpandDims(int axis)
    {
        List<int> sizes = [.. Shape.Dimensions];
        sizes.Insert(AxisOf(axis, Shape.Rank + 1, nameof(axis)), 1);
        return new Tensor(new Shape([.. sizes]), Values);
    }

    /// <summary>Removes all dimensions of size 1. The values are not copied.</summary>
    public Tensor Squeeze() => new(new Shape([.. Shape.Dimensions.ToArray().Where(size => size != 1)]), Values);

    /// <summary>Removes a dimension of size 1. The values are not copied.</summary>
    /// <param name="axis">The dimension; -1 is the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    /// <exception cref="ShapeException">The size of the dimension is not 1.</exception>
    public Tensor Squeeze(int axis)
    {
        var index = AxisOf(axis, Shape.Rank, nameof(axis));
        if (Shape[index] != 1) throw new ShapeException("Tensor", $"expected size 1 in dimension {index} of {Shape}, to remove it; received {Shape[index]}.");
        List<int> sizes = [.. Shape.Dimensions];
        sizes.RemoveAt(index);
        return new Tensor(new Shape([.. sizes]), Values);
    }

    /// <summary>Reverses the order of the dimensions: rows become columns.</summary>
    public Tensor Transpose() => Transpose([.. Enumerable.Range(0, Shape.Rank).Reverse()]);

    /// <summary>Reorders the dimensions: <c>images.Transpose(0, 3, 1, 2)</c> puts the channels first.</summary>
    /// <param name="axes">For each dimension of the result, the dimension of this tensor; -1 is the last.</param>
    /// <exception cref="ArgumentException">A dimension is missing or occurs twice.</exception>
    public Tensor Transpose(params ReadOnlySpan<int> axes)
    {
        int[] order = [.. axes];
        for (var i = 0; i < order.Length; i++) order[i] = order[i] < 0 ? order[i] + Shape.Rank : order[i];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, Shape.Rank)))
        {
            throw new ArgumentException(
                $"Tensor {Shape}: expected each axis from 0 to {Shape.Rank - 1} once; received ({string.Join(", ", axes.ToArray())}).", nameof(axes));
        }

        var values = TransposedValues(order);
        return new Tensor(new Shape([.. order.Select(axis => Shape[axis])]), values == Values ? [.. values] : values);
    }

    /// <inheritdoc cref="Transpose(ReadOnlySpan{int})"/>
    public Tensor Transpose(params int[] axes) => Transpose(axes.AsSpan());

    /// <summary>The values in another order of dimensions; not copied if the order is the same.</summary>
    private float[] TransposedValues(int[] order)
    {
        if (order.AsSpan().SequenceEqual([.. Enumerable.Range(0, order.Length)])) return Values;
        var strides = StridedElements.RowMajorStrides(Shape);
        var values = new float[Values.Length];
        new StridedElements(0, Array.ConvertAll(order, axis => Shape[axis]), Array.ConvertAll(order, axis => strides[axis])).CopyTo(Values, values);
        return values;
    }

    /// <summary>An axis that may count from the end, as an index.</summary>
    private int AxisOf(int axis, int rank, string argument) => axis >= -rank && axis < rank
        ? (axis + rank) % rank
        : throw new ArgumentOutOfRangeException(argument, rank == 0
            ? $"Tensor {Shape}: expected no axis, since a scalar has no dimensions; received {axis}."
            : $"Tensor {Shape}: axis must be from {-rank} to {rank - 1}; received {axis}.");
}
