using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Fovea.Formats.SafeTensors;

/// <summary>Writes <c>.safetensors</c> files: tensors of 32-bit or 16-bit floats, one after the other without gaps.</summary>
internal static class SafeTensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes a file completely or not at all.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="tensors">The names, shapes and values; the values of one tensor at a time are requested.</param>
    /// <param name="metadata">Texts by name.</param>
    /// <param name="half">Whether values are rounded to 16 bits.</param>
    /// <exception cref="IOException">The file cannot be written; an old file is then intact.</exception>
    public static void Write(
        string path, IReadOnlyList<(string Name, Shape Shape, Func<float[]> Values)> tensors, IReadOnlyDictionary<string, string> metadata,
        bool half = false) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata, half));

    /// <summary>
    /// Like <see cref="Write(string, IReadOnlyList{ValueTuple{string, Shape, Func{float[]}}}, IReadOnlyDictionary{string, string}, bool)"/>, to a stream.
    /// </summary>
    public static void Write(
        Stream stream, IReadOnlyList<(string Name, Shape Shape, Func<float[]> Values)> tensors, IReadOnlyDictionary<string, string> metadata, bool half = false)
    {
        var header = JsonText.ToUtf8(Header(tensors, metadata, half));
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        var padded = (header.Length + Alignment - 1) / Alignment * Alignment;
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        stream.Write(length);
        stream.Write(header);
        while (padded-- > header.Length) stream.WriteByte((byte)' ');
        foreach (var (_, _, values) in tensors) stream.Write(Bytes(values(), half));
    }

    private static JsonObject Header(
        IReadOnlyList<(string Name, Shape Shape, Func<float[]> Values)> tensors, IReadOnlyDictionary<string, string> metadata, bool half)
    {
        var texts = metadata.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value)));
        var header = new JsonObject { ["__metadata__"] = new JsonObject(texts) };
        var offset = 0L;
        foreach (var (name, shape, _) in tensors)
        {
            var end = offset + ((long)shape.Count * (half ? sizeof(ushort) : sizeof(float)));
            header.Add(name, new JsonObject
            {
                ["dtype"] = SafeTensorsFile.NameOf(half ? StoredType.Float16 : StoredType.Float32),
                ["shape"] = new JsonArray([.. shape.Dimensions.ToArray().Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(offset, end),
            });
            offset = end;
        }

        return header;
    }

    private static ReadOnlySpan<byte> Bytes(float[] values, bool half)
    {
        if (!half && BitConverter.IsLittleEndian) return MemoryMarshal.AsBytes(values.AsSpan());
        var size = half ? sizeof(ushort) : sizeof(float);
        var bytes = new byte[values.Length * size];
        for (var i = 0; i < values.Length; i++)
        {
            if (half) BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * size), (Half)values[i]);
            else BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * size), values[i]);
        }

        return bytes;
    }
}
