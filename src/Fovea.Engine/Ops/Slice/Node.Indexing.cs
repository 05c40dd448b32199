using Fovea.Engine.Ops;

namespace Fovea.Engine;

/// <content>Slices.</content>
public sealed partial class Node
{
    /// <summary>
    /// A part of the values, as NumPy's indexer: <c>x[.., 2..^2, 2..^2, 5]</c>. A range keeps a dimension, an integer removes it;
    /// dimensions without an index are whole.
    /// </summary>
    /// <param name="indices">The indices, outermost dimension first: integers, <c>^1</c>, ranges, <see cref="TensorIndex.Every(int)"/> and others.</param>
    /// <exception cref="ShapeException">There are more indices than dimensions, or one is outside its dimension.</exception>
    public Node this[params ReadOnlySpan<TensorIndex> indices]
    {
        get
        {
            var selected = Resolve(indices);
            var result = this;
            foreach (var (axis, start, count, step, _) in selected.Where(dimension => dimension.Axis >= 0))
            {
                if (step != 1) result = result.Gather(axis, [.. Enumerable.Range(0, count).Select(i => start + (i * step))]);
                else if (count != Shape[axis]) result = result.Slice(axis, start, count);
            }

            return result.Reshape(SelectedDimension.ShapeOf(selected));
        }
    }

    /// <inheritdoc cref="this[ReadOnlySpan{TensorIndex}]"/>
    /// <remarks>For F#, which cannot call the other overload with a list of arguments.</remarks>
    public Node this[params TensorIndex[] indices] => this[indices.AsSpan()];

    private SelectedDimension[] Resolve(ReadOnlySpan<TensorIndex> indices)
    {
        try
        {
            return SelectedDimension.Resolve(Shape, indices, "");
        }
        catch (ArgumentException error)
        {
            var end = error.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
            throw new ShapeException("Slice", error.Message[2..(end < 0 ? error.Message.Length : end)], error);
        }
    }
}
