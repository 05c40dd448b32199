using System.Buffers.Binary;
using System.IO.Compression;

namespace Fovea.Imaging;

/// <summary>The kinds of pixels of a PNG (PNG specification, table 11.1).</summary>
internal enum PngColorType
{
    Grey = 0,
    Color = 2,
    Palette = 3,
    GreyAlpha = 4,
    ColorAlpha = 6,
}

/// <summary>
/// The samples of a PNG as the file stores them, upright or not: palette indices, and gray levels and colors of 1 to 16 bits that are not scaled. Decoders
/// for display return colors instead.
/// </summary>
/// <param name="Values">Row after row, the samples of a pixel together.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="Width">The number of columns.</param>
/// <param name="Type">The kind of the pixels.</param>
/// <param name="BitDepth">The number of bits of a sample: 1, 2, 4, 8 or 16.</param>
internal sealed record PngSamples(ushort[] Values, int Height, int Width, PngColorType Type, int BitDepth)
{
    private const int MaxPixels = 100_000_000;

    // Deflate packs at most 258 bytes into two bits (RFC 1951), which is 1032 to 1.
    private const long MaxDeflateRatio = 1032;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>The number of samples of a pixel.</summary>
    public int Channels => ChannelsOf(Type);

    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Decodes a file.</summary>
    /// <param name="file">The bytes of a PNG.</param>
    /// <param name="name">The name for errors; in quotes if it is a path.</param>
    /// <exception cref="InvalidDataException">The file is damaged or cut off, or has too many pixels.</exception>
    public static PngSamples Decode(byte[] file, string name)
    {
        var (header, data) = ReadChunks(file, name);
        if (header.Length != 13) throw Damaged(name);
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)));
        var (depth, type, interlace) = (header[8], (PngColorType)header[9], header[12]);
        if (width == 0 || height == 0 || !IsDepth(type, depth) || header[10] != 0 || header[11] != 0 || interlace > 1) throw Damaged(name);
        if ((long)width * height > MaxPixels)
            throw new InvalidDataException($"{name} has {width} × {height} pixels; expected at most {MaxPixels / 1_000_000} million in PNG. Make it smaller.");
        var samples = (long)width * height * ChannelsOf(type);
        if (samples * depth / 8 > MaxDeflateRatio * data.Length) throw CutOff();
        try
        {
            return Decode(data, new PngSamples(new ushort[samples], (int)height, (int)width, type, depth), isInterlaced: interlace == 1);
        }
        catch (EndOfStreamException)
        {
            throw CutOff();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException(Damaged(name).Message, error);
        }

        InvalidDataException CutOff() => new($"{name} is cut off: its image of {width} × {height} pixels is not complete.");
    }

    private static PngSamples Decode(Stream data, PngSamples samples, bool isInterlaced)
    {
        using var pixels = new ZLibStream(data, CompressionMode.Decompress);
        var rows = new PngRows(pixels, samples);
        if (isInterlaced) rows.ReadInterlaced();
        else rows.Read(0, 0, 1, 1);

        // The checksum of the pixels is verified at the end of the stream.
        return pixels.ReadByte() < 0 ? samples : throw new InvalidDataException("PNG: expected no bytes after the last row.");
    }

    private static InvalidDataException Damaged(string name) => new($"{name} is damaged: its image cannot be decoded.");

    private static int ChannelsOf(PngColorType type) => type switch
    {
        PngColorType.Color => 3,
        PngColorType.GreyAlpha => 2,
        PngColorType.ColorAlpha => 4,
        _ => 1,
    };

    private static bool IsDepth(PngColorType type, int depth) => type switch
    {
        PngColorType.Grey => depth is 1 or 2 or 4 or 8 or 16,
        PngColorType.Palette => depth is 1 or 2 or 4 or 8,
        PngColorType.Color or PngColorType.GreyAlpha or PngColorType.ColorAlpha => depth is 8 or 16,
        _ => false,
    };

    /// <summary>Finds the header and joins the chunks of compressed pixels.</summary>
    private static (byte[] Header, MemoryStream Data) ReadChunks(byte[] file, string name)
    {
        byte[] header = [];
        var data = new MemoryStream();
        for (long at = 8; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)at));
            var type = file.AsSpan((int)at + 4, 4);
            var content = file.AsSpan((int)at + 8, (int)Math.Min(length, file.Length - at - 8));
            if (type.SequenceEqual("IHDR"u8)) header = content.ToArray();
            if (type.SequenceEqual("IDAT"u8)) data.Write(content);
            if (type.SequenceEqual("IEND"u8)) break;
            at += 12 + length;
        }

        data.Position = 0;
        return header.Length == 0 ? throw Damaged(name) : (header, data);
    }
}
