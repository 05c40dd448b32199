using System.Text.Json;
using Fovea.Imaging;
using Fovea.Tests.Data;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

/// <summary>Masks against what Pillow reads from the files of <c>tests/Golden/make_masks.py</c>.</summary>
public sealed class MaskReadingTests : IDisposable
{
    private static readonly JsonElement[] Golden =
        [.. JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(InGolden("masks.json"))).EnumerateArray()];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, Golden.Length)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_mask_has_the_labels_that_Pillow_reads(int index)
    {
        var golden = Golden[index];
        var (path, colors) = (InGolden(golden.GetProperty("file").GetString()!), ColorsOf(golden));
        var expected = Numbers(golden, "labels");
        var mask = ImageFile.ReadMask(path, colors);
        Assert.Equal([1, golden.GetProperty("height").GetInt32(), golden.GetProperty("width").GetInt32()], mask.Shape);
        Assert.Equal(expected, mask.Values);
        Assert.Equal(expected, ImageFile.ReadMask(File.ReadAllBytes(path), colors).Values);
        using var stream = File.OpenRead(path);
        Assert.Equal(expected, ImageFile.ReadMask(stream, colors).Values);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resizing_chooses_the_pixels_that_Pillow_chooses_as_nearest(int index)
    {
        var golden = Golden[index];
        foreach (var size in golden.GetProperty("resized").EnumerateArray())
        {
            var (height, width) = (size.GetProperty("height").GetInt32(), size.GetProperty("width").GetInt32());
            var mask = ImageFile.ReadMask(InGolden(golden.GetProperty("file").GetString()!), height, width, ColorsOf(golden));
            Assert.Equal([1, height, width], mask.Shape);
            Assert.Equal(Numbers(size, "labels"), mask.Values);
        }
    }

    [Fact]
    public void Resizing_an_image_blends_where_resizing_a_mask_does_not()
    {
        var path = InGolden("masks/gray-as-rgb.png");
        Assert.NotEqual(ImageFile.Read(path, 3, 4, 1, PixelRange.ZeroTo255).Values, ImageFile.ReadMask(path, 3, 4).Values);
        Assert.All(ImageFile.ReadMask(path, 3, 4).Values, label => Assert.Contains(label, new[] { 0f, 1, 2, 3 }));
    }

    [Fact]
    public void A_file_whose_pixels_are_not_labels_is_refused()
    {
        var jpeg = Write("mask.jpg", SKEncodedImageFormat.Jpeg, SKColors.Black);
        var webp = Write("mask.webp", SKEncodedImageFormat.Webp, SKColors.Black);
        var color = Write("color.png", SKEncodedImageFormat.Png, new SKColor(128, 0, 64));
        var clear = Write("clear.png", SKEncodedImageFormat.Png, new SKColor(7, 7, 7, 90));
        var (gif, text, empty) = (InGolden("masks/colors.gif"), folder.Write("text.png", "text"u8), folder.Write("empty.png", []));
        Assert.Equal($"'{jpeg}' is a JPEG, whose compression changes labels; expected a mask without loss, such as a PNG.", Refusal(jpeg));
        Assert.Equal($"'{webp}' is a lossy WebP, whose compression changes labels; expected a mask without loss, such as a PNG.", Refusal(webp));
        Assert.Equal(
            $"'{color}' has the color (128, 0, 64) at row 0, column 0; expected palette indices or gray levels, which are the labels. Where colors mean "
                + "labels, give the color of each: colors: [(0, 0, 0), (128, 0, 0)].",
            Refusal(color));
        Assert.Equal(
            $"'{clear}' is transparent at row 0, column 0; expected a mask without transparency, whose gray levels are the labels.", Refusal(clear));
        Assert.Equal(
            $"'{gif}' is a GIF; expected a PNG, whose palette indices or gray levels are the labels. Convert it, or give the color of each label: colors: "
                + "[(0, 0, 0), (255, 255, 255)].",
            Refusal(gif));
        Assert.Equal($"'{text}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP.", Refusal(text));
        Assert.Equal($"'{empty}' is empty; expected a mask, a PNG file.", Refusal(empty));
        Assert.Equal(
            $"'{color}' has the color (128, 0, 64) at row 0, column 0; expected one of the 2 colors of labels.",
            Assert.Throws<InvalidDataException>(() => ImageFile.ReadMask(color, [(0, 0, 0), (128, 0, 0)])).Message);
    }

    [Fact]
    public void Colors_of_labels_must_differ()
    {
        Assert.Equal(
            "Masks: expected a different color for each label; (1, 2, 3) is that of 0 and 2. (Parameter 'colors')",
            Assert.Throws<ArgumentException>(() => ImageFile.ReadMask("mask.png", [(1, 2, 3), (0, 0, 0), (1, 2, 3)])).Message);
        Assert.Equal(
            "Masks: expected from 1 to 65535 colors; received 0. (Parameter 'colors')",
            Assert.Throws<ArgumentException>(() => ImageFile.ReadMask("mask.png", [])).Message);
    }

    [Fact]
    public void A_damaged_mask_is_an_error_and_never_other_labels()
    {
        var whole = File.ReadAllBytes(InGolden("images/palette.png"));
        var expected = ImageFile.ReadMask(whole).Values;
        var data = whole.AsSpan().IndexOf("IDAT"u8);
        for (var at = 8; at < whole.Length; at++)
        {
            // Bytes of the palette and of checksums do not matter, since indices are read.
            var bytes = whole.ToArray();
            bytes[at] ^= 0x55;
            try
            {
                Assert.Equal(expected, ImageFile.ReadMask(bytes).Values);
                Assert.False(at > data + 5 && at < whole.Length - 16, $"The damage at {at} was not found.");
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith("the image ", error.Message, StringComparison.Ordinal);
            }
        }

        var cut = folder.Write("cut.png", whole.AsSpan(0, data + 20));
        Assert.Equal($"'{cut}' is cut off: its image of 9 × 7 pixels is not complete.", Refusal(cut));
    }

    private static string Refusal(string path) => Assert.Throws<InvalidDataException>(() => ImageFile.ReadMask(path)).Message;

    private static string InGolden(string name) => Path.Combine([AppContext.BaseDirectory, "Golden", .. name.Split('/')]);

    private static float[] Numbers(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    private static (byte, byte, byte)[]? ColorsOf(JsonElement golden) => golden.GetProperty("colors") is { ValueKind: JsonValueKind.Array } colors
        ? [.. colors.EnumerateArray().Select(color => (color[0].GetByte(), color[1].GetByte(), color[2].GetByte()))]
        : null;

    private string Write(string name, SKEncodedImageFormat format, SKColor color)
    {
        using var bitmap = new SKBitmap(4, 4, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(color);
        using var data = bitmap.Encode(format, 80);
        return folder.Write(name, data.ToArray());
    }
}
