using System.Diagnostics;

namespace Fovea;

/// <summary>The elements that an index selects in one dimension.</summary>
/// <param name="Axis">The dimension of the source; -1 for a new dimension.</param>
/// <param name="Start">The first element.</param>
/// <param name="Count">The number of elements.</param>
/// <param name="Step">The distance of adjacent elements; it may be negative.</param>
/// <param name="IsKept">Whether the result has this dimension.</param>
internal readonly record struct SelectedDimension(int Axis, int Start, int Count, int Step, bool IsKept)
{
    /// <summary>Resolves the indices of a tensor. Dimensions without an index are selected whole.</summary>
    /// <param name="shape">The shape of the tensor.</param>
    /// <param name="indices">The indices, outermost dimension first.</param>
    /// <param name="subject">The object whose name begins the message of an error.</param>
    /// <returns>An entry for each dimension of the source and each new dimension, in the order of the result.</returns>
    public static SelectedDimension[] Resolve(Shape shape, ReadOnlySpan<TensorIndex> indices, string subject)
    {
        var (named, ellipses) = (0, 0);
        foreach (var index in indices)
        {
            if (index.Kind is TensorIndexKind.Element or TensorIndexKind.Range) named++;
            if (index.Kind is TensorIndexKind.Ellipsis) ellipses++;
        }

        if (named > shape.Rank)
            throw new ArgumentException($"{subject}: expected at most {shape.Rank} indices, one for each dimension; received {named}.", nameof(indices));
        if (ellipses > 1) throw new ArgumentException($"{subject}: expected TensorIndex.Ellipsis at most once; received it {ellipses} times.", nameof(indices));

        var selected = new List<SelectedDimension>(shape.Rank);
        var axis = 0;
        foreach (var index in indices)
        {
            if (index.Kind == TensorIndexKind.NewAxis) selected.Add(new SelectedDimension(-1, 0, 1, 1, true));
            else if (index.Kind == TensorIndexKind.Ellipsis) AddWhole(shape.Rank - named);
            else selected.Add(Of(shape, axis++, index, subject));
        }

        AddWhole(shape.Rank - axis);
        return [.. selected];

        void AddWhole(int count)
        {
            for (var end = axis + count; axis < end; axis++) selected.Add(new SelectedDimension(axis, 0, shape[axis], 1, true));
        }
    }

    /// <summary>The shape of the result.</summary>
    public static Shape ShapeOf(ReadOnlySpan<SelectedDimension> selected)
    {
        var sizes = new List<int>();
        foreach (var dimension in selected)
        {
            if (dimension.IsKept) sizes.Add(dimension.Count);
        }

        return new Shape([.. sizes]);
    }

    private static SelectedDimension Of(Shape shape, int axis, TensorIndex indices, string subject)
    {
        var size = shape[axis];
        if (indices.Kind == TensorIndexKind.Element)
        {
            var element = indices.Element.GetOffset(size);
            if (element < 0 || element >= size)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices), $"{subject}: the index {indices} is outside dimension {axis} of size {size}; expected 0 to {size - 1}, or ^{size} to ^1.");
            }

            return new SelectedDimension(axis, element, 1, 1, false);
        }

        Debug.Assert(indices.Kind == TensorIndexKind.Range, "the other kinds select no elements of a dimension");
        var (start, end) = (indices.Range.Start.GetOffset(size), indices.Range.End.GetOffset(size));
        if (start < 0 || end > size)
        {
            throw new ArgumentOutOfRangeException(
                nameof(indices), $"{subject}: the range {indices.Range} is outside dimension {axis} of size {size}; expected a range within 0..{size}.");
        }

        if (start >= end)
        {
            throw new ArgumentOutOfRangeException(
                nameof(indices), $"{subject}: the range {indices.Range} selects nothing in dimension {axis} of size {size}; expected at least one element.");
        }

        return new SelectedDimension(axis, indices.Step > 0 ? start : end - 1, ((end - start - 1) / Math.Abs(indices.Step)) + 1, indices.Step, true);
    }
}
