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

    /// <summary>The size of the dimension outside the innermost; 1 if there is none.</summary>
    public int OuterCount { get; } = dimensions.Length < 2 ? 1 : dimensions[^2];

    /// <summary>The stride of the dimension outside the innermost; 0 if there is none.</summary>
    public int OuterStride { get; } = strides.Length < 2 ? 0 : strides[^2];

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

    /// <summary>
    /// Positions in a tensor that is broadcast to a shape: the innermost dimensions are aligned, and dimensions of size 1 are repeated. Adjacent dimensions
    /// that are walked like one are joined.
    /// </summary>
    public static StridedIndex Broadcast(Shape from, Shape to)
    {
        var strides = new int[to.Rank];
        var own = RowMajor(from);
        for (var axis = 1; axis <= from.Rank; axis++) strides[^axis] = from[^axis] == 1 ? 0 : own[^axis];
        return Joined(to.Dimensions, strides);
    }

    private static StridedIndex Joined(ReadOnlySpan<int> dimensions, ReadOnlySpan<int> strides)
    {
        var (sizes, steps) = (new List<int>(), new List<int>());
        for (var axis = 0; axis < dimensions.Length; axis++)
        {
            if (sizes.Count > 0 && steps[^1] == strides[axis] * dimensions[axis]) (sizes[^1], steps[^1]) = (sizes[^1] * dimensions[axis], strides[axis]);
            else (sizes, steps) = ([.. sizes, dimensions[axis]], [.. steps, strides[axis]]);
        }

        return new StridedIndex([.. sizes], [.. steps]);
    }
}
