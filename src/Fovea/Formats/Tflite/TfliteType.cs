namespace Fovea.Formats.Tflite;

/// <summary>The types of tensors, with their numbers in the schema.</summary>
internal enum TfliteType
{
    Float32,
    Float16,
    Int32,
    UInt8,
    Int64,
    String,
    Bool,
    Int16,
    Complex64,
    Int8,
    Float64,
    Complex128,
    UInt64,
    Resource,
    Variant,
    UInt32,
    UInt16,
    Int4,
    BFloat16,
}

/// <summary>The quantization of a tensor: an integer q represents scale · (q − zero), with one scale and zero or one for each index of a dimension.</summary>
/// <param name="Scales">One scale, or one for each index of <paramref name="Axis"/>.</param>
/// <param name="Zeros">As many zero points.</param>
/// <param name="Axis">The dimension.</param>
internal sealed record TfliteQuantization(float[] Scales, long[] Zeros, int Axis)
{
    /// <summary>The quantization as a formula, for reports.</summary>
    public override string ToString() => Scales.Length == 1
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Scales[0]} * (q - {Zeros[0]})")
        : $"scales of dimension {Axis}{(Array.TrueForAll(Zeros, zero => zero == 0) ? "" : " and zeros")}";
}
