namespace Fovea;

/// <summary>Elements and slices.</summary>
public sealed partial class Tensor
{
    /// <summary>
    /// Selects elements with an index for each dimension, outermost first, and copies them into a new tensor. An integer or <c>^1</c> removes its
    /// dimension, a range keeps it, and dimensions without an index are kept whole: <c>images[0]</c> is the first image,
    /// <c>images[.., .., .., 0]</c> the first channel of all images. Setting replaces the elements; the value is broadcast to their shape.
    /// </summary>
    /// <param name="indices">Integers, <c>^1</c>, ranges, <see cref="TensorIndex.Every(int)"/>, <see cref="TensorIndex.Ellipsis"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index or a range is outside its dimension, or a range is empty.</exception>
    /// <exception cref="ArgumentException">There are more indices than dimensions, or more than one ellipsis.</exception>
    /// <exception cref="ShapeException">The value that is set cannot be broadcast to the shape of the elements.</exception>
    public Tensor this[params ReadOnlySpan<TensorIndex> indices]
    {
        get
        {
            var selected = SelectedDimension.Resolve(Shape, indices, $"Tensor {Shape}");
            var result = new Tensor(SelectedDimension.ShapeOf(selected), new float[CountOf(selected)]);
            StridedElements.Of(Shape, selected).CopyTo(Values, result.Values);
            return result;
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var selected = SelectedDimension.Resolve(Shape, indices, $"Tensor {Shape}");
            var shape = SelectedDimension.ShapeOf(selected);
            var values = value.ValuesAs(shape);
            if (values == Values) values = [.. values];  // a tensor that is assigned to a part of itself
            StridedElements.Of(Shape, selected).Write(values, Values);
        }
    }

    /// <inheritdoc cref="this[ReadOnlySpan{TensorIndex}]"/>
    /// <remarks>For F# and Visual Basic, which cannot call the other indexer with a list of indices.</remarks>
    public Tensor this[params TensorIndex[] indices]
    {
        get => this[indices.NotNull("Tensor", nameof(indices)).AsSpan()];
        set => this[indices.NotNull("Tensor", nameof(indices)).AsSpan()] = value;
    }

    /// <summary>One value.</summary>
    /// <param name="indices">An index for each dimension, outermost first, from 0.</param>
    /// <exception cref="ArgumentException">The number of indices is not the number of dimensions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside its dimension.</exception>
    public float At(params ReadOnlySpan<int> indices)
    {
        if (indices.Length != Shape.Rank)
            throw new ArgumentException($"Tensor {Shape}: expected {Shape.Rank} indices, one for each dimension; received {indices.Length}.", nameof(indices));
        var position = 0;
        for (var axis = 0; axis < indices.Length; axis++)
        {
            var (index, size) = (indices[axis], Shape[axis]);
            if (index < 0 || index >= size)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices), $"Tensor {Shape}: the index {index} is outside dimension {axis} of size {size}; expected 0 to {size - 1}.");
            }

            position = (position * size) + index;
        }

        return Values[position];
    }

    /// <inheritdoc cref="At(ReadOnlySpan{int})"/>
    public float At(params int[] indices) => At(indices.AsSpan());

    /// <summary>
    /// The elements that <paramref name="indices"/> select, as <c>tensor[…]</c> returns them in C#. For languages without <c>params</c> spans, such as F#.
    /// </summary>
    /// <inheritdoc cref="this[ReadOnlySpan{TensorIndex}]" path="/exception"/>
    public Tensor Slice(params TensorIndex[] indices) => this[indices];

    /// <summary>The values at one index of the first dimension, such as one image of a batch. They are not copied.</summary>
    /// <param name="index">The index, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the first dimension.</exception>
    public ReadOnlySpan<float> Sample(int index)
    {
        var count = Shape.Rank == 0 ? 0 : Shape[0];
        if (index < 0 || index >= count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), $"Tensor {Shape}: the index {index} is outside the first dimension of size {count}; expected 0 to {count - 1}.");
        }

        var size = Values.Length / count;
        return Values.AsSpan(index * size, size);
    }

    private static int CountOf(ReadOnlySpan<SelectedDimension> selected)
    {
        var count = 1;
        foreach (var dimension in selected) count *= dimension.Count;
        return count;
    }
}
