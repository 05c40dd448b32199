using System.Buffers.Binary;
using System.Text;

namespace Fovea.Formats.Protobuf;

/// <summary>
/// The bytes of a protocol buffer on disk, read where they are asked for: Google.Protobuf's stream reader cannot say where a long field lies and pass over it,
/// which is
/// what keeps the weights of a model out of memory until they are used.
/// </summary>
internal sealed class ProtobufSource(ModelSource source, bool isOwned) : IDisposable
{
    private const int WindowBytes = 1 << 16;
    private readonly byte[] window = new byte[WindowBytes];
    private long windowStart;
    private int windowLength;

    public string FilePath => source.Name;

    /// <summary>Whether there may be other files beside it.</summary>
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

    /// <summary>Some bytes; their place must have been checked.</summary>
    public byte[] Bytes(long position, long length)
    {
        var bytes = new byte[length];
        Read(position, bytes);
        return bytes;
    }

    /// <summary>As <see cref="Bytes"/>, into memory that is there already.</summary>
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

/// <summary>Reads the fields of one message: <c>while (reader.Next()) switch (reader.Field) …</c>. Nothing is allocated before its size is checked.</summary>
/// <remarks>Protocol Buffers, "Encoding".</remarks>
internal ref struct ProtobufReader(ProtobufSource source, long start, long end)
{
    private const int LongestText = 1 << 20;
    private long position = start;
    private long valueEnd = start;

    /// <summary>The number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>How its value is written: 0 a varint, 1 eight bytes, 2 a length and bytes, 5 four bytes.</summary>
    public int Wire { get; private set; }

    /// <summary>Where the value of a field of wire type 2 begins.</summary>
    public readonly long ValueStart => position;

    /// <summary>How long the value is.</summary>
    public readonly long ValueLength => valueEnd - position;

    /// <summary>Goes on to the next field; false at the end.</summary>
    public bool Next()
    {
        position = valueEnd;
        if (position >= end) return false;
        var tag = ReadVarint(ref position);
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Wire = (int)(tag & 7);
        switch (Wire)
        {
            case 0:
                valueEnd = position;
                ReadVarint(ref valueEnd);
                break;
            case 1 or 5:
                valueEnd = position + (Wire == 1 ? 8 : 4);
                break;
            case 2:
                var length = ReadVarint(ref position);
                if (length > (ulong)(end - position)) throw new InvalidDataException($"a field of {length} bytes is longer than what holds it");
                valueEnd = position + (long)length;
                break;
            default:
                throw new InvalidDataException($"a field has the wire type {Wire}");
        }

        return valueEnd <= end ? true : throw new InvalidDataException("a field ends early");
    }

    public readonly long Integer()
    {
        RequireWire(0);
        var at = position;
        return unchecked((long)ReadVarint(ref at));
    }

    public readonly float Float()
    {
        RequireWire(5);
        return BinaryPrimitives.ReadSingleLittleEndian(source.Bytes(position, 4));
    }

    public readonly string Text()
    {
        RequireWire(2);
        if (ValueLength > LongestText) throw new InvalidDataException($"a text of {ValueLength} bytes is too long");
        return Encoding.UTF8.GetString(source.Bytes(position, ValueLength));
    }

    /// <summary>The message that is the field's value.</summary>
    public readonly ProtobufReader Message()
    {
        RequireWire(2);
        return new ProtobufReader(source, position, valueEnd);
    }

    /// <summary>Adds the field's numbers, one or packed together.</summary>
    public readonly void Integers(List<long> values)
    {
        if (Wire == 0)
        {
            values.Add(Integer());
            return;
        }

        RequireWire(2);
        var at = position;
        while (at < valueEnd) values.Add(unchecked((long)ReadVarint(ref at)));
    }

    /// <summary>Adds the field's numbers, one or packed together.</summary>
    public readonly void Floats(List<float> values)
    {
        if (Wire == 5)
        {
            values.Add(Float());
            return;
        }

        RequireWire(2);
        var bytes = source.Bytes(position, ValueLength / 4 * 4);
        for (var i = 0; i < bytes.Length; i += 4) values.Add(BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i)));
    }

    private readonly void RequireWire(int wire)
    {
        if (Wire != wire) throw new InvalidDataException($"field {Field} has the wire type {Wire}; expected {wire}");
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
