using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Fovea;

/// <summary>Reads and writes one array in NumPy's .npy format.</summary>
internal static class NumpyArray
{
    private const int BlockBytes = 1 << 16;
    private const int FirstValues = 1 << 18;

    /// <summary>Reads an array. The stream is read to the end of the array and no further.</summary>
    /// <param name="stream">The stream, at the beginning of the array.</param>
    /// <param name="name">The file, which begins the message of an error.</param>
    /// <param name="capacity">The largest number of bytes that the stream can contain, if it is known.</param>
    /// <exception cref="InvalidDataException">It is not an .npy file, is damaged, or holds an array that cannot become a tensor.</exception>
    public static Tensor Read(Stream stream, string name, long? capacity = null)
    {
        var header = NumpyHeader.Read(stream, name);
        var needed = (long)header.Count * header.Type.Size;
        if (stream.CanSeek) capacity = Math.Min(capacity ?? long.MaxValue, stream.Length - stream.Position);
        if (needed > capacity)
        {
            throw new InvalidDataException(
                $"{name}: expected {needed} bytes for the shape ({string.Join(", ", header.Shape)}); received at most {capacity}: the file is cut off.");
        }

        var values = ReadValues(stream, header, name);
        return header.IsFortranOrder
            ? new Tensor(new Shape([.. header.Shape.Reverse()]), values).Transpose()
            : new Tensor(new Shape(header.Shape), values);
    }

    /// <summary>Writes a tensor as little-endian float32 values.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        NumpyHeader.Write(stream, tensor.Shape);
        var bytes = new byte[BlockBytes];
        for (var values = tensor.Values.AsSpan(); !values.IsEmpty;)
        {
            var count = Math.Min(values.Length, bytes.Length / sizeof(float));
            for (var i = 0; i < count; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
            stream.Write(bytes, 0, count * sizeof(float));
            values = values[count..];
        }
    }

    /// <summary>Reads block by block. The memory grows with the data, so that a false header allocates little.</summary>
    private static float[] ReadValues(Stream stream, NumpyHeader header, string name)
    {
        var (type, count) = (header.Type, header.Count);
        var values = new float[stream.CanSeek ? count : Math.Min(count, FirstValues)];
        var bytes = new byte[BlockBytes];
        for (var done = 0; done < count;)
        {
            if (done == values.Length) Array.Resize(ref values, (int)Math.Min(count, 2L * done));
            var block = values.AsSpan(done, Math.Min(values.Length - done, bytes.Length / type.Size));
            var target = type.IsNativeFloat ? MemoryMarshal.AsBytes(block) : bytes.AsSpan(0, block.Length * type.Size);
            var read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            if (read < target.Length)
            {
                throw new InvalidDataException(
                    $"{name}: expected {(long)count * type.Size} bytes for the shape ({string.Join(", ", header.Shape)}); "
                    + $"received {((long)done * type.Size) + read}: the file is cut off.");
            }

            if (!type.IsNativeFloat && type.Convert(target, block) is { } wrong)
            {
                throw new InvalidDataException(
                    $"{name}: expected values that float32 can represent; received {wrong}. Integers are exact up to 16777216, floats reach 3.4e38.");
            }

            done += block.Length;
        }

        return values;
    }
}
