using System.Globalization;
using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>The configuration of <see cref="RandomHeight"/> and <see cref="RandomWidth"/>.</summary>
internal static class RandomSize
{
    public static IReadOnlyList<float> Checked(IReadOnlyList<float> factor, string layer) => factor.Count is 1 or 2 && factor.All(float.IsFinite)
        ? factor
        : throw ArgumentRules.Wrong(
            layer, nameof(factor), $"one finite number or two", $"({string.Join(", ", factor.Select(value => value.ToString(CultureInfo.InvariantCulture)))})");

    public static void Write(Config config, IReadOnlyList<float> factor)
    {
        config.Json["factor"] = factor is [var only] ? Config.Shortest(only) : new JsonArray([.. factor.Select(value => (JsonNode)Config.Shortest(value))]);
        config.Set("interpolation", "bilinear");
        config.SetNull("seed");
    }

    public static float[] Read(Config config)
    {
        _ = config.GetResizeInterpolation("interpolation", ResizeInterpolation.Bilinear);
        return JsonReading.AsNumber(config.Find("factor")) is { } number ? [(float)number] : config.GetFloats("factor") ?? [];
    }
}
