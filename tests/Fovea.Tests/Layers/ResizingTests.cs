using System.Text.Json;

namespace Fovea.Tests.Layers;

/// <summary>Resizing with antialiasing against Pillow (<c>tests/Golden/make_resizing.py</c>).</summary>
public sealed class ResizingTests
{
    /// <summary>
    /// Pillow resizes the width, then the height, and rounds to bytes each time; so does this test. A sum near a half may be rounded either way.
    /// </summary>
    [Fact]
    public void Antialiased_images_are_those_of_Pillow()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "resizing.json")));
        var (compared, different, values) = (0, 0, 0);
        foreach (var golden in json.RootElement.EnumerateArray())
        {
            if (!golden.GetProperty("antialias").GetBoolean() || golden.GetProperty("fit").GetString() != "stretch") continue;
            if (InterpolationOf(golden.GetProperty("method").GetString()!) is not { } interpolation) continue;
            int[] source = Numbers(golden, "source"), size = Numbers(golden, "size"), expected = Numbers(golden, "expected");
            var image = new Tensor([1, .. source], Array.ConvertAll(Numbers(golden, "pixels"), value => (float)value));

            var output = Bytes(new Resizing(size[0], size[1], interpolation) { Antialias = true }, Bytes(
                new Resizing(source[0], size[1], interpolation) { Antialias = true }, image)).Values.ToArray();

            Assert.All(expected.Zip(output), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
            different += expected.Zip(output).Count(pair => pair.First != pair.Second);
            values += expected.Length;
            compared++;
        }

        Assert.Equal(54, compared);
        Assert.InRange(different, 0, values / 100);
    }

    private static Tensor Bytes(Resizing layer, Tensor image)
    {
        var resized = layer.Apply(image, training: false);
        return new Tensor(resized.Shape, [.. resized.Values.ToArray().Select(value => MathF.Floor(Math.Clamp(value, 0, 255) + 0.5f))]);
    }

    private static ResizeInterpolation? InterpolationOf(string method) => method switch
    {
        "bilinear" => ResizeInterpolation.Bilinear,
        "bicubic" => ResizeInterpolation.Bicubic,
        "lanczos" => ResizeInterpolation.Lanczos3,
        _ => null,
    };

    private static int[] Numbers(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];
}
