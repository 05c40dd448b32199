using Fovea.Imaging;
using Fovea.Tests.Data;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

public sealed class ImageFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 1e-6)]
    [InlineData(SKEncodedImageFormat.Jpeg, 0.03)]
    [InlineData(SKEncodedImageFormat.Webp, 0.03)]
    public void Colours_are_read_as_red_green_and_blue(SKEncodedImageFormat format, double tolerance)
    {
        var path = Save("colour", format, 16, 16, (_, _) => new SKColor(204, 51, 102));
        var tensor = ImageFile.Read(path, 4, 8, 3);
        Assert.Equal(new Fovea.Shape(1, 4, 8, 3), tensor.Shape);
        for (var pixel = 0; pixel < 32; pixel++)
        {
            Assert.Equal(0.8, tensor.Values[3 * pixel], tolerance);
            Assert.Equal(0.2, tensor.Values[(3 * pixel) + 1], tolerance);
            Assert.Equal(0.4, tensor.Values[(3 * pixel) + 2], tolerance);
        }
    }

    [Fact]
    public void Grey_weighs_the_colours_as_BT_601_does()
    {
        var path = Save("colour", SKEncodedImageFormat.Png, 5, 5, (_, _) => new SKColor(200, 100, 50));

        // 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2, rounded to a byte as by Pillow's convert("L").
        Assert.All(ImageFile.Read(path, 5, 5, 1).Values, value => Assert.Equal(124 / 255f, value));
    }

    [Fact]
    public void Pixels_go_from_0_to_255_where_that_is_asked_for()
    {
        var path = Save("white", SKEncodedImageFormat.Png, 4, 4, (_, _) => SKColors.White);
        Assert.All(ImageFile.Read(path, 2, 2, 1, PixelRange.ZeroTo255).Values, value => Assert.Equal(255, value, 1e-3));
    }

    [Fact]
    public void Transparency_becomes_white_paper()
    {
        var path = Save("clear", SKEncodedImageFormat.Png, 4, 4, (x, _) => x < 2 ? SKColors.Transparent : SKColors.Black);
        Assert.Equal([1, 1, 0, 0], ImageFile.Read(path, 4, 4, 1).Values[..4]);
    }

    [Fact]
    public void Halving_an_image_weighs_all_its_pixels()
    {
        var path = Save("ramp", SKEncodedImageFormat.Png, 4, 1, (x, _) => new SKColor((byte)(60 * x), (byte)(60 * x), (byte)(60 * x)));

        // Weights 1/4, 3/4, 3/4, 1/4 over four pixels, cut at the edge: (0.75·0 + 0.75·60 + 0.25·120) / 1.75 = 42.86 and its mirror 137.14, rounded.
        var values = ImageFile.Read(path, 1, 2, 1, PixelRange.ZeroTo255).Values;
        Assert.Equal([43, 137], values);
    }

    // The image is A B / C D; the EXIF orientation n says how it must be turned (EXIF 2.32, 4.6.4.A).
    [Theory]
    [InlineData(1, "ABCD")]
    [InlineData(2, "BADC")]
    [InlineData(3, "DCBA")]
    [InlineData(4, "CDAB")]
    [InlineData(5, "ACBD")]
    [InlineData(6, "CADB")]
    [InlineData(7, "DBCA")]
    [InlineData(8, "BDAC")]
    public void Photos_are_turned_upright(byte orientation, string expected)
    {
        byte[] levels = [20, 90, 160, 230];
        var path = Save("photo", SKEncodedImageFormat.Jpeg, 32, 32, (x, y) => Grey(levels[(x / 16) + (2 * (y / 16))]));
        File.WriteAllBytes(path, WithOrientation(File.ReadAllBytes(path), orientation));
        var values = ImageFile.Read(path, 32, 32, 1, PixelRange.ZeroTo255).Values;
        int[] corners = [(4 * 32) + 4, (4 * 32) + 28, (28 * 32) + 4, (28 * 32) + 28];
        Assert.Equal(expected, string.Concat(corners.Select(corner => "ABCD"[Array.FindIndex(levels, level => Math.Abs(level - values[corner]) < 20)])));
    }

    [Fact]
    public void A_file_that_is_missing_or_no_image_is_named_in_one_sentence()
    {
        var text = folder.Write("cat.jpg", "not an image"u8);
        var empty = folder.Write("empty.png", []);
        var missing = Path.Combine(folder.Path, "missing.png");
        Assert.Equal(
            $"'{text}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP.",
            Assert.Throws<InvalidDataException>(() => ImageFile.Read(text, 28, 28, 1)).Message);
        Assert.Equal(
            $"'{empty}' is empty; expected an image file such as PNG or JPEG.",
            Assert.Throws<InvalidDataException>(() => ImageFile.Read(empty, 28, 28, 1)).Message);
        Assert.Equal(
            $"'{missing}' does not exist; expected an image file such as PNG or JPEG.",
            Assert.Throws<FileNotFoundException>(() => ImageFile.Read(missing, 28, 28, 1)).Message);
        Assert.Equal(
            $"'{folder.Path}' is a folder; expected an image file such as PNG or JPEG.",
            Assert.Throws<InvalidDataException>(() => ImageFile.Read(folder.Path, 28, 28, 1)).Message);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void A_file_that_is_cut_off_says_so(SKEncodedImageFormat format)
    {
        var random = new Random(1);
        var path = Save("cut", format, 64, 64, (_, _) => Grey((byte)random.Next(256)));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^500]);
        Assert.Equal(
            $"'{path}' is cut off: its image of 64 × 64 pixels is not complete.",
            Assert.Throws<InvalidDataException>(() => ImageFile.Read(path, 28, 28, 1)).Message);
    }

    [Fact]
    public void Files_damaged_anywhere_give_an_image_or_a_sentence()
    {
        var random = new Random(2);
        var path = Save("damaged", SKEncodedImageFormat.Png, 24, 24, (_, _) => Grey((byte)random.Next(256)));
        var whole = File.ReadAllBytes(path);
        for (var round = 0; round < 200; round++)
        {
            var bytes = whole.ToArray();
            for (var i = 0; i < 4; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bytes);
            try
            {
                Assert.All(ImageFile.Read(path, 8, 8, 1).Values, value => Assert.InRange(value, -1e-5, 1.00001));
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith($"'{path}' ", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(30, 235)]
    [InlineData(235, 30)]
    [InlineData(90, 170)]
    public void A_digit_becomes_light_on_black_20_pixels_high_and_centred_by_mass(byte ink, byte paper)
    {
        // A bar of 40 × 160 somewhere on a sheet of 400 × 300.
        var path = Save("bar", SKEncodedImageFormat.Png, 400, 300, (x, y) => Grey(x is >= 60 and < 100 && y is >= 30 and < 190 ? ink : paper));
        var values = ImageFile.Read(path, 28, 28, 1, framing: ImageFraming.Digit).Values;
        var rows = Enumerable.Range(0, 28).Where(y => values.AsSpan(28 * y, 28).ToArray().Max() > 0.5).ToArray();
        var columns = Enumerable.Range(0, 28).Where(x => Enumerable.Range(0, 28).Any(y => values[(28 * y) + x] > 0.5)).ToArray();
        Assert.Equal((4, 23), (rows[0], rows[^1]));
        Assert.InRange(columns.Length, 5, 6);
        Assert.InRange(columns.Average(), 13, 14);
        Assert.Equal(1, values.Max(), 1e-3);
        Assert.Equal(0, values.Min(), 1e-3);
    }

    [Fact]
    public void A_digit_that_is_prepared_already_stays_as_it_is()
    {
        var digit = new float[784];
        new DrawnDigits(10).Read(3, digit, new float[1]);
        var path = Save("digit", SKEncodedImageFormat.Png, 28, 28, (x, y) => Grey((byte)Math.Round(255 * digit[(28 * y) + x])));
        var read = ImageFile.Read(path, 28, 28, 1, framing: ImageFraming.Digit).Values;
        for (var i = 0; i < 784; i++) Assert.Equal(digit[i], read[i], 0.5 / 255 + 1e-6);
    }

    [Fact]
    public void An_empty_sheet_has_no_digit()
    {
        var path = Save("sheet", SKEncodedImageFormat.Png, 100, 80, (x, y) => Grey((byte)(240 + ((x + y) % 3))));
        Assert.All(ImageFile.Read(path, 28, 28, 1, framing: ImageFraming.Digit).Values, value => Assert.Equal(0, value));
    }

    private static SKColor Grey(byte level) => new(level, level, level);

    private string Save(string name, SKEncodedImageFormat format, int width, int height, Func<int, int, SKColor> color)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++) bitmap.SetPixel(x, y, color(x, y));
        using var data = bitmap.Encode(format, 95);
        return folder.Write($"{name}.{format.ToString().ToLowerInvariant()}", data.ToArray());
    }

    /// <summary>Puts an APP1 segment with one TIFF entry, 0x0112, behind the start of a JPEG.</summary>
    private static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }
}
