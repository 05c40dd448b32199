using System.Buffers.Binary;
using System.Text;

namespace Fovea.Formats.Hdf5;

/// <summary>Reads little-endian fields of a block in sequence. A field that extends beyond the block means a damaged file.</summary>
internal ref struct Hdf5Cursor(ReadOnlySpan<byte> block)
{
    private readonly ReadOnlySpan<byte> block = block;

    /// <summary>The offset of the next field.</summary>
    public int Position { get; private set; }

    /// <summary>The number of bytes left.</summary>
    public readonly int Left => block.Length - Position;

    /// <summary>An unsigned integer of one byte.</summary>
    public byte Byte() => Bytes(1)[0];

    /// <summary>An unsigned integer of two bytes.</summary>
    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    /// <summary>An unsigned integer of four bytes.</summary>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    /// <summary>An address or a length, of eight bytes; −1 is the undefined address.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    /// <summary>A length, as an unsigned integer of 1, 2, 4 or 8 bytes; at most 2³¹ − 1.</summary>
    public int Length(int size)
    {
        var value = size switch { 1 => Byte(), 2 => UInt16(), 4 => UInt32(), _ => Int64() };
        return value is >= 0 and <= int.MaxValue ? (int)value : throw new InvalidDataException($"a length of {value} is impossible");
    }

    /// <summary>An unsigned integer of up to 8 bytes; at most 2⁶³ − 1.</summary>
    public long Number(int size)
    {
        if (size is < 1 or > 8) throw new InvalidDataException($"an integer of {size} bytes is impossible");
        ulong value = 0;
        foreach (var (i, part) in Bytes(size).ToArray().Index()) value |= (ulong)part << (8 * i);
        return value <= long.MaxValue ? (long)value : throw new InvalidDataException($"a length of {value} is impossible");
    }

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > Left) throw new InvalidDataException("a structure ends early");
        var bytes = block.Slice(Position, count);
        Position += count;
        return bytes;
    }

    /// <summary>Skips bytes.</summary>
    public void Skip(int count) => Bytes(count);

    /// <summary>Requires a signature.</summary>
    public void Expect(string signature)
    {
        var found = Encoding.Latin1.GetString(Bytes(signature.Length));
        if (found != signature) throw new InvalidDataException($"the structure '{signature}' is not where it should be");
    }

    /// <summary>Reads a version number of one byte, and requires that it is supported.</summary>
    public byte Version(string structure, int lowest, int highest)
    {
        var version = Byte();
        return version >= lowest && version <= highest ? version : throw new InvalidDataException($"version {version} of {structure} is not known");
    }

    /// <summary>A text in UTF-8, which ends at the first zero byte.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
