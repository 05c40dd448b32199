using ScottPlot;

namespace Fovea.Imaging;

/// <summary>Colours for numbers, as red, green and blue from 0 to 1.</summary>
internal static class ColorScale
{
    private static readonly IColormap Dark = new ScottPlot.Colormaps.Viridis();
    private static readonly IColormap Hot = new ScottPlot.Colormaps.Turbo();

    /// <summary>From dark blue for 0 to yellow for 1 (van der Walt and Smith 2015, "viridis").</summary>
    public static (float Red, float Green, float Blue) Viridis(float share) => Read(Dark, share);

    /// <summary>From blue for 0 over green to red for 1 (Mikhailov 2019, "turbo").</summary>
    public static (float Red, float Green, float Blue) Turbo(float share) => Read(Hot, share);

    /// <summary>Blue for −1, white for 0, orange for 1.</summary>
    public static (float Red, float Green, float Blue) Diverging(float value)
    {
        var share = Math.Clamp(Math.Abs(value), 0, 1);
        return value < 0 ? (1 - (share * 0.86f), 1 - (share * 0.62f), 1 - (share * 0.1f)) : (1 - (share * 0.08f), 1 - (share * 0.65f), 1 - (share * 0.95f));
    }

    /// <summary>The pixels of a picture (height, width, 3) of some numbers.</summary>
    public static float[] Paint(IEnumerable<float> values, Func<float, (float Red, float Green, float Blue)> scale) =>
        [.. values.Select(scale).SelectMany(color => (float[])[color.Red, color.Green, color.Blue])];

    private static (float Red, float Green, float Blue) Read(IColormap map, float share)
    {
        var color = map.GetColor(float.IsFinite(share) ? Math.Clamp(share, 0, 1) : 0);
        return (color.R / 255f, color.G / 255f, color.B / 255f);
    }
}
