using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>The colors of all figures.</summary>
internal static class Palette
{
    /// <summary>Headings and captions.</summary>
    public static readonly SKColor Ink = SKColor.Parse("#1F2937");

    /// <summary>Labels and notes.</summary>
    public static readonly SKColor Quiet = SKColor.Parse("#6B7280");

    /// <summary>Lines behind the data.</summary>
    public static readonly SKColor Grid = SKColor.Parse("#E5E7EB");

    /// <summary>Empty cells.</summary>
    public static readonly SKColor Faint = SKColor.Parse("#F5F6F8");

    public static readonly SKColor Paper = SKColors.White;

    /// <summary>Training data; right predictions.</summary>
    public static readonly SKColor Blue = SKColor.Parse("#2563EB");

    /// <summary>Validation data; wrong predictions.</summary>
    public static readonly SKColor Orange = SKColor.Parse("#EA580C");

    /// <summary>Marks of mistakes.</summary>
    public static readonly SKColor Red = SKColor.Parse("#DC2626");

    /// <summary>Mixes a color with paper: 0 is paper, 1 the color.</summary>
    public static SKColor Tint(SKColor color, double strength)
    {
        byte Mix(byte paper, byte ink) => (byte)Math.Round(paper + ((ink - paper) * Math.Clamp(strength, 0, 1)));
        return new SKColor(Mix(Paper.Red, color.Red), Mix(Paper.Green, color.Green), Mix(Paper.Blue, color.Blue));
    }

    /// <summary>Mixes a color with black: 0 is the color, 1 black.</summary>
    public static SKColor Shade(SKColor color, double strength)
    {
        byte Mix(byte level) => (byte)Math.Round(level * (1 - Math.Clamp(strength, 0, 1)));
        return new SKColor(Mix(color.Red), Mix(color.Green), Mix(color.Blue));
    }
}
