namespace Fovea;

/// <summary>Several tensors as one, and one as several.</summary>
public sealed partial class Tensor
{
    /// <summary>Joins tensors along a dimension, NumPy's <c>np.concatenate</c>.</summary>
    /// <param name="tensors">Tensors whose other dimensions are equal.</param>
    /// <param name="axis">The dimension; -1 is the last.</param>
    /// <exception cref="ShapeException">The other dimensions differ, or there are no tensors.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static Tensor Concat(IEnumerable<Tensor> tensors, int axis = 0)
    {
        var parts = Parts(tensors, nameof(Concat));
        var shape = parts[0].Shape;
        var index = parts[0].AxisOf(axis, shape.Rank, nameof(axis));
        foreach (var part in parts)
        {
            if (part.Shape.Rank != shape.Rank || part.Shape.With(index, 1) != shape.With(index, 1))
            {
                throw new ShapeException(
                    "Tensor.Concat", $"expected equal dimensions, apart from dimension {index}; received the shapes {shape} and {part.Shape}.");
            }
        }

        var result = Zeros(shape.With(index, parts.Sum(part => part.Shape[index])));
        var (outer, position) = (shape.Dimensions[..index].ToArray().Aggregate(1, (product, size) => product * size), 0);
        for (var i = 0; i < outer; i++)
        {
            foreach (var part in parts)
            {
                var run = part.Values.Length / outer;
                Array.Copy(part.Values, i * run, result.Values, position, run);
                position += run;
            }
        }

        return result;
    }

    /// <summary>Joins tensors of one shape along a new dimension, NumPy's <c>np.stack</c>.</summary>
    /// <param name="tensors">Tensors of the same shape.</param>
    /// <param name="axis">The position of the new dimension; -1 is after the last.</param>
    /// <exception cref="ShapeException">The shapes differ, or there are no tensors.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public static Tensor Stack(IEnumerable<Tensor> tensors, int axis = 0)
    {
        var parts = Parts(tensors, nameof(Stack));
        foreach (var part in parts)
        {
            if (part.Shape != parts[0].Shape)
                throw new ShapeException("Tensor.Stack", $"expected tensors of one shape; received the shapes {parts[0].Shape} and {part.Shape}.");
        }

        return Concat(parts.Select(part => part.ExpandDims(axis)), axis);
    }

    /// <summary>The slices along a dimension, each without it. <c>foreach</c> over a tensor visits the slices of the first dimension.</summary>
    /// <param name="axis">The dimension; -1 is the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public Tensor[] Unstack(int axis = 0)
    {
        var index = AxisOf(axis, Shape.Rank, nameof(axis));
        TensorIndex[] indices = [.. Enumerable.Repeat((TensorIndex)Range.All, Shape.Rank)];
        var slices = new Tensor[Shape[index]];
        for (var i = 0; i < slices.Length; i++)
        {
            indices[index] = i;
            slices[i] = this[indices];
        }

        return slices;
    }

    /// <summary>Enumerates copies of the slices of the first dimension: <c>foreach (var image in images)</c>.</summary>
    /// <exception cref="InvalidOperationException">The tensor is a scalar.</exception>
    public IEnumerator<Tensor> GetEnumerator()
    {
        if (Shape.Rank == 0) throw new InvalidOperationException("Tensor (): a tensor without dimensions cannot be enumerated.");
        return Slices();

        IEnumerator<Tensor> Slices()
        {
            for (var i = 0; i < Shape[0]; i++) yield return this[i];
        }
    }

    private static Tensor[] Parts(IEnumerable<Tensor> tensors, string method)
    {
        Tensor[] parts = [.. tensors.NotNull($"Tensor.{method}", nameof(tensors))];
        if (parts.Length == 0) throw new ShapeException($"Tensor.{method}", "expected at least one tensor; received none.");
        foreach (var part in parts) part.NotNull($"Tensor.{method}", nameof(tensors));
        return parts;
    }
}
