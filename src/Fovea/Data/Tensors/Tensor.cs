using System.Runtime.CompilerServices;

namespace Fovea;

/// <summary>
/// A multidimensional array of float32 values: the inputs, targets and predictions of a model. The values are in a managed array, row-major (the last
/// dimension varies fastest). Indexing, arithmetic and reductions work as in NumPy, and return new tensors.
/// </summary>
[CollectionBuilder(typeof(Tensor), nameof(Create))]
public sealed partial class Tensor
{
    /// <summary>Creates a tensor that uses <paramref name="values"/> as its memory. The array is not copied.</summary>
    /// <param name="shape">The dimensions.</param>
    /// <param name="values">The values, row-major.</param>
    /// <exception cref="ArgumentException">The length of the array does not match the shape.</exception>
    public Tensor(Shape shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != shape.Count)
            throw new ArgumentException($"Tensor: the shape {shape} holds {shape.Count} values; received {values.Length}.", nameof(values));
        Shape = shape;
        Values = values;
    }

    /// <summary>The dimensions, the batch first.</summary>
    public Shape Shape { get; }

    /// <summary>The values, row-major. They are the memory of the tensor: what is written here changes the tensor.</summary>
    public float[] Values { get; }
}
