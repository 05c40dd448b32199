using System.Globalization;
using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Plots what <see cref="Model.Fit"/> measured in each epoch: one panel for the loss and for each metric, with the training data and, if there are any, the
/// validation data. The best epoch is marked, or the model after the training, where that differs from the last epoch (<see cref="History.Final"/>). The
/// curves are the measured values; smoothed curves are drawn over them on request.
/// </summary>
/// <remarks>
/// Several trainings of one model, such as feature extraction and fine-tuning, are plotted one after the other:
/// <c>TrainingCurves.Save([head, tuned], "curves.png", labels: ["new head", "fine-tuning"])</c>. A few values that are much worse than all others, such as the
/// first loss, may lie beyond the vertical axis; then a triangle marks them and the heading names them.
/// </remarks>
public static class TrainingCurves
{
    private const int PanelWidth = 700;
    private const int PanelHeight = 600;
    private const int MinPanelWidth = 450;
    private const int MinPanelHeight = 300;
    private const int FooterLine = 22;

    private static readonly SKColor Training = Palette.Blue;
    private static readonly SKColor Validation = Palette.Orange;

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="history">The history that <c>Fit</c> returned, with at least one epoch.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="metrics">The names of the values to plot, such as <c>["loss", "accuracy"]</c>; null for all.</param>
    /// <param name="smoothing">
    /// The weight of earlier epochs in thin smoothed curves, at least 0 and below 1, as in TensorBoard; 0 for no smoothed curves.
    /// </param>
    /// <param name="width">The width in pixels, at least 450 for each panel in a row; null for 700 for each.</param>
    /// <param name="height">The height in pixels, at least 300 for each row; null for 600 for each.</param>
    /// <param name="validationName">The name of the validation data in the legend.</param>
    /// <exception cref="ArgumentException">The history has no epoch, a metric was not measured, or the size is too small.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        History history, string path, IReadOnlyList<string>? metrics = null, double smoothing = 0, int? width = null, int? height = null,
        string validationName = "validation") =>
        AtomicFile.Write(path, ToPng(history, metrics, smoothing, width, height, validationName));

    /// <summary>Plots several trainings one after the other. A dashed line marks the beginning of each.</summary>
    /// <param name="phases">The histories of the trainings, in their order.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="metrics">The names of the values to plot, such as <c>["loss", "accuracy"]</c>; null for all.</param>
    /// <param name="labels">A label for each training; null for "phase 1", "phase 2", …</param>
    /// <param name="smoothing">
    /// The weight of earlier epochs in thin smoothed curves, at least 0 and below 1, as in TensorBoard; 0 for no smoothed curves.
    /// </param>
    /// <param name="width">The width in pixels, at least 450 for each panel in a row; null for 700 for each.</param>
    /// <param name="height">The height in pixels, at least 300 for each row; null for 600 for each.</param>
    /// <param name="validationName">The name of the validation data in the legend.</param>
    /// <exception cref="ArgumentException">
    /// There is no epoch, a metric was not measured, there are more or fewer labels than trainings, or the size is too small.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        IReadOnlyList<History> phases, string path, IReadOnlyList<string>? metrics = null, IReadOnlyList<string>? labels = null, double smoothing = 0,
        int? width = null, int? height = null, string validationName = "validation") =>
        AtomicFile.Write(path, ToPng(phases, metrics, labels, smoothing, width, height, validationName));

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save(History, string, IReadOnlyList{string}, double, int?, int?, string)" path="/param"/>
    /// <exception cref="ArgumentException">The history has no epoch, a metric was not measured, or the size is too small.</exception>
    public static byte[] ToPng(
        History history, IReadOnlyList<string>? metrics = null, double smoothing = 0, int? width = null, int? height = null,
        string validationName = "validation")
    {
        ArgumentNullException.ThrowIfNull(history);
        return ToPng([history], metrics, labels: null, smoothing, width, height, validationName);
    }

    /// <summary>Draws several trainings as PNG.</summary>
    /// <inheritdoc cref="Save(IReadOnlyList{History}, string, IReadOnlyList{string}, IReadOnlyList{string}, double, int?, int?, string)" path="/param"/>
    /// <exception cref="ArgumentException">
    /// There is no epoch, a metric was not measured, there are more or fewer labels than trainings, or the size is too small.
    /// </exception>
    public static byte[] ToPng(
        IReadOnlyList<History> phases, IReadOnlyList<string>? metrics = null, IReadOnlyList<string>? labels = null, double smoothing = 0,
        int? width = null, int? height = null, string validationName = "validation")
    {
        ArgumentNullException.ThrowIfNull(phases);
        ArgumentNullException.ThrowIfNull(validationName);
        foreach (var phase in phases) ArgumentNullException.ThrowIfNull(phase, nameof(phases));
        if (phases.Sum(phase => phase.Epochs) == 0)
            throw new ArgumentException("TrainingCurves: expected a history of at least one epoch; received none.", nameof(phases));
        if (labels is not null && labels.Count != phases.Count)
            throw new ArgumentException(
                $"TrainingCurves: expected a label for each of the {phases.Count} histories; received {labels.Count} labels.", nameof(labels));
        if (!(smoothing >= 0 && smoothing < 1))
            throw new ArgumentOutOfRangeException(
                nameof(smoothing),
                    string.Create(CultureInfo.InvariantCulture, $"TrainingCurves: smoothing must be at least 0 and below 1; received {smoothing}."));
        var panels = CurvePanel.Of(phases, metrics);
        var columns = panels.Count <= 3 ? panels.Count : panels.Count == 4 ? 2 : 3;
        var rows = (panels.Count + columns - 1) / columns;
        var (fullWidth, fullHeight) = (width ?? (columns * PanelWidth), height ?? (rows * PanelHeight));
        ArgumentOutOfRangeException.ThrowIfLessThan(fullWidth, columns * MinPanelWidth, nameof(width));
        ArgumentOutOfRangeException.ThrowIfLessThan(fullHeight, rows * MinPanelHeight, nameof(height));
        return new Drawing(
            panels, Starts(phases, labels), phases.Sum(phase => phase.Epochs), smoothing, validationName, Explanation(panels, phases, validationName))
            .ToPng(fullWidth, fullHeight, columns, rows);
    }

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save(History, string, IReadOnlyList{string}, double, int?, int?, string)" path="/param"/>
    /// <exception cref="ArgumentException">The history has no epoch, a metric was not measured, or the size is too small.</exception>
    public static string ToHtml(
        History history, IReadOnlyList<string>? metrics = null, double smoothing = 0, int? width = null, int? height = null,
        string validationName = "validation") =>
        FigureHtml.Image(ToPng(history, metrics, smoothing, width, height, validationName), "Training curves");

    /// <summary>Draws several trainings as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save(IReadOnlyList{History}, string, IReadOnlyList{string}, IReadOnlyList{string}, double, int?, int?, string)" path="/param"/>
    /// <exception cref="ArgumentException">
    /// There is no epoch, a metric was not measured, there are more or fewer labels than trainings, or the size is too small.
    /// </exception>
    public static string ToHtml(
        IReadOnlyList<History> phases, IReadOnlyList<string>? metrics = null, IReadOnlyList<string>? labels = null, double smoothing = 0,
        int? width = null, int? height = null, string validationName = "validation") =>
        FigureHtml.Image(ToPng(phases, metrics, labels, smoothing, width, height, validationName), "Training curves");

    /// <summary>Explains why validation can be better than training, if it is in most epochs of a training; otherwise empty.</summary>
    internal static string Explanation(IReadOnlyList<CurvePanel> panels, IReadOnlyList<History> phases, string validationName)
    {
        if (!panels.Any(panel => panel.IsValidationAhead)) return "";
        var layers = phases.SelectMany(phase => phase.TrainingOnlyLayers).Distinct().ToList();
        var (with, without) = layers.Count == 0 ? ("", "") : ($"measured with {string.Join(", ", layers)}, and are ", "without them ");
        return $"Why {validationName} can be better than training: the training values are {with}means over an epoch, during which the weights improve; "
            + $"{validationName} is measured {without}at the end of the epoch.";
    }

    /// <summary>The first epoch and the label of each training; empty if there is only one without a label.</summary>
    private static List<(int Epoch, string Label)> Starts(IReadOnlyList<History> phases, IReadOnlyList<string>? labels)
    {
        if (phases.Count == 1 && labels is null) return [];
        var (starts, before) = (new List<(int Epoch, string Label)>(), 0);
        for (var i = 0; i < phases.Count; before += phases[i++].Epochs)
            starts.Add((before + 1, labels?[i] ?? string.Create(CultureInfo.InvariantCulture, $"phase {i + 1}")));
        return starts;
    }

    /// <summary>Whole epochs only, at most about ten of them. The first one is among them.</summary>
    internal static IReadOnlyList<(double Value, string Text)> EpochTicks(int epochs)
    {
        int[] steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        var step = steps.FirstOrDefault(candidate => epochs / candidate <= 10, Math.Max(1, epochs / 10));
        return [.. Enumerable.Range(1, epochs).Where(epoch => epoch == 1 || (step == 2 ? epoch % 2 == 1 : epoch % step == 0))
            .Select(epoch => ((double)epoch, epoch.ToString(CultureInfo.InvariantCulture)))];
    }

    private sealed record Drawing(
        IReadOnlyList<CurvePanel> Panels, IReadOnlyList<(int Epoch, string Label)> Starts, int Epochs, double Smoothing, string ValidationName,
        string Footer)
    {
        private bool HasValidation => Panels.Any(panel => panel.Lines.Any(line => line.IsValidation));

        public byte[] ToPng(int width, int height, int columns, int rows)
        {
            using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            surface.Canvas.Clear(Palette.Paper);
            using var font = Lettering.Regular(15);
            var footer = Lettering.Wrap(Footer, font, width - Chart.Left - Chart.Right);
            var rest = height - (footer.Count == 0 ? 0 : (footer.Count * FooterLine) + 14);
            for (var i = 0; i < Panels.Count; i++)
            {
                var bounds = SKRect.Create(i % columns * width / columns, i / columns * rest / rows, width / columns, rest / rows);
                var heading = Heading(Panels[i], bounds.Width);
                Plot(Panels[i], heading.Height).Draw(surface.Canvas, bounds);
                heading.Draw(surface.Canvas, bounds);
            }

            for (var i = 0; i < footer.Count; i++)
                Lettering.Draw(surface.Canvas, footer[i], Chart.Left, rest + 14 + (i * FooterLine), SKTextAlign.Left, font, Palette.Quiet);
            using var image = surface.Snapshot();
            using var data = image.Encode(SKEncodedImageFormat.Png, 100);
            return data.ToArray();
        }

        private PlotHeading Heading(CurvePanel panel, float width)
        {
            var legend = new List<LegendEntry> { new(Training, "training") };
            if (HasValidation) legend.Add(new LegendEntry(Validation, ValidationName));
            if (Smoothing > 0)
            {
                var label = string.Create(CultureInfo.InvariantCulture, $"smoothed by {Smoothing:0.###}");
                legend.Add(new LegendEntry(Smoothed(Training), label, Thickness: 2) { SecondColor = HasValidation ? Smoothed(Validation) : null });
            }

            var cutOff = panel.CutOffText();
            return new PlotHeading(
                panel.Title, (panel.Note(ValidationName), (panel.Final ?? panel.Best) is { IsValidation: true } ? Validation : Training), legend, width,
                    cutOff.Length == 0 ? [] : [cutOff]);
        }

        private Chart Plot(CurvePanel panel, float top)
        {
            var margin = 0.06 * Math.Max(1, Epochs - 1);
            var chart = new Chart
            {
                Label = "Epoch",
                Ticks = EpochTicks(Epochs),
                Horizontal = (1 - margin, Epochs + margin),
                Vertical = (panel.Range.Low, panel.Range.High),
                Print = panel.PrintGrid,
                Top = top,
            };
            foreach (var (epoch, label) in Starts) chart.AddMark(epoch == 1 ? 1 - margin : epoch - 0.5, Palette.Quiet, label);
            foreach (var line in panel.Lines) AddLine(chart, line);
            foreach (var (epoch, value, isValidation) in panel.CutOff)
                chart.AddCutOff(epoch, value > panel.Range.High, isValidation ? Validation : Training);
            if ((panel.Final ?? panel.Best) is { } best) chart.AddRing(best.Epoch, best.Value, best.IsValidation ? Validation : Training);
            return chart;
        }

        private void AddLine(Chart chart, CurveLine line)
        {
            var color = line.IsValidation ? Validation : Training;
            chart.AddCurve(line.Epochs, line.Values, color, width: Epochs <= 60 ? 3 : 2.5f, marker: Epochs <= 20 ? 9 : Epochs <= 60 ? 7 : 0);
            if (Smoothing > 0) chart.AddCurve(line.Epochs, ExponentialSmoothing.Apply(line.Values, Smoothing), Smoothed(color), width: 1.25f);
        }

        /// <summary>The color of the smoothed values of a curve.</summary>
        private static SKColor Smoothed(SKColor color) => Palette.Shade(color, 0.55);
    }
}
