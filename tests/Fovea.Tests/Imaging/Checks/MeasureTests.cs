using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging.Checks;

public class MeasureTests
{
    [Fact]
    public void The_hash_has_the_signs_of_a_discrete_cosine_transform()
    {
        // scipy.fft.dctn(gray, type=2)[:8, :8] > 0, bit 8u + v, scipy 1.10.1
        Assert.Equal(0xa62300ec00008082, PerceptualHash.Of(Pattern())[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void The_hash_of_a_symmetry_is_that_of_the_changed_image(int symmetry) =>
        Assert.Equal(PerceptualHash.Of(Symmetry.Apply(Pattern(), symmetry, 32))[0], PerceptualHash.Of(Pattern())[symmetry]);

    [Fact]
    public void Symmetries_are_named_by_what_they_do()
    {
        byte[] image = [1, 2, 3, 4];
        Assert.Equal([2, 1, 4, 3], Symmetry.Apply(image, 1, 2));
        Assert.Equal([4, 3, 2, 1], Symmetry.Apply(image, 3, 2));
        Assert.Equal([3, 1, 4, 2], Symmetry.Apply(image, 5, 2));
        Assert.Equal("mirrored", Symmetry.Describe(1));
        Assert.Equal("rotated by 180°", Symmetry.Describe(3));
        Assert.Equal("rotated by 90°", Symmetry.Describe(5));
    }

    /// <summary>The slope of an edge that was blurred by a Gaussian is its range / (σ √2π).</summary>
    [Theory]
    [InlineData(1.5)]
    [InlineData(2)]
    [InlineData(1)]
    public void The_sharpness_of_a_blurred_edge_follows_from_the_blur(double sigma)
    {
        var row = Enumerable.Range(0, 64).Select(x => (byte)Math.Round(60 + (120 * Normal((x - 31.5) / sigma)))).ToArray();
        var sharpness = SharpnessMeasure.Of([.. Enumerable.Range(0, 64).SelectMany(_ => row)], 64, 64);
        Assert.NotNull(sharpness);
        Assert.InRange(sharpness.Value, 0.95 / (sigma * Math.Sqrt(2 * Math.PI)), 1.15 / (sigma * Math.Sqrt(2 * Math.PI)));
    }

    [Theory]
    [InlineData(0, 255)]
    [InlineData(100, 135)]
    public void An_edge_between_two_pixels_has_a_sharpness_of_1_whatever_its_contrast(byte low, byte high) => Assert.Equal(
        1, SharpnessMeasure.Of([.. Enumerable.Range(0, 64 * 64).Select(i => i % 64 < 32 ? low : high)], 64, 64)!.Value);

    [Fact]
    public void A_plain_image_is_neither_sharp_nor_blurred() =>
        Assert.Null(SharpnessMeasure.Of([.. Enumerable.Range(0, 64 * 64).Select(i => (byte)(i % 64 / 8))], 64, 64));

    [Fact]
    public void Brightness_entropy_and_color_are_measured()
    {
        using var bitmap = new SKBitmap(40, 20, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(new SKColor(100, 50, 200));
        var measured = Measure(bitmap);
        Assert.Equal(Math.Sqrt((0.241 * 100 * 100) + (0.691 * 50 * 50) + (0.068 * 200 * 200)) / 255, measured.BrightEnd, 3);
        Assert.Equal(measured.BrightEnd, measured.DarkEnd);
        Assert.Equal(0, measured.Entropy);
        Assert.False(measured.IsGray);
        Assert.Equal((20, 40), (measured.Height, measured.Width));
        for (var x = 0; x < 20; x++)
            for (var y = 0; y < 20; y++) bitmap.SetPixel(x, y, SKColors.White);
        Assert.Equal(1, Measure(bitmap).Entropy, 6);
    }

    [Fact]
    public void Equal_pixels_have_equal_hashes_in_any_format()
    {
        using var bitmap = SceneFolder.Scene(1, 300, 280);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        using var pixmap = bitmap.PeekPixels();
        using var webp = pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100));
        var (one, other) = (ImageMeasurement.Of(png.ToArray(), "one"), ImageMeasurement.Of(webp!.ToArray(), "other"));
        Assert.Equal(one.Pixels, other.Pixels);
        Assert.NotEqual(one.Bytes, other.Bytes);
        bitmap.SetPixel(299, 279, bitmap.GetPixel(299, 279) == SKColors.Black ? SKColors.White : SKColors.Black);
        using var changed = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Assert.NotEqual(one.Pixels, ImageMeasurement.Of(changed.ToArray(), "changed").Pixels);
    }

    [Fact]
    public void Values_are_usual_that_lie_within_three_and_a_half_robust_deviations()
    {
        var range = new UsualRange([.. Enumerable.Range(0, 21).Select(i => Math.Exp(i / 10.0))]);
        Assert.Equal(Math.E, range.Median!.Value, 6);

        // The median of the absolute deviations is 0.5; 3.5 · 1.4826 · 0.5 = 2.594.
        Assert.False(range.IsBelow(Math.Exp(1 - 2.59)));
        Assert.True(range.IsBelow(Math.Exp(1 - 2.60)));
        Assert.False(range.IsAbove(Math.Exp(1 + 2.59)));
        Assert.True(range.IsAbove(Math.Exp(1 + 2.60)));
        Assert.True(new UsualRange([1, 2, 3]).IsBelow(100));
    }

    [Fact]
    public void A_group_is_joined_from_pairs()
    {
        var sets = new DisjointSets(6);
        sets.Join(4, 1);
        sets.Join(5, 4);
        sets.Join(2, 3);
        Assert.Equal([[1, 4, 5], [2, 3]], sets.Groups());
    }

    private static ImageMeasurement Measure(SKBitmap bitmap)
    {
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return ImageMeasurement.Of(data.ToArray(), "image");
    }

    private static byte[] Pattern() =>
        [.. Enumerable.Range(0, 32 * 32).Select(i => (byte)(((i % 32 * (i % 32) * 7) + (i / 32 * 13) + (i % 32 * (i / 32) * 3)) % 256))];

    /// <summary>The distribution function of the normal distribution (Abramowitz and Stegun 1964, 26.2.17).</summary>
    private static double Normal(double x)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        var tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return x < 0 ? tail : 1 - tail;
    }
}
