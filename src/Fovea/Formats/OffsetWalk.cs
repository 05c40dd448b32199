namespace Fovea.Formats;

/// <summary>
/// Visits the elements of a tensor in row-major order and returns the offset of each in other memory, which is the sum of one offset for each dimension.
/// Permuting, broadcasting and selecting elements are such walks.
/// </summary>
/// <param name="offsets">For each dimension, outermost first, the offset of each index. No dimension may be empty.</param>
internal sealed class OffsetWalk(int[][] offsets)
{
    private readonly int[] inner = offsets.Length == 0 ? [0] : offsets[^1];
    private readonly int[][] outer = offsets.Length == 0 ? [] : offsets[..^1];
    private readonly int[] indices = new int[Math.Max(0, offsets.Length - 1)];
    private int innerIndex;
    private int outerOffset = offsets.Length == 0 ? 0 : offsets[..^1].Sum(dimension => dimension[0]);

    /// <summary>A walk over a tensor whose elements have constant strides.</summary>
    public static OffsetWalk Strided(IReadOnlyList<int> dimensions, IReadOnlyList<int> strides) =>
        new([.. dimensions.Zip(strides, (size, stride) => Enumerable.Range(0, size).Select(index => index * stride).ToArray())]);

    /// <summary>The strides of a tensor stored row-major.</summary>
    public static int[] RowMajor(IReadOnlyList<int> dimensions)
    {
        var strides = new int[dimensions.Count];
        for (var (axis, stride) = (dimensions.Count - 1, 1); axis >= 0; stride *= dimensions[axis--]) strides[axis] = stride;
        return strides;
    }

    /// <summary>The offset of the next element. After the last element the walk begins again.</summary>
    public int Next()
    {
        if (innerIndex == inner.Length) NextRow();
        return outerOffset + inner[innerIndex++];
    }

    private void NextRow()
    {
        innerIndex = 0;
        for (var axis = outer.Length - 1; axis >= 0; axis--)
        {
            if (++indices[axis] < outer[axis].Length) break;
            indices[axis] = 0;
        }

        outerOffset = 0;
        for (var axis = 0; axis < outer.Length; axis++) outerOffset += outer[axis][indices[axis]];
    }
}
