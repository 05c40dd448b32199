using System.Text.Json;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

public class ResizingTests
{
    /// <summary>
    /// Every byte of Pillow's, and of NumPy's where Pillow has no such method; sums within 1e-4 of a half, which may go either way, are left out (−1).
    /// </summary>
    [Fact]
    public void Every_method_gives_the_bytes_of_Pillow_and_NumPy()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "resizing.json")));
        var seen = 0;
        foreach (var golden in json.RootElement.EnumerateArray())
        {
            var source = Numbers(golden, "source");
            var image = new ByteImage([.. Numbers(golden, "pixels").Select(value => (byte)value)], source[0], source[1], source[2]);
            var size = Numbers(golden, "size");
            var (method, fit, antialias) =
                (Parse<ResizeMethod>(golden, "method"), Parse<ImageFit>(golden, "fit"), golden.GetProperty("antialias").GetBoolean());
            var input = new ImageInput(size[0], size[1], source[2]) { Resize = method, Fit = fit, Antialias = antialias };
            var expected = Numbers(golden, "expected");
            var resized = Resampling.Resize(image, input).Pixels;
            Assert.Equal(expected.Length, resized.Length);
            for (var i = 0; i < expected.Length; i++)
                if (expected[i] >= 0 && expected[i] != resized[i])
                    Assert.Fail($"{image.Height} × {image.Width} to {input}: expected {expected[i]} at {i}; received {resized[i]}.");
            seen++;
        }

        Assert.Equal(432, seen);
    }

    /// <summary>Four pixels become two by area: (0 + 60) / 2 and (120 + 180) / 2; three become two: (2·0 + 60) / 3 and (60 + 2·120) / 3.</summary>
    [Fact]
    public void The_area_counts_parts_of_pixels()
    {
        Assert.Equal([30, 150], Resampling.Resize(new ByteImage([0, 60, 120, 180], 1, 4, 1), 1, 2, ResizeMethod.Area).Pixels);
        Assert.Equal([20, 100], Resampling.Resize(new ByteImage([0, 60, 120], 1, 3, 1), 1, 2, ResizeMethod.Area).Pixels);
    }

    [Fact]
    public void A_method_that_is_none_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => Resampling.Resize(new ByteImage([1, 2], 1, 2, 1), new ImageInput(1, 1, 1) { Resize = (ResizeMethod)9 }));
        Assert.Equal("ImageInput: expected bilinear, nearest, bicubic, area or lanczos for Resize; received 9. (Parameter 'method')", error.Message);
    }

    private static int[] Numbers(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

    private static T Parse<T>(JsonElement golden, string name)
        where T : struct, Enum => Enum.Parse<T>(golden.GetProperty(name).GetString()!, ignoreCase: true);
}
