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

    public int Byte(int field, int absent = 0) => At(field, sizeof(byte)) is { } place ? source.Byte(place) : absent;

    public int Int(int field, int absent = 0) => At(field, sizeof(int)) is { } place ? source.Int32(place) : absent;

    public uint UInt(int field) => At(field, sizeof(uint)) is { } place ? source.UInt32(place) : 0;

    public ulong ULong(int field) => At(field, sizeof(ulong)) is { } place ? source.UInt64(place) : 0;

    public float Float(int field, float absent = 0) => At(field, sizeof(float)) is { } place ? BitConverter.Int32BitsToSingle(source.Int32(place)) : absent;

    public string Text(int field)
    {
        var (place, count) = Vector(field, 1);
        if (count > MaxTextBytes) throw new InvalidDataException($"a text of {count} bytes is too long");
        return count == 0 ? "" : Encoding.UTF8.GetString(source.Bytes(place, count));
    }

    public FlatTable? Table(int field) => Reference(field) is { } place ? new FlatTable(source, place) : null;

    public IEnumerable<FlatTable> Tables(int field)
    {
        var (place, count) = Vector(field, sizeof(uint));
        var bytes = source;
        return Enumerable.Range(0, count).Select(i => new FlatTable(bytes, place + (4L * i) + bytes.UInt32(place + (4L * i))));
    }

    public byte[] Bytes(int field) => Vector(field, 1) is var (place, count) && count > 0 ? source.Bytes(place, count) : [];

    public int[] Ints(int field) => Numbers(field, sizeof(int), BitConverter.ToInt32);

    public long[] Longs(int field) => Numbers(field, sizeof(long), BitConverter.ToInt64);

    public float[] Floats(int field) => Numbers(field, sizeof(float), BitConverter.ToSingle);

    /// <summary>Where a vector's elements lie and how many there are; none where the field is absent.</summary>
    public (long Place, int Count) Vector(int field, int elementBytes)
    {
        if (Reference(field) is not { } place) return (0, 0);
        var count = source.UInt32(place);
        if (count > int.MaxValue) throw new InvalidDataException($"a list has {count} elements");
        source.RequireWithin(place + sizeof(uint), count * (long)elementBytes);
        return (place + sizeof(uint), (int)count);
    }

    private T[] Numbers<T>(int field, int size, Func<byte[], int, T> read)
    {
        var (place, count) = Vector(field, size);
        if (count == 0) return [];
        var bytes = source.Bytes(place, count * (long)size);
        if (!BitConverter.IsLittleEndian)
            for (var i = 0; i < count; i++) Array.Reverse(bytes, i * size, size);
        return [.. Enumerable.Range(0, count).Select(i => read(bytes, i * size))];
    }

    private int Offset(int field)
    {
        var place = 4 + (field * sizeof(ushort));
        return place + sizeof(ushort) > fieldsLength ? 0 : source.UInt16(fields + place);
    }

    private long? At(int field, int size)
    {
        var offset = Offset(field);
        if (offset == 0) return null;
        return offset + size <= length ? start + offset : throw new InvalidDataException($"field {field} of the table at {start} lies outside of it");
    }

    private long? Reference(int field) => At(field, sizeof(uint)) is { } place ? place + source.UInt32(place) : null;
}
