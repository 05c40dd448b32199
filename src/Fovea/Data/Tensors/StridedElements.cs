namespace Fovea;

/// <summary>
/// Elements of an array at regular distances: a slice, a permutation or a repetition of a row-major tensor. Copying and writing
/// visit them row-major.
/// </summary>
internal sealed class StridedElements
{
    private readonly int offset;
    private readonly int[] sizes;
    private readonly int[] strides;

    /// <summary>Creates the description of elements.</summary>
    /// <param name="offset">The position of the first element.</param>
    /// <param name="sizes">The number of elements in each dimension, outermost first.</param>
    /// <param name="strides">The distance of adjacent elements in each dimension; 0 repeats an element.</param>
    public StridedElements(int offset, ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides)
    {
        // Dimensions that continue each other in memory become one, so that copies are long.
        var (merged, distances) = (new List<int> { 1 }, new List<int> { 0 });
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            if (sizes[axis] == 1) continue;
            if (merged[^1] == 1 || distances[^1] == strides[axis] * sizes[axis]) merged[^1] *= sizes[axis];
            else merged.Add(sizes[axis]);
            if (distances.Count < merged.Count) distances.Add(0);
            distances[^1] = strides[axis];
        }

        this.offset = offset;
        this.sizes = [.. merged];
        this.strides = [.. distances];
    }

    /// <summary>The elements that indices select in a row-major tensor.</summary>
    public static StridedElements Of(Shape shape, ReadOnlySpan<SelectedDimension> selected)
    {
        var (distances, first) = (RowMajorStrides(shape), 0);
        var (sizes, strides) = (new int[selected.Length], new int[selected.Length]);
        for (var i = 0; i < selected.Length; i++)
        {
            var dimension = selected[i];
            sizes[i] = dimension.Count;
            if (dimension.Axis < 0) continue;
            first += dimension.Start * distances[dimension.Axis];
            strides[i] = dimension.Step * distances[dimension.Axis];
        }

        return new StridedElements(first, sizes, strides);
    }

    /// <summary>The distance of adjacent elements in each dimension of a row-major tensor.</summary>
    public static int[] RowMajorStrides(Shape shape)
    {
        var strides = new int[shape.Rank];
        for (int axis = shape.Rank - 1, stride = 1; axis >= 0; stride *= shape[axis--]) strides[axis] = stride;
        return strides;
    }

    /// <summary>Copies the elements of <paramref name="source"/> into <paramref name="target"/>, one after the other.</summary>
    public void CopyTo(ReadOnlySpan<float> source, Span<float> target) => Read(0, offset, source, ref target);

    /// <summary>Replaces the elements of <paramref name="target"/> by the values of <paramref name="source"/>.</summary>
    public void Write(ReadOnlySpan<float> source, Span<float> target) => Write(0, offset, ref source, target);

    private void Read(int axis, int position, ReadOnlySpan<float> source, ref Span<float> target)
    {
        var (size, stride) = (sizes[axis], strides[axis]);
        if (axis < sizes.Length - 1)
        {
            for (var i = 0; i < size; i++) Read(axis + 1, position + (i * stride), source, ref target);
            return;
        }

        if (stride == 1) source.Slice(position, size).CopyTo(target);
        else if (stride == 0) target[..size].Fill(source[position]);
        else for (var i = 0; i < size; i++) target[i] = source[position + (i * stride)];
        target = target[size..];
    }

    private void Write(int axis, int position, ref ReadOnlySpan<float> source, Span<float> target)
    {
        var (size, stride) = (sizes[axis], strides[axis]);
        if (axis < sizes.Length - 1)
        {
            for (var i = 0; i < size; i++) Write(axis + 1, position + (i * stride), ref source, target);
            return;
        }

        if (stride == 1) source[..size].CopyTo(target[position..]);
        else for (var i = 0; i < size; i++) target[position + (i * stride)] = source[i];
        source = source[size..];
    }
}
