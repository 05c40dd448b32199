using ScottPlot;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Plots as all pictures have them: quiet axes, horizontal lines only, and above them a heading with what the colours mean.</summary>
internal static class PlotFrame
{
    private const int Left = 90;
    private const int Right = 40;
    private const int Bottom = 75;
    private const int Top = 110;

    /// <summary>A plot without curves, whose axes have a label and ticks below.</summary>
    public static Plot Empty(string label, ITickGenerator ticks)
    {
        Typefaces.UseInPlots();
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Axes.Bottom.Label.Text = label;
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.TickLabelStyle.FontName = Typefaces.Family;
            axis.TickLabelStyle.FontSize = 17;
            axis.TickLabelStyle.ForeColor = ToPlot(Palette.Quiet);
            axis.MajorTickStyle.Length = 0;
            axis.MinorTickStyle.Length = 0;
        }

        plot.Axes.Bottom.Label.FontName = Typefaces.Family;
        plot.Axes.Bottom.Label.FontSize = 18;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Bottom.Label.ForeColor = ToPlot(Palette.Quiet);
        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.Left.FrameLineStyle.IsVisible = false;
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Axes.Bottom.FrameLineStyle.Color = ToPlot(Palette.Quiet);
        plot.Grid.MajorLineColor = ToPlot(Palette.Grid);
        plot.Grid.XAxisStyle.MajorLineStyle.IsVisible = false;
        plot.Layout.Fixed(new PixelPadding(Left, Right, Bottom, Top));
        return plot;
    }

    public static void AddLine(Plot plot, double[] xs, double[] ys, SKColor color, float width, float marker)
    {
        var curve = plot.Add.Scatter(xs, ys);
        curve.Color = ToPlot(color);
        curve.LineWidth = width;
        curve.MarkerSize = marker;
    }

    /// <summary>A ring around a point that matters.</summary>
    public static void AddRing(Plot plot, double x, double y, SKColor color) =>
        plot.Add.Marker(x, y, MarkerShape.OpenCircle, 20, ToPlot(color)).MarkerStyle.LineWidth = 2.5f;

    /// <summary>The title and the note on one line, what the colours mean on the next.</summary>
    public static void DrawHeading(
        SKCanvas canvas, string title, (string Text, SKColor Color) note, IEnumerable<(SKColor Color, string Label)> legend, int width)
    {
        using var bold = Lettering.SemiBold(24);
        using var regular = Lettering.Regular(17);
        using var small = Lettering.Regular(14);
        Lettering.Draw(canvas, title, Left, 46, SKTextAlign.Left, bold, Palette.Ink);
        var isNarrow = bold.MeasureText(title) + regular.MeasureText(note.Text) + 24 > width - Left - Right;
        Lettering.Draw(canvas, note.Text, width - Right, 46, SKTextAlign.Right, isNarrow ? small : regular, note.Color);
        var x = (float)Left;
        foreach (var (color, label) in legend)
        {
            if (x + 30 + regular.MeasureText(label) > width) break;
            using var paint = new SKPaint { IsAntialias = true, Color = color };
            canvas.DrawRoundRect(x, 73, 22, 4, 2, 2, paint);
            Lettering.Draw(canvas, label, x + 30, 81, SKTextAlign.Left, regular, Palette.Quiet);
            x += 30 + regular.MeasureText(label) + 24;
        }
    }

    /// <summary>A colour for values as they were, behind smoothed ones.</summary>
    public static SKColor Pale(SKColor color) => Palette.Tint(color, 0.3);

    public static Color ToPlot(SKColor color) => new(color.Red, color.Green, color.Blue);
}
