namespace Fovea;

/// <summary>Values with a shape in a managed array, row-major: the inputs, targets and predictions of a model.</summary>
public sealed class Tensor
{
    /// <summary>Creates a tensor over an array, which is not copied.</summary>
    /// <exception cref="ArgumentException">The length of the array does not match the shape.</exception>
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

    /// <summary>The values, row-major.</summary>
    public float[] Values { get; }

    /// <summary>One sample: the values at one index of the first dimension.</summary>
    public ReadOnlySpan<float> Sample(int index) => Values.AsSpan(index * (Values.Length / Shape[0]), Values.Length / Shape[0]);

    /// <summary>The shape, as in <c>Tensor (10, 28, 28, 1)</c>.</summary>
    public override string ToString() => $"Tensor {Shape}";
}
