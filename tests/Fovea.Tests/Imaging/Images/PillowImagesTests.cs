using System.Text.Json;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>
/// Images of every mode that <c>tests/Golden/make_images.py</c> makes, against what Pillow reads: bits, grey, palettes, colour keys, alpha, 16 bits,
/// interlaced, with gamma, chromaticities and sRGB, JPEG in its colour spaces, WebP, BMP, animations' first frames. All pixels are equal: JPEG decoders may
/// differ by 1 or 2, as the standard leaves the inverse transform and the upsampling open, yet both are built on libjpeg-turbo.
/// </summary>
public class PillowImagesTests
{
    private const int JpegTolerance = 2;

    private static readonly JsonElement Expected = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Golden("images.json")));

    public static TheoryData<string> Files() => [.. Expected.EnumerateObject().Select(image => image.Name)];

    [Theory]
    [MemberData(nameof(Files))]
    public void An_image_has_the_numbers_that_Pillow_reads(string file)
    {
        var expected = Expected.GetProperty(file);
        using var decoded = ImageDecoder.Decode(Golden(Path.Combine("images", file)), new ImageInput(1, 1, 3));
        Assert.Equal((expected.GetProperty("height").GetInt32(), expected.GetProperty("width").GetInt32()), (decoded.Height, decoded.Width));
        var pixels = ByteImage.Of(decoded).Pixels;
        var rgb = Convert.FromHexString(expected.GetProperty("rgb").GetString()!);
        Assert.Equal(rgb.Length, pixels.Length);
        var tolerance = file.EndsWith(".jpg", StringComparison.Ordinal) ? JpegTolerance : 0;
        for (var i = 0; i < rgb.Length; i++)
            Assert.True(Math.Abs(rgb[i] - pixels[i]) <= tolerance, $"{file}, number {i}: expected {rgb[i]}, received {pixels[i]}");
    }

    /// <summary>Gamma 1: a byte of 100 is (100/255) of the light, which sRGB writes as 1.055 × (100/255)^(1/2.4) − 0.055 (IEC 61966-2-1).</summary>
    [Fact]
    public void Gamma_changes_the_numbers_only_where_that_is_asked_for()
    {
        var path = Golden(Path.Combine("images", "rgb-gamma.png"));
        using var raw = ImageDecoder.Decode(path, new ImageInput(1, 1, 3));
        using var managed = ImageDecoder.Decode(path, new ImageInput(1, 1) { ManageColors = true });
        foreach (var (level, changed) in ByteImage.Of(raw).Pixels.Zip(ByteImage.Of(managed).Pixels))
        {
            var (stored, seen) = (level / 255.0, changed / 255.0);
            var srgb = stored <= 0.0031308 ? 12.92 * stored : (1.055 * Math.Pow(stored, 1 / 2.4)) - 0.055;
            Assert.Equal(srgb, seen, 2.5 / 255);
        }
    }

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("rgba.png")]
    [InlineData("rgb-srgb.png")]
    [InlineData("ycc-420.jpg")]
    [InlineData("palette.png")]
    public void What_is_sRGB_is_the_same_either_way(string file)
    {
        var path = Golden(Path.Combine("images", file));
        using var raw = ImageDecoder.Decode(path, new ImageInput(1, 1, 3));
        using var managed = ImageDecoder.Decode(path, new ImageInput(1, 1) { ManageColors = true });
        Assert.Equal(ByteImage.Of(raw).Pixels, ByteImage.Of(managed).Pixels);
    }

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);
}
