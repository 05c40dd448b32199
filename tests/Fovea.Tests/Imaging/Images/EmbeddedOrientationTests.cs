using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>The tag Orientation in all places where programs write it, made by hand after EXIF 2.32 and the specifications of the containers.</summary>
public class EmbeddedOrientationTests
{
    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static TheoryData<string, int> Places()
    {
        var data = new TheoryData<string, int>();
        foreach (var place in (string[])["jpeg", "jpeg behind others", "webp", "webp with prefix", "png", "png with prefix", "png text", "png compressed text",
            "png xmp", "png xmp element"])
            for (var orientation = 1; orientation <= 8; orientation++) data.Add(place, orientation);
        return data;
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void It_is_found(string place, int orientation)
    {
        Assert.Equal(orientation, EmbeddedOrientation.Find(Place(place, Exif(orientation, little: true), orientation)));
        Assert.Equal(orientation, EmbeddedOrientation.Find(Place(place, Exif(orientation, little: false), orientation)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(255)]
    [InlineData(0x0600)]
    public void Absurd_numbers_are_none(int orientation)
    {
        foreach (var place in (string[])["jpeg", "webp", "png", "png text"])
            Assert.Equal(1, EmbeddedOrientation.Find(Place(place, Exif(orientation, little: true), 1)));
    }

    [Fact]
    public void Damaged_exif_is_none_and_never_an_error()
    {
        var whole = Exif(6, little: true);
        foreach (var place in (string[])["jpeg", "webp", "webp with prefix", "png", "png text", "png compressed text"])
        {
            // The last four bytes point to the next directory, which is not read.
            for (var length = 0; length < whole.Length - 4; length++) Assert.Equal(1, EmbeddedOrientation.Find(Place(place, whole[..length], 6)));
            var file = Place(place, whole, 6);
            for (var length = 0; length < file.Length; length++) Assert.InRange(EmbeddedOrientation.Find(file.AsSpan(0, length)), 1, 8);
            var random = new Random(3);
            for (var round = 0; round < 2000; round++)
            {
                var bytes = file.ToArray();
                for (var i = 0; i < 3; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                Assert.InRange(EmbeddedOrientation.Find(bytes), 1, 8);
            }
        }
    }

    [Fact]
    public void A_directory_that_is_elsewhere_or_has_no_such_tag_is_read_as_it_says()
    {
        byte[] far = [.. "MM\0*"u8, 0, 0, 0, 12, 9, 9, 9, 9, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0];
        Assert.Equal(8, EmbeddedOrientation.Find(Place("png", far, 1)));
        byte[] outside = [.. "MM\0*"u8, 0xFF, 0xFF, 0xFF, 0xF0];
        Assert.Equal(1, EmbeddedOrientation.Find(Place("png", outside, 1)));
        byte[] other = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x13, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0];
        Assert.Equal(1, EmbeddedOrientation.Find(Place("png", other, 1)));
    }

    private static byte[] Exif(int orientation, bool little)
    {
        byte[] exif =
        [
            .. "II"u8, 42, 0, 8, 0, 0, 0, 2, 0,
            0x0F, 0x01, 2, 0, 4, 0, 0, 0, (byte)'x', 0, 0, 0,
            0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, (byte)(orientation >> 8), 0, 0,
            0, 0, 0, 0,
        ];
        if (little) return exif;
        (exif[0], exif[1]) = ((byte)'M', (byte)'M');
        foreach (var (at, size) in new[] { (2, 2), (4, 4), (8, 2), (10, 2), (12, 2), (14, 4), (22, 2), (24, 2), (26, 4), (30, 2) })
            Array.Reverse(exif, at, size);
        return exif;
    }

    private static byte[] Place(string place, byte[] exif, int orientation) => place switch
    {
        "jpeg" => [0xFF, 0xD8, .. Segment(0xE1, [.. "Exif\0\0"u8, .. exif]), .. Segment(0xDA, [0, 0])],
        "jpeg behind others" =>
        [
            0xFF, 0xD8, .. Segment(0xE0, "JFIF\0"u8.ToArray()), .. Segment(0xE1, "http://ns.adobe.com/xap/1.0/\0"u8.ToArray()), 0xFF, 0xFF,
                .. Segment(0xE1, [.. "Exif\0\0"u8, .. exif]),
        ],
        "webp" => WebP(exif),
        "webp with prefix" => WebP([.. "Exif\0\0"u8, .. exif]),
        "png" => Png("eXIf", exif),
        "png with prefix" => Png("eXIf", [.. "Exif\0\0"u8, .. exif]),
        "png text" => Png("tEXt", [.. "Raw profile type exif\0"u8, .. Profile(exif)]),
        "png compressed text" => Png("zTXt", [.. "Raw profile type APP1\0\0"u8, .. Deflate(Profile([.. "Exif\0\0"u8, .. exif]))]),
        "png xmp" => Png("iTXt", [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. Text($"<rdf:Description tiff:Orientation=\"{orientation}\"/>")]),
        "png xmp element" => Png("iTXt", [.. "XML:com.adobe.xmp\0\u0001\0\0\0"u8, .. Deflate(Text($"<tiff:Orientation>{orientation}</tiff:Orientation>"))]),
        _ => throw new ArgumentException(place),
    };

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] WebP(byte[] exif)
    {
        var (file, size) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32LittleEndian(size, exif.Length);
        return [.. "RIFF"u8, .. file, .. "WEBPVP8X"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. "EXIF"u8, .. size, .. exif];
    }

    private static byte[] Png(string type, byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. PngSignature, 0, 0, 0, 2, .. "IDAT"u8, 1, 2, 0, 0, 0, 0, .. length, .. Text(type), .. content, 0, 0, 0, 0];
    }

    private static byte[] Profile(byte[] exif) =>
        Text(string.Create(
            CultureInfo.InvariantCulture,
            $"\nexif\n{exif.Length,8}\n{string.Join('\n', Convert.ToHexStringLower(exif).Chunk(20).Select(line => new string(line)))}\n"));

    private static byte[] Deflate(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(bytes);
        return compressed.ToArray();
    }

    private static byte[] Text(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
