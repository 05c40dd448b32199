using System.Globalization;
using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Plots the loss and the accuracy of a training against the epoch, for the training data and for the validation data if there are any. The best epoch is
/// marked. From 8 epochs on, the values are drawn in a pale color, and exponentially smoothed curves over them: s ← 0.8·s + 0.2·x.
/// </summary>
public static class TrainingCurves
{
    /// <summary>The number of epochs from which on smoothed curves are drawn, since the values of single epochs fluctuate.</summary>
    private const int EpochsToSmooth = 8;

    /// <summary>The weight of the previous smoothed value, as in Chollet, "Deep Learning with Python", listing 5.21.</summary>
    private const double Smoothness = 0.8;

    private static readonly SKColor Training = Palette.Blue;
    private static readonly SKColor Validation = Palette.Orange;

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="history">The history that <c>Fit</c> returned, with at least one epoch.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="width">The width in pixels, at least 900.</param>
    /// <param name="height">The height in pixels, at least 300.</param>
    /// <exception cref="ArgumentException">The history has no epoch, or the size is too small.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(History history, string path, int width = 1400, int height = 600) =>
        AtomicFile.Write(path, ToPng(history, width, height));

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">The history has no epoch, or the size is too small.</exception>
    public static byte[] ToPng(History history, int width = 1400, int height = 600)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 900);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 300);
        if (history.Epochs == 0) throw new ArgumentException("TrainingCurves: expected a history of at least one epoch; received none.", nameof(history));
        var panels = new List<Panel> { LossPanel(history) };
        if (history.Names.Contains("accuracy")) panels.Add(AccuracyPanel(history));
        return Render(panels, history.Names.Contains("val_loss"), width, height);
    }

    private static byte[] Render(List<Panel> panels, bool hasValidation, int width, int height)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(Palette.Paper);
        for (var i = 0; i < panels.Count; i++)
        {
            var bounds = SKRect.Create(i * width / panels.Count, 0, width / panels.Count, height);
            var note = (panels[i].Best, hasValidation ? Validation : Training);
            panels[i].Chart.Draw(surface.Canvas, bounds);
            PlotHeading.Draw(surface.Canvas, bounds, panels[i].Title, note, Legend(hasValidation, panels[i].IsSmoothed));
        }

        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static IEnumerable<(SKColor Color, string Label)> Legend(bool hasValidation, bool isSmoothed)
    {
        yield return (Training, "training");
        if (hasValidation) yield return (Validation, "validation");
        if (isSmoothed) yield return (PlotHeading.Pale(Palette.Quiet), "pale: not smoothed");
    }

    private static Panel LossPanel(History history)
    {
        var (low, high) = Extent(history, "loss");
        var chart = EmptyChart(history, Math.Min(0, low), high * 1.06, value => value.ToString("0.########", CultureInfo.InvariantCulture));
        var best = AddCurves(chart, history, "loss", values => values, best: Enumerable.Min, value => value.ToString("0.0000", CultureInfo.InvariantCulture));
        return new Panel(chart, "Loss", best, history.Epochs >= EpochsToSmooth);
    }

    private static Panel AccuracyPanel(History history)
    {
        var low = 100 * Extent(history, "accuracy").Low;
        var margin = Math.Max(0.3, (100 - low) * 0.15);
        var chart = EmptyChart(history, Math.Max(0, low - margin), 100 + (margin * 0.35),
            value => value > 100 + 1e-9 ? "" : string.Create(CultureInfo.InvariantCulture, $"{value:0.##} %"));
        var best = AddCurves(chart, history, "accuracy", values => [.. values.Select(value => 100 * value)], best: Enumerable.Max,
            value => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} %"));
        return new Panel(chart, "Accuracy", best, history.Epochs >= EpochsToSmooth);
    }

    private static (double Low, double High) Extent(History history, string name)
    {
        var values = history[name].Concat(history.Names.Contains($"val_{name}") ? history[$"val_{name}"] : []).Where(double.IsFinite).ToList();
        return values.Count == 0 ? (0, 1) : (values.Min(), Math.Max(values.Max(), 1e-9));
    }

    private static Chart EmptyChart(History history, double low, double high, Func<double, string> print)
    {
        var margin = 0.06 * Math.Max(1, history.Epochs - 1);
        return new Chart
        {
            Label = "Epoch",
            Ticks = EpochTicks(history.Epochs),
            Horizontal = (1 - margin, history.Epochs + margin),
            Vertical = (low, high),
            Print = print,
        };
    }

    /// <summary>Whole epochs only, at most about ten of them.</summary>
    private static IReadOnlyList<(double Value, string Text)> EpochTicks(int epochs)
    {
        int[] steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        var step = steps.FirstOrDefault(candidate => epochs / candidate <= 10, Math.Max(1, epochs / 10));
        return [.. Enumerable.Range(1, epochs).Where(epoch => epoch % step == 0)
            .Select(epoch => ((double)epoch, epoch.ToString(CultureInfo.InvariantCulture)))];
    }

    /// <summary>Draws the curves, and returns the note on the best epoch.</summary>
    private static string AddCurves(
        Chart chart, History history, string name, Func<IReadOnlyList<double>, IReadOnlyList<double>> scale,
        Func<IEnumerable<double>, double> best, Func<double, string> print)
    {
        var training = scale(history[name]);
        AddCurve(chart, training, Training);
        if (!history.Names.Contains($"val_{name}")) return MarkBest(chart, training, Training, best, print);
        var validation = scale(history[$"val_{name}"]);
        AddCurve(chart, validation, Validation);
        return MarkBest(chart, validation, Validation, best, print);
    }

    private static void AddCurve(Chart chart, IReadOnlyList<double> values, SKColor color)
    {
        if (values.Count < EpochsToSmooth)
        {
            AddLine(chart, values, color, width: 3, marker: 9);
            return;
        }

        AddLine(chart, values, PlotHeading.Pale(color), width: 2, marker: values.Count <= 60 ? 6 : 0);
        AddLine(chart, Smoothed(values), color, width: 3.5f, marker: 0);
    }

    private static void AddLine(Chart chart, IReadOnlyList<double> values, SKColor color, float width, float marker) =>
        chart.AddCurve([.. Enumerable.Range(1, values.Count).Select(epoch => (double)epoch)], [.. values], color, width, marker);

    /// <summary>Smooths by s ← 0.8·s + 0.2·x, starting with the first value. A value that is not finite does not change s.</summary>
    internal static double[] Smoothed(IReadOnlyList<double> values)
    {
        var smoothed = new double[values.Count];
        for (var i = 0; i < smoothed.Length; i++)
        {
            var before = i == 0 ? double.NaN : smoothed[i - 1];
            smoothed[i] = !double.IsFinite(before) ? values[i]
                : double.IsFinite(values[i]) ? (Smoothness * before) + ((1 - Smoothness) * values[i])
                : before;
        }

        return smoothed;
    }

    /// <summary>Draws a ring around the best epoch, and returns the note on it.</summary>
    private static string MarkBest(Chart chart, IReadOnlyList<double> values, SKColor color, Func<IEnumerable<double>, double> best, Func<double, string> print)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count == 0) return "";
        var value = best(finite);
        var epoch = values.ToList().IndexOf(value) + 1;
        chart.AddRing(epoch, value, color);
        return $"best {print(value)} in epoch {epoch}";
    }

    private sealed record Panel(Chart Chart, string Title, string Best, bool IsSmoothed);
}
