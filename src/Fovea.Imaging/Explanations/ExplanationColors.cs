using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>The colours of explanations: those of the plots, and a scale from blue (negative) over white (0) to orange (positive).</summary>
internal static class ExplanationColors
{
    public static readonly SKColor Ink = SKColor.Parse("#1F2937");
    public static readonly SKColor Quiet = SKColor.Parse("#6B7280");
    public static readonly SKColor Grid = SKColor.Parse("#E5E7EB");
    public static readonly SKColor Negative = SKColor.Parse("#2563EB");
    public static readonly SKColor Positive = SKColor.Parse("#EA580C");
    public static readonly SKColor Mark = SKColor.Parse("#DC2626");

    /// <summary>The colour of a number on a scale from −most to most.</summary>
    public static SKColor Diverging(double value, double most)
    {
        var strength = most > 0 && double.IsFinite(value) ? Math.Clamp(Math.Abs(value) / most, 0, 1) : 0;
        var full = value < 0 ? Negative : Positive;
        byte Mix(byte channel) => (byte)Math.Round(255 + (strength * (channel - 255)));
        return new SKColor(Mix(full.Red), Mix(full.Green), Mix(full.Blue));
    }

    /// <summary>The grey of a number from 0 (black) to 1 (white).</summary>
    public static SKColor Grey(double value)
    {
        var level = (byte)Math.Round(255 * Math.Clamp(double.IsFinite(value) ? value : 0, 0, 1));
        return new SKColor(level, level, level);
    }

    /// <summary>Ink or white, whichever is read better on a colour (by its luma, ITU-R BT.601).</summary>
    public static SKColor TextOn(SKColor color) => (0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue) < 140 ? SKColors.White : Ink;
}
