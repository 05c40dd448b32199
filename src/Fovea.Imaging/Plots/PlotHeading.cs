using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>An entry of a legend: a line of a color and thickness, and its label.</summary>
internal sealed record LegendEntry(SKColor Color, string Label, float Thickness = 4)
{
    /// <summary>The color of the right half of the line, for an entry of two curves; null if the line has one color.</summary>
    public SKColor? SecondColor { get; init; }
}

/// <summary>
/// The heading above a <see cref="Chart"/>: a title, a note at its right, and below them the legend and further notes. What does not fit into a line moves to
/// the next one.
/// </summary>
internal sealed class PlotHeading
{
    private const float FirstBaseline = 46;
    private const float LineHeight = 34;
    private const float Gap = 24;
    private const float Key = 22;

    private readonly List<PlacedText> texts = [];

    /// <param name="title">The title.</param>
    /// <param name="note">A note at the right of the title.</param>
    /// <param name="legend">The entries of the legend.</param>
    /// <param name="width">The width of the chart with its margins, in pixels.</param>
    /// <param name="remarks">Sentences after the legend.</param>
    public PlotHeading(string title, (string Text, SKColor Color) note, IEnumerable<LegendEntry> legend, float width, params ReadOnlySpan<string> remarks)
    {
        using var bold = Lettering.SemiBold(24);
        using var regular = Lettering.Regular(17);
        var (left, right) = (Chart.Left, width - Chart.Right);
        var fitted = Lettering.Fit(title, bold, right - left);
        Add(fitted, left, FirstBaseline, bold, isBold: true, Palette.Ink);
        var line = 1;
        if (note.Text.Length > 0)
        {
            var text = Lettering.Fit(note.Text, regular, right - left);
            var length = regular.MeasureText(text);
            var isBelow = bold.MeasureText(fitted) + Gap + length > right - left;
            Add(text, isBelow ? left : right - length, FirstBaseline + (isBelow ? LineHeight - 6 : 0), regular, isBold: false, note.Color);
            if (isBelow) line++;
        }

        var x = (float)left;
        foreach (var (entry, text) in legend.Select(entry => ((LegendEntry?)entry, entry.Label))
            .Concat(remarks.ToArray().Select(text => ((LegendEntry?)null, text))))
        {
            var key = entry is null ? 0 : Key + 8;
            var label = Lettering.Fit(text, regular, right - left - key);
            var length = key + regular.MeasureText(label);
            if (x > left && x + length > right) (x, line) = (left, line + 1);
            Add(label, x + key, FirstBaseline + (line * LineHeight), regular, isBold: false, Palette.Quiet, entry);
            x += length + Gap;
        }

        Height = FirstBaseline + (line * LineHeight) + 30;
    }

    /// <summary>The height of the heading in pixels, with the space below it.</summary>
    public float Height { get; }

    /// <summary>The texts with the rectangles that they fill, relative to the chart's upper left corner.</summary>
    public IReadOnlyList<PlacedText> Texts => texts;

    /// <summary>Draws the heading in the upper part of a chart's rectangle.</summary>
    public void Draw(SKCanvas canvas, SKRect bounds)
    {
        using var bold = Lettering.SemiBold(24);
        using var regular = Lettering.Regular(17);
        foreach (var text in texts)
        {
            var (x, baseline) = (bounds.Left + text.Bounds.Left, bounds.Top + text.Baseline);
            if (text.Entry is { } entry)
            {
                DrawKey(canvas, x, baseline - 6, entry);
                x += Key + 8;
            }

            Lettering.Draw(canvas, text.Text, x, baseline, SKTextAlign.Left, text.IsBold ? bold : regular, text.Color);
        }
    }

    /// <summary>The color of values that are drawn behind others.</summary>
    public static SKColor Pale(SKColor color) => Palette.Tint(color, 0.3);

    private static void DrawKey(SKCanvas canvas, float x, float y, LegendEntry entry)
    {
        SKColor[] colors = entry.SecondColor is { } second ? [entry.Color, second] : [entry.Color];
        var length = (Key - (2 * (colors.Length - 1))) / colors.Length;
        foreach (var color in colors)
        {
            using var paint = new SKPaint { IsAntialias = true, Color = color };
            canvas.DrawRoundRect(x, y - (entry.Thickness / 2), length, entry.Thickness, entry.Thickness / 2, entry.Thickness / 2, paint);
            x += length + 2;
        }
    }

    private void Add(string text, float x, float baseline, SKFont font, bool isBold, SKColor color, LegendEntry? entry = null)
    {
        var left = entry is null ? x : x - Key - 8;
        var bounds = new SKRect(left, baseline - font.Size, x + font.MeasureText(text), baseline + (font.Size * 0.3f));
        texts.Add(new PlacedText(text, bounds, baseline, isBold, color, entry));
    }

    /// <summary>A text of the heading, with the key of its legend entry if it is one.</summary>
    public sealed record PlacedText(string Text, SKRect Bounds, float Baseline, bool IsBold, SKColor Color, LegendEntry? Entry);
}
