using static Fovea.Formats.Onnx.OnnxSchema;

namespace Fovea.Formats.Onnx;

/// <summary>The kind of a data type.</summary>
internal enum ElementKind
{
    Float,
    Whole,
    Truth,
}

/// <summary>The data types of tensors, with their numbers and names in <c>TensorProto.DataType</c>.</summary>
internal static class OnnxTypes
{
    private static readonly (StoredType Stored, int Number, string Name)[] Types =
    [
        (StoredType.Float32, DataType.Float, "FLOAT"),
        (StoredType.UInt8, DataType.UInt8, "UINT8"),
        (StoredType.Int8, DataType.Int8, "INT8"),
        (StoredType.UInt16, DataType.UInt16, "UINT16"),
        (StoredType.Int16, DataType.Int16, "INT16"),
        (StoredType.Int32, DataType.Int32, "INT32"),
        (StoredType.Int64, DataType.Int64, "INT64"),
        (StoredType.Bool, DataType.Bool, "BOOL"),
        (StoredType.Float16, DataType.Float16, "FLOAT16"),
        (StoredType.Float64, DataType.Double, "DOUBLE"),
        (StoredType.UInt32, DataType.UInt32, "UINT32"),
        (StoredType.UInt64, DataType.UInt64, "UINT64"),
        (StoredType.BFloat16, DataType.BFloat16, "BFLOAT16"),
    ];

    /// <summary>The target type of a Cast, which is a text before version 6.</summary>
    public static long Target(OnnxNodeReader node) =>
        node.Node.Attributes.GetValueOrDefault("to")?.Text is { } name
            ? Array.Find(Types, type => type.Name == node.Text("to", name)) is { Number: > 0 } known
                ? known.Number
                : throw new InvalidDataException($"it casts to '{name}'")
            : node.OptionalInteger("to") ?? throw new InvalidDataException("its attribute 'to' is missing");

    /// <exception cref="InvalidDataException">The elements are texts, complex numbers, or floats of at most 8 bits.</exception>
    public static ElementKind Kind(long type) => StoredAs(type) switch
    {
        StoredType.Float32 or StoredType.Float16 or StoredType.Float64 or StoredType.BFloat16 => ElementKind.Float,
        StoredType.Bool => ElementKind.Truth,
        not null => ElementKind.Whole,
        null => throw new InvalidDataException($"elements of the type {type} are not supported"),
    };

    /// <summary>The number of a data type in ONNX.</summary>
    public static long Number(StoredType type) => Array.Find(Types, known => known.Stored == type).Number;

    /// <summary>The data type with a number in ONNX; null if it is not supported.</summary>
    public static StoredType? StoredAs(long number) => Array.Find(Types, known => known.Number == number) is { Number: > 0 } known ? known.Stored : null;

    /// <summary>The smallest and the largest integer of a type for quantized values.</summary>
    /// <exception cref="InvalidDataException">Values quantized to the type are not supported.</exception>
    public static (float Min, float Max) Range(StoredType type) => type switch
    {
        StoredType.UInt8 => (0, 255),
        StoredType.Int8 => (-128, 127),
        StoredType.UInt16 => (0, 65535),
        StoredType.Int16 => (-32768, 32767),
        _ => throw new InvalidDataException($"values quantized to {type} are not supported"),
    };
}
