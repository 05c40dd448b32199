using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fovea.Tests.Layers;

/// <summary>Augmentations of colors against what <c>tests/Golden/make_colors.py</c> computed with Pillow, colorsys, SciPy and NumPy.</summary>
public sealed class GoldenColorTests
{
    private const int Copies = 8;

    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "colors.json"))).RootElement;

    public static IEnumerable<TheoryDataRow<int>> Cases => Golden.GetProperty("cases").EnumerateArray().Select((golden, i) => new TheoryDataRow<int>(i)
    {
        TestDisplayName = $"{golden.GetProperty("class").GetString()} {golden.GetProperty("config").GetRawText()}, {golden.GetProperty("by").GetString()}",
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_of_a_file_gives_the_image_of_another_program(int index)
    {
        var golden = Golden.GetProperty("cases")[index];
        var className = golden.GetProperty("class").GetString()!;
        var layer = LayerCatalog.Create(className, new Config(className, "layer", (JsonObject)JsonNode.Parse(golden.GetProperty("config").GetRawText())!));
        var image = Values(Golden.GetProperty("image"));
        Shape shape = [.. Golden.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        float[][] expected = [.. golden.GetProperty("expected").EnumerateArray().Select(Values)];
        var (largest, mean) = (golden.GetProperty("tolerance").GetDouble(), golden.GetProperty("mean").GetDouble());

        var images = new Tensor(shape.Prepend(Copies), [.. Enumerable.Repeat(image, Copies).SelectMany(values => values)]);
        var results = layer.Apply(images, training: true, seed: 1).Values.ToArray().Chunk(image.Length).ToArray();

        var right = results.Select(result => Array.FindIndex(expected, one => Errors(one, result).Max() <= largest)).ToArray();
        Assert.True(!right.Contains(-1), $"the largest error is {expected.Min(one => Errors(one, results[0]).Max())}, and {largest} is allowed");
        Assert.Equal(Enumerable.Range(0, expected.Length), right.Distinct().Order());
        Assert.InRange(Errors(expected[right[0]], results[0]).Average(), 0, mean);
    }

    private static IEnumerable<double> Errors(float[] expected, float[] actual) => expected.Zip(actual, (a, b) => Math.Abs((double)a - b));

    private static float[] Values(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetSingle())];
}
