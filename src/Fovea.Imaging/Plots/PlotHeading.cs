using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>The heading above a <see cref="Chart"/>: a title and a note, and below them a legend of the colors.</summary>
internal static class PlotHeading
{
    /// <summary>Draws the title and the note in one line, the legend in the next.</summary>
    public static void Draw(
        SKCanvas canvas, SKRect bounds, string title, (string Text, SKColor Color) note, IEnumerable<(SKColor Color, string Label)> legend)
    {
        using var bold = Lettering.SemiBold(24);
        using var regular = Lettering.Regular(17);
        using var small = Lettering.Regular(14);
        var x = bounds.Left + Chart.Left;
        Lettering.Draw(canvas, title, x, bounds.Top + 46, SKTextAlign.Left, bold, Palette.Ink);
        var isNarrow = bold.MeasureText(title) + regular.MeasureText(note.Text) + 24 > bounds.Width - Chart.Left - Chart.Right;
        Lettering.Draw(canvas, note.Text, bounds.Right - Chart.Right, bounds.Top + 46, SKTextAlign.Right, isNarrow ? small : regular, note.Color);
        foreach (var (color, label) in legend)
        {
            if (x + 30 + regular.MeasureText(label) > bounds.Right) break;
            using var paint = new SKPaint { IsAntialias = true, Color = color };
            canvas.DrawRoundRect(x, bounds.Top + 73, 22, 4, 2, 2, paint);
            Lettering.Draw(canvas, label, x + 30, bounds.Top + 81, SKTextAlign.Left, regular, Palette.Quiet);
            x += 30 + regular.MeasureText(label) + 24;
        }
    }

    /// <summary>The color of values before smoothing, which are drawn behind the smoothed ones.</summary>
    public static SKColor Pale(SKColor color) => Palette.Tint(color, 0.3);
}
