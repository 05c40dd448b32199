using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// The course of a training as a picture: the loss and, beside it, the accuracy over the epochs, of the training data and of the
/// validation data where there are any, with the best epoch marked.
/// </summary>
public static class TrainingCurves
{
    private static readonly Color Ink = Color.FromHex("#1F2937");
    private static readonly Color Quiet = Color.FromHex("#6B7280");
    private static readonly Color Grid = Color.FromHex("#E5E7EB");
    private static readonly Color Training = Color.FromHex("#2563EB");
    private static readonly Color Validation = Color.FromHex("#EA580C");

    /// <summary>Writes the picture as a PNG file, replacing an older one.</summary>
    /// <param name="history">What <c>Fit</c> returned: at least one epoch.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="width">The width in pixels, at least 400.</param>
    /// <param name="height">The height in pixels, at least 200.</param>
    /// <exception cref="ArgumentException">The history has no epoch, or the size is too small.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(History history, string path, int width = 1400, int height = 600) =>
        File.WriteAllBytes(path, ToPng(history, width, height));

    /// <summary>Draws the picture as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">The history has no epoch, or the size is too small.</exception>
    public static byte[] ToPng(History history, int width = 1400, int height = 600)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 400);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 200);
        if (history.Epochs == 0) throw new ArgumentException("TrainingCurves: expected a history of at least one epoch; received none.", nameof(history));
        Typefaces.UseInPlots();
        var panels = new List<Plot> { LossPanel(history) };
        if (history.Names.Contains("accuracy")) panels.Add(AccuracyPanel(history));
        return Render(panels, width, height);
    }

    private static byte[] Render(List<Plot> panels, int width, int height)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(SKColors.White);
        var panelWidth = width / panels.Count;
        for (var i = 0; i < panels.Count; i++)
        {
            // Rendering clears the whole canvas that it is given, so that each panel has its own.
            using var panel = SKSurface.Create(new SKImageInfo(panelWidth, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            panels[i].Render(panel.Canvas, new PixelRect(0, panelWidth, height, 0));
            surface.Canvas.DrawSurface(panel, i * panelWidth, 0);
            panels[i].Dispose();
        }

        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static Plot LossPanel(History history)
    {
        var plot = Panel("Loss", history.Epochs);
        AddCurves(plot, history, "loss", values => values, best: Enumerable.Min, value => value.ToString("0.0000", CultureInfo.InvariantCulture));
        var (low, high) = Extent(history, "loss");
        SetRange(plot, Math.Min(0, low), high * 1.12, history.Epochs);
        return plot;
    }

    private static Plot AccuracyPanel(History history)
    {
        var plot = Panel("Accuracy", history.Epochs);
        AddCurves(plot, history, "accuracy", values => [.. values.Select(value => 100 * value)], best: Enumerable.Max,
            value => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} %"));
        var low = 100 * Extent(history, "accuracy").Low;
        var margin = Math.Max(0.3, (100 - low) * 0.15);
        SetRange(plot, Math.Max(0, low - margin), 100 + (margin * 0.6), history.Epochs);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            LabelFormatter = value => value > 100 + 1e-9 ? "" : string.Create(CultureInfo.InvariantCulture, $"{value:0.##} %"),
            TargetTickCount = 6,
        };
        return plot;
    }

    private static (double Low, double High) Extent(History history, string name)
    {
        var values = history[name].Concat(history.Names.Contains($"val_{name}") ? history[$"val_{name}"] : []).Where(double.IsFinite).ToList();
        return values.Count == 0 ? (0, 1) : (values.Min(), Math.Max(values.Max(), 1e-9));
    }

    private static void SetRange(Plot plot, double low, double high, int epochs)
    {
        // Room on the right for the labels at the ends of the curves.
        var span = Math.Max(1, epochs - 1);
        plot.Axes.SetLimits(1 - (0.06 * span), epochs + (0.06 * span), low, high);
    }

    private static Plot Panel(string title, int epochs)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Axes.Title.Label.Text = title;
        plot.Axes.Title.Label.FontName = Typefaces.Family;
        plot.Axes.Title.Label.FontSize = 24;
        plot.Axes.Title.Label.Bold = true;
        plot.Axes.Title.Label.ForeColor = Ink;
        plot.Axes.Bottom.Label.Text = "Epoch";
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.TickLabelStyle.FontName = Typefaces.Family;
            axis.TickLabelStyle.FontSize = 17;
            axis.TickLabelStyle.ForeColor = Quiet;
            axis.MajorTickStyle.Length = 0;
            axis.MinorTickStyle.Length = 0;
        }

        plot.Axes.Bottom.Label.FontName = Typefaces.Family;
        plot.Axes.Bottom.Label.FontSize = 18;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Bottom.Label.ForeColor = Quiet;
        plot.Axes.Bottom.TickGenerator = EpochTicks(epochs);
        plot.Axes.Left.FrameLineStyle.IsVisible = false;
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Axes.Bottom.FrameLineStyle.Color = Quiet;
        plot.Grid.MajorLineColor = Grid;
        plot.Grid.XAxisStyle.MajorLineStyle.IsVisible = false;
        plot.Layout.Fixed(new PixelPadding(90, 40, 75, 70));
        return plot;
    }

    /// <summary>Whole epochs only, at most about ten of them.</summary>
    private static ScottPlot.TickGenerators.NumericManual EpochTicks(int epochs)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        int[] steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        var step = steps.FirstOrDefault(candidate => epochs / candidate <= 10, Math.Max(1, epochs / 10));
        for (var epoch = step == 1 ? 1 : 0; epoch <= epochs; epoch += step)
            if (epoch > 0) ticks.AddMajor(epoch, epoch.ToString(CultureInfo.InvariantCulture));
        return ticks;
    }

    private static void AddCurves(
        Plot plot, History history, string name, Func<IReadOnlyList<double>, IReadOnlyList<double>> scale,
        Func<IEnumerable<double>, double> best, Func<double, string> print)
    {
        var validation = history.Names.Contains($"val_{name}") ? scale(history[$"val_{name}"]) : null;
        AddCurve(plot, scale(history[name]), Training, "training", LinePattern.Solid);
        if (validation is not null) AddCurve(plot, validation, Validation, "validation", LinePattern.Solid);
        MarkBest(plot, validation ?? scale(history[name]), validation is null ? Training : Validation, best, print);
        plot.Legend.FontName = Typefaces.Family;
        plot.Legend.FontSize = 18;
        plot.Legend.FontColor = Ink;
        plot.Legend.OutlineStyle.IsVisible = false;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(.85);
        plot.ShowLegend(name == "loss" ? Alignment.UpperRight : Alignment.LowerRight);
    }

    private static void AddCurve(Plot plot, IReadOnlyList<double> values, Color color, string label, LinePattern pattern)
    {
        var xs = Enumerable.Range(1, values.Count).Select(epoch => (double)epoch).ToArray();
        var curve = plot.Add.Scatter(xs, values.ToArray());
        curve.Color = color;
        curve.LineWidth = 3;
        curve.LinePattern = pattern;
        curve.MarkerSize = values.Count <= 30 ? 9 : 0;
        curve.LegendText = label;
    }

    private static void MarkBest(Plot plot, IReadOnlyList<double> values, Color color, Func<IEnumerable<double>, double> best, Func<double, string> print)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count == 0) return;
        var value = best(finite);
        var epoch = values.ToList().IndexOf(value) + 1;
        var ring = plot.Add.Marker(epoch, value, MarkerShape.OpenCircle, 20, color);
        ring.MarkerStyle.LineWidth = 2.5f;
        var right = values.Count > 1 && epoch > (values.Count + 1) / 2.0;
        var label = plot.Add.Text($"best: {print(value)} in epoch {epoch}", epoch, value);
        label.LabelFontName = Typefaces.Family;
        label.LabelFontSize = 17;
        label.LabelFontColor = color;
        label.LabelAlignment = right ? Alignment.LowerRight : Alignment.LowerLeft;
        label.OffsetX = right ? 12 : -12;
        label.OffsetY = -14;
    }
}
