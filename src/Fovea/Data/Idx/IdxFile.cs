using System.Buffers.Binary;
using System.IO.Compression;

namespace Fovea;

/// <summary>
/// An array of unsigned bytes in the IDX format, in which MNIST and its relatives are published: two zero bytes, the element
/// type, the number of dimensions, each dimension as a big-endian 32-bit number, then the elements (LeCun, Cortes and Burges,
/// "The MNIST database"). The file may be compressed with gzip, which is recognized by its content, not by its name.
/// </summary>
public sealed class IdxFile
{
    private const int UnsignedByte = 0x08;

    // Deflate packs at most 258 bytes into two bits (RFC 1951), which is 1032 to 1.
    private const long MaxGzipRatio = 1032;

    private IdxFile(Shape shape, byte[] values)
    {
        Shape = shape;
        Values = values;
    }

    /// <summary>The dimensions: (count, height, width) for images, (count) for labels.</summary>
    public Shape Shape { get; }

    /// <summary>The elements, the last dimension varying fastest.</summary>
    public byte[] Values { get; }

    /// <summary>Reads an IDX file, compressed with gzip or not.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not IDX, holds another type than unsigned bytes, announces more elements than it can contain, ends early or continues after its end.
    /// </exception>
    public static IdxFile Read(string path)
    {
        using var file = File.OpenRead(path);
        var name = Path.GetFileName(path);
        if (!IsGzip(file)) return Parse(file, name, file.Length);
        using var content = new GZipStream(file, CompressionMode.Decompress);
        return Parse(content, name, file.Length * MaxGzipRatio);
    }

    private static bool IsGzip(FileStream file)
    {
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip;
    }

    private static IdxFile Parse(Stream content, string name, long capacity)
    {
        var dimensions = ReadDimensions(content, name);
        var count = CheckedCount(dimensions, name, capacity);
        var values = new byte[count];
        var read = Fill(values, content, name);
        if (read < values.Length)
            throw new InvalidDataException($"{name}: expected {count} bytes for the dimensions {Text(dimensions)}; received {read}: the file is cut off.");
        if (Fill(new byte[1], content, name) > 0)
            throw new InvalidDataException(
                $"{name}: expected {count} bytes for the dimensions {Text(dimensions)}; received more: the file goes on after its end.");
        return new IdxFile(new Shape(dimensions), values);
    }

    private static int[] ReadDimensions(Stream content, string name)
    {
        Span<byte> bytes = stackalloc byte[4];
        var read = Fill(bytes, content, name);
        if (read < 4 || bytes[0] != 0 || bytes[1] != 0)
            throw new InvalidDataException(
                $"{name}: expected an IDX file, which begins with two zero bytes, a type and a rank; received {Received(bytes[..read])}.");
        if (bytes[2] != UnsignedByte)
            throw new InvalidDataException($"{name}: expected unsigned bytes (IDX type 0x08); received {TypeName(bytes[2])}.");
        var rank = bytes[3];
        if (rank is 0 or > 8)
            throw new InvalidDataException($"{name}: expected 1 to 8 dimensions; received {rank}.");
        var dimensions = new int[rank];
        for (var i = 0; i < rank; i++)
        {
            if (Fill(bytes, content, name) < 4)
                throw new InvalidDataException($"{name}: expected {rank} dimensions; received {i}: the file is cut off.");
            var dimension = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (dimension is 0 or > int.MaxValue)
                throw new InvalidDataException($"{name}: expected dimensions from 1 to {int.MaxValue}; received {dimension} as dimension {i}.");
            dimensions[i] = (int)dimension;
        }

        return dimensions;
    }

    /// <summary>Reads as many bytes as there are, at most those that there is room for. Only gzip reports invalid data while it is read.</summary>
    private static int Fill(Span<byte> bytes, Stream content, string name)
    {
        try
        {
            return content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{name}: the gzip compression of this file is damaged.", error);
        }
    }

    /// <summary>Multiplies the dimensions, and refuses a product that the file cannot contain before memory is allocated.</summary>
    private static int CheckedCount(int[] dimensions, string name, long capacity)
    {
        long count = 1;
        foreach (var dimension in dimensions)
        {
            count *= dimension;
            if (count > Array.MaxLength)
                throw new InvalidDataException($"{name}: expected at most {Array.MaxLength} elements; received the dimensions {Text(dimensions)}.");
        }

        if (count > capacity)
            throw new InvalidDataException(
                $"{name}: expected {count} bytes for the dimensions {Text(dimensions)}; received a file too small for them: it is cut off or damaged.");
        return (int)count;
    }

    private static string Text(int[] dimensions) => $"({string.Join(", ", dimensions)})";

    private static string Received(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? "an empty file" : string.Join(' ', bytes.ToArray().Select(value => $"0x{value:X2}"));

    private static string TypeName(byte type) => type switch
    {
        0x09 => "signed bytes (0x09)",
        0x0B => "16-bit integers (0x0B)",
        0x0C => "32-bit integers (0x0C)",
        0x0D => "32-bit floats (0x0D)",
        0x0E => "64-bit floats (0x0E)",
        _ => $"the unknown type 0x{type:X2}",
    };
}
