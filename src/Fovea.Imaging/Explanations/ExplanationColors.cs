using ScottPlot;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>The colours of numbers in explanations.</summary>
internal static class ExplanationColors
{
    private static readonly IColormap Dark = new ScottPlot.Colormaps.Viridis();
    private static readonly IColormap Hot = new ScottPlot.Colormaps.Turbo();

    /// <summary>Blue for −most over white for 0 to orange for most.</summary>
    public static SKColor Diverging(double value, double most) =>
        Palette.Tint(value < 0 ? Palette.Blue : Palette.Orange, most > 0 && double.IsFinite(value) ? Math.Abs(value) / most : 0);

    /// <summary>From dark blue for 0 to yellow for 1 (van der Walt and Smith 2015, "viridis").</summary>
    public static SKColor Viridis(double share) => Read(Dark, share);

    /// <summary>From blue for 0 over green to red for 1 (Mikhailov 2019, "turbo").</summary>
    public static SKColor Turbo(double share) => Read(Hot, share);

    /// <summary>The grey of a number from 0 (black) to 1 (white).</summary>
    public static SKColor Grey(double value)
    {
        var level = (byte)Math.Round(255 * Math.Clamp(double.IsFinite(value) ? value : 0, 0, 1));
        return new SKColor(level, level, level);
    }

    /// <summary>Ink or white, whichever is read better on a colour (by its luma, ITU-R BT.601).</summary>
    public static SKColor TextOn(SKColor color) => (0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue) < 140 ? SKColors.White : Palette.Ink;

    /// <summary>The pixels of a picture (height, width, 3), from 0 to 1, of some numbers.</summary>
    public static float[] Paint(IEnumerable<float> values, Func<float, SKColor> color) =>
        [.. values.Select(color).SelectMany(pixel => (float[])[pixel.Red / 255f, pixel.Green / 255f, pixel.Blue / 255f])];

    private static SKColor Read(IColormap map, double share)
    {
        var color = map.GetColor(double.IsFinite(share) ? Math.Clamp(share, 0, 1) : 0);
        return new SKColor(color.R, color.G, color.B);
    }
}
