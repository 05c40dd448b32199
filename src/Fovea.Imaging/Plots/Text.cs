using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Text in pictures.</summary>
internal static class Text
{
    /// <summary>The text, or as much of it as fits with an ellipsis.</summary>
    public static string Fit(string text, SKFont font, float width)
    {
        if (font.MeasureText(text) <= width) return text;
        while (text.Length > 1 && font.MeasureText(text + "…") > width) text = text[..^1];
        return text.TrimEnd() + "…";
    }
}
