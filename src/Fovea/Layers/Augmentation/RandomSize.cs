using System.Globalization;
using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>The configuration of <see cref="RandomHeight"/> and <see cref="RandomWidth"/>.</summary>
internal static class RandomSize
{
    public static IReadOnlyList<double> Checked(IReadOnlyList<double> factor, string layer) =>
        factor.NotNull(layer, nameof(factor)).Count is 1 or 2 && factor.All(value => float.IsFinite((float)value))
        ? [.. factor.Select(value => Config.Shortest((float)value))]
        : throw ArgumentRules.Wrong(
            layer, nameof(factor), $"one or two finite numbers",
            $"({string.Join(", ", factor.Select(value => ((float)value).ToString(CultureInfo.InvariantCulture)))})");

    public static void Write(Config config, IReadOnlyList<double> factor)
    {
        config.Json["factor"] = factor is [var only] ? only : new JsonArray([.. factor.Select(value => (JsonNode)value)]);
        config.Set("interpolation", "bilinear");
        config.SetNull("seed");
    }

    public static double[] Read(Config config)
    {
        _ = config.GetResizeInterpolation("interpolation", ResizeInterpolation.Bilinear);
        return JsonReading.AsNumber(config.Find("factor")) is { } number ? [number] : config.GetDoubles("factor") ?? [];
    }
}
