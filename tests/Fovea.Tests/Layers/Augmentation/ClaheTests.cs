using System.Text.Json;

namespace Fovea.Tests.Layers;

/// <summary>
/// Contrast-limited adaptive histogram equalization compared with scikit-image and OpenCV, where their ways to limit the contrast do not differ
/// (<c>tests/Golden/make_clahe.py</c>).
/// </summary>
public sealed class ClaheTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "clahe.json"))).RootElement;

    public static IEnumerable<TheoryDataRow<int>> Cases => Golden.EnumerateArray().Select((golden, i) => new TheoryDataRow<int>(i)
    {
        TestDisplayName = $"{golden.GetProperty("by").GetString()}, limit {golden.GetProperty("limit").GetInt32()}",
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tiles_are_equalized_as_by_another_program(int index)
    {
        var golden = Golden[index];
        var layer = new ContrastLimitedAdaptiveHistogramEqualization(golden.GetProperty("limit").GetDouble(), (2, 2));

        var output = layer.Apply(new Tensor([1, 64, 64, 1], Levels(golden, "image")), training: false).Values.ToArray();

        var largest = output.Zip(Levels(golden, "expected")).Max(pair => Math.Abs(pair.First - pair.Second));
        Assert.InRange(largest, 0, golden.GetProperty("tolerance").GetDouble());
    }

    private static float[] Levels(JsonElement golden, string name) => [.. golden.GetProperty(name).GetBytesFromBase64().Select(level => (float)level)];
}
