using System.Buffers.Binary;
using System.Text;

namespace Fovea.Formats.Protobuf;

/// <summary>
/// The bytes of a protocol buffer on disk, read on demand. A long field, such as a weight, is skipped and only its position is kept, so that weights are read
/// when they are used. Google.Protobuf's stream reader cannot do this.
/// </summary>
internal sealed class ProtobufSource(ModelSource source, bool isOwned) : IDisposable
{
    private const int WindowBytes = 1 << 16;
    private readonly byte[] window = new byte[WindowBytes];
    private long windowStart;
    private int windowLength;

    public string FilePath => source.Name;

    /// <summary>Whether it is a file. The folder of a file can contain more files of the model.</summary>
    public bool IsFile => source.IsFile;

    public long Length => source.Length;

    public byte At(long position)
    {
        if (position < windowStart || position >= windowStart + windowLength)
        {
            windowStart = position;
            windowLength = source.Read(position, window);
            if (windowLength == 0) throw new InvalidDataException("it ends early");
        }

        return window[position - windowStart];
    }

    /// <summary>Bytes at a position that has been checked.</summary>
    public byte[] Bytes(long position, long length)
    {
        var bytes = new byte[length];
        Read(position, bytes);
        return bytes;
    }

    /// <summary>Like <see cref="Bytes"/>, into existing memory.</summary>
    public void Read(long position, Span<byte> bytes)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var read = source.Read(position + done, bytes[done..]);
            if (read == 0) throw new InvalidDataException("it ends early");
            done += read;
        }
    }

    public void Dispose()
    {
        if (isOwned) source.Dispose();
    }
}

/// <summary>The encoding of a field (Protocol Buffers, "Encoding").</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    LengthDelimited = 2,
    Fixed32 = 5,
}

/// <summary>Reads the fields of one message: <c>while (reader.Next()) switch (reader.Field) …</c>. Nothing is allocated before its size is checked.</summary>
/// <remarks>Protocol Buffers, "Encoding".</remarks>
internal ref struct ProtobufReader(ProtobufSource source, long start, long end)
{
    private const int MaxTextBytes = 1 << 20;
    private long position = start;
    private long valueEnd = start;

    /// <summary>The number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>The encoding of its value.</summary>
    public WireType Wire { get; private set; }

    /// <summary>The position of the value of a length-delimited field.</summary>
    public readonly long ValueStart => position;

    /// <summary>The length of the value in bytes.</summary>
    public readonly long ValueLength => valueEnd - position;

    /// <summary>Advances to the next field; false at the end.</summary>
    public bool Next()
    {
        position = valueEnd;
        if (position >= end) return false;
        var tag = ReadVarint(ref position);
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Wire = (WireType)(tag & 7);
        switch (Wire)
        {
            case WireType.Varint:
                valueEnd = position;
                ReadVarint(ref valueEnd);
                break;
            case WireType.Fixed64 or WireType.Fixed32:
                valueEnd = position + (Wire == WireType.Fixed64 ? 8 : 4);
                break;
            case WireType.LengthDelimited:
                var length = ReadVarint(ref position);
                if (length > (ulong)(end - position)) throw new InvalidDataException($"a field of {length} bytes is longer than its message");
                valueEnd = position + (long)length;
                break;
            default:
                throw new InvalidDataException($"a field has the wire type {(int)Wire}");
        }

        return valueEnd <= end ? true : throw new InvalidDataException("a field ends early");
    }

    public readonly long Integer()
    {
        RequireWire(WireType.Varint);
        var at = position;
        return unchecked((long)ReadVarint(ref at));
    }

    public readonly float Float()
    {
        RequireWire(WireType.Fixed32);
        return BinaryPrimitives.ReadSingleLittleEndian(source.Bytes(position, 4));
    }

    public readonly string Text()
    {
        RequireWire(WireType.LengthDelimited);
        if (ValueLength > MaxTextBytes) throw new InvalidDataException($"a text of {ValueLength} bytes is too long");
        return Encoding.UTF8.GetString(source.Bytes(position, ValueLength));
    }

    /// <summary>The value as a message.</summary>
    public readonly ProtobufReader Message()
    {
        RequireWire(WireType.LengthDelimited);
        return new ProtobufReader(source, position, valueEnd);
    }

    /// <summary>Adds the values of the field, a single one or a packed list.</summary>
    public readonly void Integers(List<long> values)
    {
        if (Wire == WireType.Varint)
        {
            values.Add(Integer());
            return;
        }

        RequireWire(WireType.LengthDelimited);
        var at = position;
        while (at < valueEnd) values.Add(unchecked((long)ReadVarint(ref at)));
    }

    /// <summary>Adds the values of the field, a single one or a packed list.</summary>
    public readonly void Floats(List<float> values)
    {
        if (Wire == WireType.Fixed32)
        {
            values.Add(Float());
            return;
        }

        RequireWire(WireType.LengthDelimited);
        var bytes = source.Bytes(position, ValueLength / 4 * 4);
        for (var i = 0; i < bytes.Length; i += 4) values.Add(BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i)));
    }

    private readonly void RequireWire(WireType wire)
    {
        if (Wire != wire) throw new InvalidDataException($"field {Field} has the wire type {(int)Wire}; expected {(int)wire}");
    }

    private readonly ulong ReadVarint(ref long at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= end) throw new InvalidDataException("a number ends early");
            var part = source.At(at++);
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        throw new InvalidDataException("a number has more than ten bytes");
    }
}
