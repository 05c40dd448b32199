using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Fovea.Formats.SafeTensors;

/// <summary>
/// A <c>.safetensors</c> file opened for reading: eight bytes with the length of the header, the header in JSON, then the values of all
/// tensors one after the other (huggingface/safetensors, README, "Format"). The values of a tensor are read on demand.
/// </summary>
internal sealed class SafeTensorsFile : IDisposable
{
    private const int LengthBytes = sizeof(ulong);
    private const string MetadataName = "__metadata__";

    private static readonly FrozenDictionary<string, StoredType> Types = (((string Name, StoredType Type)[])
    [
        ("BOOL", StoredType.Bool), ("I8", StoredType.Int8), ("U8", StoredType.UInt8), ("I16", StoredType.Int16), ("U16", StoredType.UInt16),
        ("I32", StoredType.Int32), ("U32", StoredType.UInt32), ("I64", StoredType.Int64), ("U64", StoredType.UInt64),
        ("F16", StoredType.Float16), ("BF16", StoredType.BFloat16), ("F32", StoredType.Float32), ("F64", StoredType.Float64),
    ]).ToFrozenDictionary(entry => entry.Name, entry => entry.Type);

    private readonly ModelSource source;
    private readonly bool isOwned;

    private SafeTensorsFile(ModelSource source, bool isOwned)
    {
        FilePath = source.Name;
        this.source = source;
        this.isOwned = isOwned;
        var (header, start) = ReadHeader();
        Metadata = ReadMetadata(header[MetadataName]);
        Tensors = ReadTensors(header, start, source.Length - start);
    }

    /// <summary>The file, for messages.</summary>
    public string FilePath { get; }

    /// <summary>The texts that the writer added, such as <c>format: pt</c>; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their values in the file.</summary>
    public IReadOnlyList<StoredArray> Tensors { get; }

    /// <summary>Whether a file may have this format: it begins with the length of a header and an opening brace.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> start) =>
        start.Length > LengthBytes && start[LengthBytes] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(start) is >= 2 and <= JsonText.MaximumBytes;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="ModelFormatException">It is not a sound safetensors file.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SafeTensorsFile Open(string path)
    {
        var source = ModelSource.Open(path);
        try
        {
            return new SafeTensorsFile(source, isOwned: true);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Reads from a file or a stream that is open, and stays so.</summary>
    /// <exception cref="ModelFormatException">It is not a sound safetensors file.</exception>
    public static SafeTensorsFile Open(ModelSource source) => new(source, isOwned: false);

    /// <summary>How a type is named in the header.</summary>
    public static string NameOf(StoredType type) => Types.First(entry => entry.Value == type).Key;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isOwned) source.Dispose();
    }

    private (JsonObject Header, long Start) ReadHeader()
    {
        var length = source.Length;
        if (length < LengthBytes) throw Damaged($"it has {length} bytes; expected the length of a header in the first {LengthBytes}");
        var announced = BinaryPrimitives.ReadUInt64LittleEndian(Read(0, LengthBytes));
        if (announced is < 2 or > JsonText.MaximumBytes || announced > (ulong)(length - LengthBytes))
            throw Damaged(
                $"its header has a stated length of {announced} bytes; expected 2 to {Math.Min(length - LengthBytes, JsonText.MaximumBytes)}, the file "
                + $"has {length}");
        var header = Read(LengthBytes, (int)announced);
        if (header[0] != (byte)'{') throw Damaged("its header does not begin with '{'");
        return (JsonText.ParseObject(header, FilePath, "header", JsonRepeats.None), LengthBytes + (long)announced);
    }

    private Dictionary<string, string> ReadMetadata(JsonNode? json)
    {
        if (json is null) return [];
        if (json is not JsonObject texts || texts.Any(entry => JsonReading.AsText(entry.Value) is null))
            throw Damaged($"'{MetadataName}' is {JsonText.Describe(json)}; expected an object of texts");
        return texts.ToDictionary(entry => entry.Key, entry => JsonReading.AsText(entry.Value)!);
    }

    private List<StoredArray> ReadTensors(JsonObject header, long start, long length)
    {
        var tensors = header.Where(entry => entry.Key != MetadataName).Select(entry => ReadTensor(entry.Key, entry.Value, start)).OrderBy(entry => entry.Begin)
            .ThenBy(entry => entry.End).ToList();
        var reached = 0L;
        foreach (var (array, begin, end) in tensors)
        {
            if (begin != reached)
                throw Damaged($"the tensor '{array.Name}' begins at byte {begin} of the data; expected {reached}, where the one before it ends");
            reached = end;
        }

        return reached == length
            ? [.. tensors.Select(entry => entry.Array)]
            : throw Damaged($"its tensors end at byte {reached} of the data, of which the file has {length}");
    }

    private (StoredArray Array, long Begin, long End) ReadTensor(string name, JsonNode? json, long start)
    {
        if (json is not JsonObject entry)
            throw Damaged($"the tensor '{name}' is {JsonText.Describe(json)}; expected an object with dtype, shape and data_offsets");
        var dtype = entry.TextOrNull("dtype") ?? throw Damaged($"the tensor '{name}' has no dtype");
        if (!Types.TryGetValue(dtype, out var type))
            throw ModelFormatException.About(
                FilePath, $"the tensor '{name}' is stored as {dtype}, which is not supported; "
                + $"expected {string.Join(", ", Types.Keys.Order(StringComparer.Ordinal))}.");
        var sizes = entry.ListOrNull("shape")?.Select(size => JsonReading.AsInteger(size) ?? -1).ToArray();
        if (sizes is null || sizes.Length > 8 || sizes.Any(size => size < 1))
            throw Damaged($"the tensor '{name}' has the shape {entry["shape"]?.ToJsonString() ?? "null"}; expected up to 8 sizes of at least 1");
        if (entry.ListOrNull("data_offsets") is not [var first, var last] || Offset(first) is not { } begin || Offset(last) is not { } end)
            throw Damaged($"the tensor '{name}' has the data_offsets {entry["data_offsets"]?.ToJsonString() ?? "null"}; expected [begin, end]");
        var count = sizes.Aggregate((UInt128)1, (product, size) => product > int.MaxValue ? product : product * (UInt128)size);
        var bytes = count * (UInt128)StoredArray.SizeOf(type);
        if (bytes > (UInt128)Array.MaxLength)
            throw Damaged($"the tensor '{name}' of shape {entry["shape"]!.ToJsonString()} takes more than the {Array.MaxLength} bytes that are read");
        if (end < begin || (UInt128)(end - begin) != bytes)
            throw Damaged($"the tensor '{name}' is at bytes {begin} to {end}; its shape {entry["shape"]!.ToJsonString()} of {dtype} takes {bytes}");
        return (new StoredArray(name, new Shape(sizes), type, (offset, part) => ReadAt(start + begin + offset, part)), begin, end);
    }

    private static long? Offset(JsonNode? json) => JsonReading.AsNumber(json) is >= 0 and < 1L << 53 and var number && Math.Floor(number) == number
        ? (long)number
        : null;

    private byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        ReadAt(offset, bytes);
        return bytes;
    }

    private void ReadAt(long offset, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var read = source.Read(offset, bytes);
            if (read == 0) throw Damaged($"it ends before byte {offset + bytes.Length}");
            bytes = bytes[read..];
            offset += read;
        }
    }

    private ModelFormatException Damaged(string what) => ModelFormatException.About(FilePath, $"it is not a sound safetensors file: {what}.");
}
