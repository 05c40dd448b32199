using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Fovea.Imaging;

/// <summary>
/// Reads the orientation of an image: the tag Orientation (EXIF 2.32, 4.6.5) in a JPEG's APP1 segment, a WebP's EXIF chunk or a PNG's eXIf chunk. In PNG
/// also in the text that ImageMagick writes ("Raw profile type exif") and in XMP, as Pillow does. An image with a damaged, invalid or missing tag is
/// upright.
/// </summary>
internal static class EmbeddedOrientation
{
    private const int Upright = 1;

    /// <summary>The maximum length of EXIF data, which fit one segment of a JPEG.</summary>
    private const int MaxProfile = 1 << 16;

    private static ReadOnlySpan<byte> ExifPrefix => "Exif\0\0"u8;

    /// <returns>From 1 to 8; 1 is upright.</returns>
    public static int Find(ReadOnlySpan<byte> file)
    {
        if (JpegSegments.IsJpeg(file)) return InJpeg(file);
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10])) return InPng(file);
        return file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? InWebP(file) : Upright;
    }

    private static int InJpeg(ReadOnlySpan<byte> file)
    {
        for (var at = 2; JpegSegments.Next(file, ref at, out var marker, out var content);)
            if (marker == JpegSegments.App1 && content.StartsWith(ExifPrefix)) return InExif(content) ?? Upright;
        return Upright;
    }

    private static int InWebP(ReadOnlySpan<byte> file)
    {
        for (long at = 12; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[((int)at + 4)..]);
            if (at + 8 + length > file.Length) return Upright;
            if (file[(int)at..].StartsWith("EXIF"u8)) return InExif(file.Slice((int)at + 8, (int)length)) ?? Upright;
            at += 8 + length + (length % 2);
        }

        return Upright;
    }

    private static int InPng(ReadOnlySpan<byte> file)
    {
        int? exif = null, raw = null, xmp = null;
        for (long at = 8; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
            if (at + 12 + length > file.Length) break;
            var type = file.Slice((int)at + 4, 4);
            var content = file.Slice((int)at + 8, (int)length);
            if (type.SequenceEqual("eXIf"u8)) exif ??= InExif(content);
            if (type.SequenceEqual("tEXt"u8) || type.SequenceEqual("zTXt"u8) || type.SequenceEqual("iTXt"u8))
            {
                var (keyword, text) = ReadText(type, content);
                if (keyword is "Raw profile type exif" or "Raw profile type APP1") raw ??= InExif(FromHex(text));
                if (keyword == "XML:com.adobe.xmp") xmp ??= InXmp(text);
            }

            at += 12 + length;
        }

        return exif ?? raw ?? xmp ?? Upright;
    }

    /// <summary>Reads a keyword and its text (PNG specification, 11.3.3). The text is empty if it is damaged or of another kind.</summary>
    private static (string Keyword, byte[] Text) ReadText(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf((byte)0);
        if (end < 0) return ("", []);
        var keyword = Encoding.Latin1.GetString(content[..end]);
        if (!keyword.StartsWith("Raw profile type ", StringComparison.Ordinal) && keyword != "XML:com.adobe.xmp") return (keyword, []);
        var rest = content[(end + 1)..];
        if (type.SequenceEqual("tEXt"u8)) return (keyword, rest.ToArray());
        if (type.SequenceEqual("zTXt"u8)) return (keyword, rest.Length > 1 ? Inflate(rest[1..]) : []);
        if (rest.Length < 4) return (keyword, []);
        var isCompressed = rest[0] == 1;
        var text = rest[2..];
        for (var skipped = 0; skipped < 2; skipped++)
        {
            var zero = text.IndexOf((byte)0);
            if (zero < 0) return (keyword, []);
            text = text[(zero + 1)..];
        }

        return (keyword, isCompressed ? Inflate(text) : text.ToArray());
    }

    private static byte[] Inflate(ReadOnlySpan<byte> compressed)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
            // Hexadecimal digits are twice as long as the bytes.
            var text = new byte[4 * MaxProfile];
            var length = zlib.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return text[..length];
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return [];
        }
    }

    /// <summary>Parses "\nexif\n  length\n" and lines of hexadecimal digits.</summary>
    private static byte[] FromHex(byte[] text)
    {
        var lines = Encoding.Latin1.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var digits = string.Concat(lines.Skip(2));
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : [];
    }

    /// <summary>The orientation in image file directory 0, in the format of TIFF; null if there is none.</summary>
    private static int? InExif(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith(ExifPrefix)) exif = exif[ExifPrefix.Length..];
        var isLittle = exif.StartsWith("II*\0"u8);
        if (!isLittle && !exif.StartsWith("MM\0*"u8)) return null;
        var directory = exif.Length < 8 ? uint.MaxValue : ReadUInt32(exif[4..], isLittle);
        if (directory > exif.Length - 2) return null;
        var entries = ReadUInt16(exif[(int)directory..], isLittle);
        var at = (int)directory + 2;
        for (var i = 0; i < entries && at + 12 <= exif.Length; i++, at += 12)
        {
            var entry = exif.Slice(at, 12);
            if (ReadUInt16(entry, isLittle) != 0x0112) continue;
            uint value = ReadUInt16(entry[2..], isLittle) switch
            {
                1 => (uint)entry[8],
                3 => ReadUInt16(entry[8..], isLittle),
                4 => ReadUInt32(entry[8..], isLittle),
                _ => 0u,
            };
            return ReadUInt32(entry[4..], isLittle) == 1 && value is >= 1 and <= 8 ? (int)value : null;
        }

        return null;
    }

    private static int? InXmp(byte[] xmp)
    {
        var name = "tiff:Orientation"u8;
        ReadOnlySpan<byte> text = xmp;
        var at = text.IndexOf(name);
        if (at < 0) return null;
        var rest = text[(at + name.Length)..];
        var digit = rest.StartsWith("=\""u8) ? rest[2..] : rest.StartsWith(">"u8) ? rest[1..] : [];
        return digit.Length > 0 && int.TryParse(digit[..1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= 8
            ? value
            : null;
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
