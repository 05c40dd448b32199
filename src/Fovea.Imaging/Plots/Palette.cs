using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>The colours of all figures.</summary>
internal static class Palette
{
    /// <summary>Headings and captions.</summary>
    public static readonly SKColor Ink = SKColor.Parse("#1F2937");

    /// <summary>Labels and notes.</summary>
    public static readonly SKColor Quiet = SKColor.Parse("#6B7280");

    /// <summary>Lines behind the data.</summary>
    public static readonly SKColor Grid = SKColor.Parse("#E5E7EB");

    /// <summary>Places where nothing is.</summary>
    public static readonly SKColor Faint = SKColor.Parse("#F5F6F8");

    public static readonly SKColor Paper = SKColors.White;

    /// <summary>What is learned from; what is right.</summary>
    public static readonly SKColor Blue = SKColor.Parse("#2563EB");

    /// <summary>What is watched; what is confused.</summary>
    public static readonly SKColor Orange = SKColor.Parse("#EA580C");

    /// <summary>What is wrong.</summary>
    public static readonly SKColor Red = SKColor.Parse("#DC2626");

    /// <summary>A colour mixed with paper: 0 is paper, 1 the colour.</summary>
    public static SKColor Tint(SKColor color, double strength)
    {
        byte Mix(byte paper, byte ink) => (byte)Math.Round(paper + ((ink - paper) * Math.Clamp(strength, 0, 1)));
        return new SKColor(Mix(Paper.Red, color.Red), Mix(Paper.Green, color.Green), Mix(Paper.Blue, color.Blue));
    }
}
