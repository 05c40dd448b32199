using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// A <see cref="Calibration"/> as a reliability diagram, a part of an <see cref="HtmlReport"/>: for each bin the share of right predictions above the mean
/// confidence. A calibrated classifier is on the diagonal; one that is too sure is below it.
/// </summary>
public sealed class ReliabilityChart : ReportElement
{
    private readonly string title;
    private readonly Calibration calibration;

    /// <summary>Creates a chart.</summary>
    /// <param name="title">The title.</param>
    /// <param name="calibration">The bins.</param>
    public ReliabilityChart(string title, Calibration calibration)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(calibration);
        (this.title, this.calibration) = (title, calibration);
    }

    /// <summary>A text below the title; empty for none.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Whether the bins are those of several labels: of their probability, and the share of them that apply.</summary>
    public bool IsOfLabels { get; init; }

    internal override bool IsNarrow => true;

    internal override void Write(HtmlWriter html)
    {
        html.Open("figure", ("class", "chart"));
        ChartCaption.Write(html, title, Caption, []);
        var axis = new ChartAxis(0, 1) { IsShare = true };
        var (horizontal, vertical) = IsOfLabels
            ? ("Probability of a label", "Labels that apply")
            : ("Confidence: the probability of the predicted class", "Right predictions");
        var area = new ChartArea(html, Description(), axis, axis, horizontal, vertical, height: 330);
        area.BeginClipped("blue");
        foreach (var bin in calibration.Bins) area.Box((bin.Low, bin.High), (0, bin.Accuracy), "light", Text(bin));
        area.EndClipped();
        area.Line(0, 0, 1, 1, "diagonal");
        foreach (var bin in calibration.Bins)
        {
            area.Line(bin.Confidence, bin.AccuracyInterval.Low, bin.Confidence, bin.AccuracyInterval.High, "range blue");
            area.Point(bin.Confidence, bin.Accuracy, 4, "dot blue", Text(bin));
        }

        area.End();
        html.CloseLine("figure");
    }

    private string Text(CalibrationBin bin) => string.Create(
        CultureInfo.InvariantCulture,
        $"{bin.Count:N0} {(IsOfLabels ? "labels of probability" : "samples of confidence")} {100 * bin.Confidence:0.0} %: {100 * bin.Accuracy:0.0} % ")
            + $"{(IsOfLabels ? "apply" : "right")} ({bin.AccuracyInterval})";

    private string Description() => $"{title}. " + string.Join("; ", calibration.Bins.Select(Text)) + ".";
}
