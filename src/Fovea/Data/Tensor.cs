namespace Fovea;

/// <summary>Numbers with a shape, in a plain managed array, row-major: images and labels going in, predictions coming out.</summary>
public sealed class Tensor
{
    /// <summary>Gives an array a shape; the array is used, not copied.</summary>
    /// <exception cref="ArgumentException">The array has another length than the shape.</exception>
    public Tensor(Shape shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != shape.Count)
            throw new ArgumentException($"Tensor: the shape {shape} holds {shape.Count} numbers; received {values.Length}.", nameof(values));
        Shape = shape;
        Values = values;
    }

    /// <summary>The dimensions, the batch first.</summary>
    public Shape Shape { get; }

    /// <summary>The numbers, row-major.</summary>
    public float[] Values { get; }

    /// <summary>One sample: the numbers of one index of the first dimension.</summary>
    public ReadOnlySpan<float> this[int index] => Values.AsSpan(index * (Values.Length / Shape[0]), Values.Length / Shape[0]);

    /// <summary>The shape, as in <c>Tensor (10, 28, 28, 1)</c>.</summary>
    public override string ToString() => $"Tensor {Shape}";
}
