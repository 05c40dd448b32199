using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>The colours of numbers in explanations: from blue (negative) over white (0) to orange (positive), or from black to white.</summary>
internal static class ExplanationColors
{
    /// <summary>The colour of a number on a scale from −most to most.</summary>
    public static SKColor Diverging(double value, double most) =>
        Palette.Tint(value < 0 ? Palette.Blue : Palette.Orange, most > 0 && double.IsFinite(value) ? Math.Abs(value) / most : 0);

    /// <summary>The grey of a number from 0 (black) to 1 (white).</summary>
    public static SKColor Grey(double value)
    {
        var level = (byte)Math.Round(255 * Math.Clamp(double.IsFinite(value) ? value : 0, 0, 1));
        return new SKColor(level, level, level);
    }

    /// <summary>Ink or white, whichever is read better on a colour (by its luma, ITU-R BT.601).</summary>
    public static SKColor TextOn(SKColor color) => (0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue) < 140 ? SKColors.White : Palette.Ink;
}
