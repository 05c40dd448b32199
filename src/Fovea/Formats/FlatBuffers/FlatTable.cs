using System.Text;

namespace Fovea.Formats.FlatBuffers;

/// <summary>One table of a FlatBuffer: fields by number, each of which may be absent. Offsets are checked before they are followed.</summary>
/// <remarks>
/// FlatBuffers, "Internals": a table begins with the distance to its list of fields (the vtable), which has the offset of each field in the table.
/// </remarks>
internal readonly struct FlatTable
{
    private const int MaxTextBytes = 1 << 16;
    private readonly FlatBufferSource source;
    private readonly long start;
    private readonly long fields;
    private readonly int fieldsLength;
    private readonly int length;

    public FlatTable(FlatBufferSource source, long start)
    {
        this.source = source;
        this.start = start;
        fields = start - source.Int32(start);
        fieldsLength = source.UInt16(fields);
        length = source.UInt16(fields + sizeof(ushort));
        if (fieldsLength < 4 || length < 4) throw new InvalidDataException($"the table at {start} is damaged");
        source.RequireWithin(fields, fieldsLength);
        source.RequireWithin(start, length);
    }

    /// <summary>The number of fields in the list; further fields are absent.</summary>
    public int FieldCount => (fieldsLength - 4) / sizeof(ushort);

    /// <summary>The root table of a FlatBuffer that begins at an offset of the file.</summary>
    public static FlatTable RootOf(FlatBufferSource source, long start = 0) => new(source, start + source.UInt32(start));

    public bool Has(int field) => Offset(field) > 0;

    public int Byte(int field, int absent = 0) => At(field, sizeof(byte)) is { } position ? source.Byte(position) : absent;

    public int Int(int field, int absent = 0) => At(field, sizeof(int)) is { } position ? source.Int32(position) : absent;

    public uint UInt(int field) => At(field, sizeof(uint)) is { } position ? source.UInt32(position) : 0;

    public ulong ULong(int field) => At(field, sizeof(ulong)) is { } position ? source.UInt64(position) : 0;

    public float Float(int field, float absent = 0) =>
        At(field, sizeof(float)) is { } position ? BitConverter.Int32BitsToSingle(source.Int32(position)) : absent;

    public string Text(int field)
    {
        var (position, count) = Vector(field, 1);
        if (count > MaxTextBytes) throw new InvalidDataException($"a text of {count} bytes is too long");
        return count == 0 ? "" : Encoding.UTF8.GetString(source.Bytes(position, count));
    }

    public FlatTable? Table(int field) => Reference(field) is { } position ? new FlatTable(source, position) : null;

    public IEnumerable<FlatTable> Tables(int field)
    {
        var (position, count) = Vector(field, sizeof(uint));
        var bytes = source;
        return Enumerable.Range(0, count).Select(i => new FlatTable(bytes, position + (4L * i) + bytes.UInt32(position + (4L * i))));
    }

    public byte[] Bytes(int field) => Vector(field, 1) is var (position, count) && count > 0 ? source.Bytes(position, count) : [];

    public int[] Ints(int field) => Numbers(field, sizeof(int), BitConverter.ToInt32);

    public long[] Longs(int field) => Numbers(field, sizeof(long), BitConverter.ToInt64);

    public float[] Floats(int field) => Numbers(field, sizeof(float), BitConverter.ToSingle);

    /// <summary>The position and the number of the elements of a vector; none if the field is absent.</summary>
    public (long Position, int Count) Vector(int field, int elementBytes)
    {
        if (Reference(field) is not { } position) return (0, 0);
        var count = source.UInt32(position);
        if (count > int.MaxValue) throw new InvalidDataException($"a list has {count} elements");
        source.RequireWithin(position + sizeof(uint), count * (long)elementBytes);
        return (position + sizeof(uint), (int)count);
    }

    private T[] Numbers<T>(int field, int size, Func<byte[], int, T> read)
    {
        var (position, count) = Vector(field, size);
        if (count == 0) return [];
        var bytes = source.Bytes(position, count * (long)size);
        if (!BitConverter.IsLittleEndian)
            for (var i = 0; i < count; i++) Array.Reverse(bytes, i * size, size);
        return [.. Enumerable.Range(0, count).Select(i => read(bytes, i * size))];
    }

    private int Offset(int field)
    {
        var position = 4 + (field * sizeof(ushort));
        return position + sizeof(ushort) > fieldsLength ? 0 : source.UInt16(fields + position);
    }

    private long? At(int field, int size)
    {
        var offset = Offset(field);
        if (offset == 0) return null;
        return offset + size <= length ? start + offset : throw new InvalidDataException($"field {field} of the table at {start} lies outside of it");
    }

    private long? Reference(int field) => At(field, sizeof(uint)) is { } position ? position + source.UInt32(position) : null;
}
