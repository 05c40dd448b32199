using System.Runtime.CompilerServices;

namespace Fovea;

/// <summary>Conversions from and to numbers and arrays.</summary>
public sealed partial class Tensor
{
    /// <summary>The largest integer up to which float32 represents every integer: 2²⁴.</summary>
    private const int MaxExactInteger = 1 << 24;

    /// <summary>Converts a number to a tensor without dimensions.</summary>
    public static implicit operator Tensor(float value) => new(Shape.Scalar, [value]);

    /// <summary>Converts a number to a tensor without dimensions; it is rounded to float32.</summary>
    public static implicit operator Tensor(double value) => new(Shape.Scalar, [(float)value]);

    /// <summary>Copies an array into a tensor of one dimension.</summary>
    public static implicit operator Tensor(float[] values) => From(values);

    /// <summary>Copies an array into a tensor of two dimensions.</summary>
    public static implicit operator Tensor(float[,] values) => Copy<float>(values);

    /// <summary>Copies an array into a tensor of three dimensions.</summary>
    public static implicit operator Tensor(float[,,] values) => Copy<float>(values);

    /// <summary>Copies an array into a tensor of four dimensions.</summary>
    public static implicit operator Tensor(float[,,,] values) => Copy<float>(values);

    /// <summary>Copies integers, such as class numbers, into a tensor of one dimension.</summary>
    /// <exception cref="ArgumentException">A number is beyond ±2²⁴, where float32 does not represent every integer.</exception>
    public static implicit operator Tensor(int[] values) => From(values);

    /// <summary>Converts a tensor of one element to its value: <c>(float)tensor[0, 3]</c>.</summary>
    /// <exception cref="ArgumentException">The tensor has more than one element.</exception>
    public static explicit operator float(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Values.Length == 1) return tensor.Values[0];
        throw new ArgumentException(
            $"Tensor: expected a tensor of one element to convert it to a number; received the shape {tensor.Shape}.", nameof(tensor));
    }

    /// <summary>Copies numbers into a tensor of one dimension.</summary>
    /// <exception cref="ShapeException">There are no numbers.</exception>
    public static Tensor From(IEnumerable<float> values)
    {
        var copy = values.NotNull("Tensor.From", nameof(values)).ToArray();
        if (copy.Length == 0) throw new ShapeException("Tensor.From", "expected at least one value; received none.");
        return new Tensor([copy.Length], copy);
    }

    /// <summary>Copies numbers into a tensor of one dimension. They are rounded to float32.</summary>
    /// <exception cref="ShapeException">There are no numbers.</exception>
    public static Tensor From(IEnumerable<double> values) => From(values.NotNull("Tensor.From", nameof(values)).Select(value => (float)value));

    /// <summary>Copies integers, such as class numbers, into a tensor of one dimension.</summary>
    /// <exception cref="ArgumentException">A number is beyond ±2²⁴, where float32 does not represent every integer.</exception>
    /// <exception cref="ShapeException">There are no numbers.</exception>
    public static Tensor From(IEnumerable<int> values) => From(values.NotNull("Tensor.From", nameof(values)).Select(Exact));

    /// <summary>Copies an array of any number of dimensions.</summary>
    /// <param name="values">An array of <see cref="float"/>, <see cref="double"/>, <see cref="int"/>, <see cref="byte"/> or <see cref="bool"/>.</param>
    /// <exception cref="ArgumentException">
    /// The array has another type, or an integer is beyond ±2²⁴, where float32 does not represent every integer.
    /// </exception>
    [OverloadResolutionPriority(-1)]
    public static Tensor From(Array values) => values.NotNull("Tensor.From", nameof(values)).GetType().GetElementType() switch
    {
        var type when type == typeof(float) => Copy<float>(values),
        var type when type == typeof(double) => Copy<double>(values, value => (float)value),
        var type when type == typeof(int) => Copy<int>(values, Exact),
        var type when type == typeof(byte) => Copy<byte>(values, value => value),
        var type when type == typeof(bool) => Copy<bool>(values, value => value ? 1 : 0),
        var type => throw new ArgumentException(
            $"Tensor.From: expected an array of float, double, int, byte or bool; received elements of {type}.", nameof(values)),
    };

    /// <summary>A copy of the values, row-major.</summary>
    public float[] ToArray() => [.. Values];

    /// <summary>The values as integers: <c>int[] classes = predictions.ArgMax(-1).ToInt32Array()</c>.</summary>
    /// <exception cref="InvalidOperationException">A value is not an integer of 32 bits. Call <see cref="Round"/> first to round the values.</exception>
    public int[] ToInt32Array() => Array.ConvertAll(Values, value => value == MathF.Truncate(value) && value is >= int.MinValue and < -(float)int.MinValue
        ? (int)value
        : throw new InvalidOperationException(FormattableString.Invariant(
            $"Tensor {Shape}: expected integers of 32 bits; received {value}. Round() rounds the values.")));

    private static float Exact(int value) => Math.Abs((long)value) <= MaxExactInteger
        ? value
        : throw new ArgumentException(
            $"Tensor: expected integers from -{MaxExactInteger} to {MaxExactInteger}, which float32 represents exactly; received {value}.");

    private static Tensor Copy<T>(Array source, Func<T, float>? convert = null)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(source);
        var sizes = new int[source.Rank];
        for (var axis = 0; axis < sizes.Length; axis++) sizes[axis] = source.GetLength(axis);
        var shape = new Shape(sizes);
        var flat = new T[shape.Count];
        Buffer.BlockCopy(source, 0, flat, 0, Buffer.ByteLength(source));
        return new Tensor(shape, flat as float[] ?? Array.ConvertAll(flat, new Converter<T, float>(convert!)));
    }
}
