namespace Fovea.Engine;

/// <summary>
/// Maps row-major positions in a tensor to positions in memory with other strides, as broadcasting and transposition need it.
/// </summary>
/// <param name="dimensions">The tensor's dimensions, outermost first.</param>
/// <param name="strides">For each dimension the distance of adjacent elements in memory; 0 for a repeated dimension.</param>
internal sealed class StridedIndex(int[] dimensions, int[] strides)
{
    /// <summary>The size of the innermost dimension; 1 for a scalar.</summary>
    public int InnerCount { get; } = dimensions.Length == 0 ? 1 : dimensions[^1];

    /// <summary>The stride of the innermost dimension; 0 for a scalar.</summary>
    public int InnerStride { get; } = strides.Length == 0 ? 0 : strides[^1];

    /// <summary>The position in memory of the element at a row-major position.</summary>
    public int this[int position]
    {
        get
        {
            var offset = 0;
            for (var axis = dimensions.Length - 1; axis >= 0; axis--)
            {
                offset += position % dimensions[axis] * strides[axis];
                position /= dimensions[axis];
            }

            return offset;
        }
    }

    /// <summary>The strides of a tensor stored row-major.</summary>
    public static int[] RowMajor(Shape shape)
    {
        var strides = new int[shape.Rank];
        var stride = 1;
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return strides;
    }

    /// <summary>Positions in a tensor that is broadcast to a shape: the innermost dimensions are aligned, and dimensions of size 1 are repeated.</summary>
    public static StridedIndex Broadcast(Shape from, Shape to)
    {
        var strides = new int[to.Rank];
        var own = RowMajor(from);
        for (var axis = 1; axis <= from.Rank; axis++) strides[^axis] = from[^axis] == 1 ? 0 : own[^axis];
        return new StridedIndex(to.Dimensions.ToArray(), strides);
    }
}
