namespace Fovea.Formats.Onnx;

/// <summary>What kind of numbers a type of elements holds.</summary>
internal enum ElementKind
{
    Float,
    Whole,
    Truth,
}

/// <summary>The types of elements, as <c>TensorProto.DataType</c> numbers them.</summary>
internal static class OnnxTypes
{
    private static readonly Dictionary<string, long> Names = new()
    {
        ["FLOAT"] = 1,
        ["UINT8"] = 2,
        ["INT8"] = 3,
        ["UINT16"] = 4,
        ["INT16"] = 5,
        ["INT32"] = 6,
        ["INT64"] = 7,
        ["BOOL"] = 9,
        ["FLOAT16"] = 10,
        ["DOUBLE"] = 11,
        ["UINT32"] = 12,
        ["UINT64"] = 13,
    };

    /// <summary>The type that a Cast asks for; a text before version 6.</summary>
    public static long Target(OnnxNodeReader node) =>
        node.Node.Attributes.GetValueOrDefault("to")?.Text is { } name
            ? Names.TryGetValue(node.Text("to", name), out var type) ? type : throw new InvalidDataException($"it casts to '{name}'")
            : node.OptionalInteger("to") ?? throw new InvalidDataException("its attribute 'to' is missing");

    /// <exception cref="InvalidDataException">It holds texts, complex numbers or floats of 8 bits and less.</exception>
    public static ElementKind Kind(long type) => type switch
    {
        1 or 10 or 11 or 16 => ElementKind.Float,
        2 or 3 or 4 or 5 or 6 or 7 or 12 or 13 => ElementKind.Whole,
        9 => ElementKind.Truth,
        _ => throw new InvalidDataException($"elements of the type {type} are not supported"),
    };

    /// <summary>The type in which a file keeps numbers, and what ONNX calls it.</summary>
    public static long Number(StoredType type) => type switch
    {
        StoredType.Float32 => 1,
        StoredType.UInt8 => 2,
        StoredType.Int8 => 3,
        StoredType.UInt16 => 4,
        StoredType.Int16 => 5,
        StoredType.Int32 => 6,
        StoredType.Int64 => 7,
        StoredType.Bool => 9,
        StoredType.Float16 => 10,
        StoredType.Float64 => 11,
        StoredType.UInt32 => 12,
        StoredType.UInt64 => 13,
        StoredType.BFloat16 => 16,
        _ => throw new NotSupportedException($"numbers of the type {type} have no place in an ONNX file."),
    };

    /// <summary>The least and the greatest number of a type that quantized values are kept in.</summary>
    /// <exception cref="InvalidDataException">None are.</exception>
    public static (float Least, float Most) Range(StoredType type) => type switch
    {
        StoredType.UInt8 => (0, 255),
        StoredType.Int8 => (-128, 127),
        StoredType.UInt16 => (0, 65535),
        StoredType.Int16 => (-32768, 32767),
        _ => throw new InvalidDataException($"values quantized to {type} are not supported"),
    };
}
