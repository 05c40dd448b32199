using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Fovea.Formats;

/// <summary>Reads bytes at an offset.</summary>
internal delegate void BytesAt(long offset, Span<byte> bytes);

/// <summary>One array of a file: a name, a shape, a data type and the values, which are read on demand and not kept.</summary>
internal sealed class StoredArray
{
    private const int PieceBytes = 1 << 16;

    private readonly Func<byte[]>? read;
    private readonly BytesAt? readAt;
    private readonly float[]? floats;

    /// <summary>Describes an array whose little-endian bytes <paramref name="read"/> returns.</summary>
    public StoredArray(string name, Shape shape, StoredType type, Func<byte[]> read)
    {
        Name = name;
        Shape = shape;
        Type = type;
        this.read = read;
    }

    /// <summary>Describes an array of which <paramref name="readAt"/> reads any part, as little-endian bytes.</summary>
    public StoredArray(string name, Shape shape, StoredType type, BytesAt readAt)
    {
        Name = name;
        Shape = shape;
        Type = type;
        this.readAt = readAt;
    }

    private StoredArray(string name, Shape shape, float[] values)
        : this(name, shape, StoredType.Float32, () => LittleEndian(values)) => floats = values;

    /// <summary>The last part of the path: <c>0</c> in Keras 3, <c>kernel:0</c> in Keras 2.</summary>
    public string Name { get; }

    /// <summary>The shape as stored.</summary>
    public Shape Shape { get; }

    /// <summary>The data type in the file.</summary>
    public StoredType Type { get; }

    /// <summary>Whether it has no values. A <see cref="Shape"/> cannot express this.</summary>
    public bool IsEmpty { get; private init; }

    /// <summary>An array without values.</summary>
    public static StoredArray Empty(string name, StoredType type) => Empty(name, type, () => []);

    /// <summary>An array without values, which still calls <paramref name="read"/> when it is read.</summary>
    public static StoredArray Empty(string name, StoredType type, Func<byte[]> read) => new(name, new Shape(1), type, read) { IsEmpty = true };

    /// <summary>An array of 32-bit floats to write. The values are not copied.</summary>
    public static StoredArray From(string name, Shape shape, float[] values)
    {
        if (values.Length != shape.Count)
            throw new ArgumentException($"The array '{name}' of shape {shape} has {shape.Count} values; received {values.Length}.", nameof(values));
        return new(name, shape, values);
    }

    /// <summary>The values of a variable to write. They are read from the variable during the write.</summary>
    public static StoredArray From(string name, Engine.Variable variable) => new(name, variable.Shape, StoredType.Float32, (offset, bytes) =>
    {
        MemoryMarshal.AsBytes(variable.Values.Slice((int)(offset / sizeof(float)), bytes.Length / sizeof(float))).CopyTo(bytes);
        if (BitConverter.IsLittleEndian) return;
        var numbers = MemoryMarshal.Cast<byte, int>(bytes);
        BinaryPrimitives.ReverseEndianness(numbers, numbers);
    });

    /// <summary>One 64-bit integer to write, as the counter of an optimizer's iterations.</summary>
    public static StoredArray From(string name, long value) =>
        new(name, Shape.Scalar, StoredType.Int64, () =>
        {
            var bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            return bytes;
        });

    /// <summary>The size in bytes.</summary>
    public long ByteCount => IsEmpty ? 0 : (long)Shape.Count * SizeOf(Type);

    /// <summary>Writes the bytes as stored. If they can be read in parts, only one part at a time is in memory.</summary>
    /// <exception cref="InvalidOperationException">Their count does not match the shape.</exception>
    public void CopyTo(Stream stream)
    {
        if (readAt is null)
        {
            var bytes = ReadBytes();
            if (bytes.Length != ByteCount)
                throw new InvalidOperationException($"The array '{Name}' of shape {Shape} takes {ByteCount} bytes; received {bytes.Length}.");
            stream.Write(bytes);
            return;
        }

        var piece = new byte[(int)Math.Min(ByteCount, 16 * PieceBytes)];
        for (var offset = 0L; offset < ByteCount; offset += piece.Length)
        {
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, ByteCount - offset));
            readAt(offset, part);
            stream.Write(part);
        }
    }

    /// <summary>The bytes as stored, little-endian.</summary>
    public byte[] ReadBytes()
    {
        if (read is not null) return read();
        var bytes = new byte[Shape.Count * SizeOf(Type)];
        readAt!(0, bytes);
        return bytes;
    }

    /// <summary>Like <see cref="ReadFloats"/>, without a copy if the floats are in memory. Callers must not change them.</summary>
    public float[] BorrowFloats() => floats ?? ReadFloats();

    /// <summary>
    /// The values as 32-bit floats. Stored 32-bit floats keep every bit, NaN payloads included; 16-bit floats widen exactly;
    /// 64-bit floats and integers round to nearest.
    /// </summary>
    public float[] ReadFloats()
    {
        var values = new float[Shape.Count];
        Read(values);
        return values;
    }

    /// <summary>Like <see cref="ReadFloats"/>, into existing memory.</summary>
    public void Read(Span<float> values)
    {
        if (readAt is null) Convert(read!(), values);
        else Read(0, values);
    }

    /// <summary>
    /// Fills <paramref name="values"/> with the values that begin at index <paramref name="first"/>. An array that cannot be read in parts is read whole.
    /// </summary>
    public void Read(int first, Span<float> values)
    {
        var size = SizeOf(Type);
        if (readAt is null)
        {
            Convert(read!().AsSpan(first * size, values.Length * size), values);
        }
        else if (Type == StoredType.Float32 && BitConverter.IsLittleEndian)
        {
            readAt((long)first * size, MemoryMarshal.AsBytes(values));
        }
        else
        {
            var piece = new byte[Math.Min(PieceBytes, values.Length * size)];
            for (var done = 0; done < values.Length; done += piece.Length / size)
            {
                var part = values[done..Math.Min(values.Length, done + (piece.Length / size))];
                readAt((long)(first + done) * size, piece.AsSpan(0, part.Length * size));
                Convert(piece, part);
            }
        }
    }

    /// <summary>The values as 64-bit integers.</summary>
    /// <exception cref="InvalidOperationException">They are stored as floats.</exception>
    public long[] ReadIntegers()
    {
        if (Type is StoredType.Float16 or StoredType.BFloat16 or StoredType.Float32 or StoredType.Float64)
            throw new InvalidOperationException($"The array '{Name}' holds {Type}; expected integers.");
        var bytes = ReadBytes();
        var values = new long[Shape.Count];
        var size = SizeOf(Type);
        for (var i = 0; i < values.Length; i++) values[i] = ReadInteger(Type, bytes.AsSpan(i * size, size));
        return values;
    }

    /// <summary>The size of one element in bytes.</summary>
    public static int SizeOf(StoredType type) => type switch
    {
        StoredType.Bool or StoredType.Int8 or StoredType.UInt8 => 1,
        StoredType.Int16 or StoredType.UInt16 or StoredType.Float16 or StoredType.BFloat16 => 2,
        StoredType.Int32 or StoredType.UInt32 or StoredType.Float32 => 4,
        _ => 8,
    };

    private void Convert(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (Type == StoredType.Float32 && BitConverter.IsLittleEndian)
        {
            MemoryMarshal.Cast<byte, float>(bytes)[..values.Length].CopyTo(values);
            return;
        }

        var size = SizeOf(Type);
        for (var i = 0; i < values.Length; i++) values[i] = ReadFloat(Type, bytes.Slice(i * size, size));
    }

    private static float ReadFloat(StoredType type, ReadOnlySpan<byte> bytes) => type switch
    {
        StoredType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        StoredType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        StoredType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        StoredType.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        StoredType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => ReadInteger(type, bytes),
    };

    private static long ReadInteger(StoredType type, ReadOnlySpan<byte> bytes) => type switch
    {
        StoredType.Bool or StoredType.UInt8 => bytes[0],
        StoredType.Int8 => (sbyte)bytes[0],
        StoredType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        StoredType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        StoredType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        StoredType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        StoredType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => unchecked((long)BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
    };

    private static byte[] LittleEndian(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        if (BitConverter.IsLittleEndian)
            MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(bytes);
        else
            for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }
}
