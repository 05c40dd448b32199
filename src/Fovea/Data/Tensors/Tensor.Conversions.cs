namespace Fovea;

/// <summary>Conversions from and to numbers.</summary>
public sealed partial class Tensor
{
    /// <summary>Converts a number to a tensor without dimensions.</summary>
    public static implicit operator Tensor(float value) => new(Shape.Scalar, [value]);

    /// <summary>Converts a number to a tensor without dimensions; it is rounded to float32.</summary>
    public static implicit operator Tensor(double value) => new(Shape.Scalar, [(float)value]);

    /// <summary>Converts a tensor of one element to its value: <c>(float)tensor[0, 3]</c>.</summary>
    /// <exception cref="ArgumentException">The tensor has more than one element.</exception>
    public static explicit operator float(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Values.Length == 1) return tensor.Values[0];
        throw new ArgumentException(
            $"Tensor: expected a tensor of one element to convert it to a number; received the shape {tensor.Shape}.", nameof(tensor));
    }
}
