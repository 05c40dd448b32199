using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// Predicted against actual numbers as points, a part of an <see cref="HtmlReport"/>. Both axes have the same range; perfect predictions are on the diagonal.
/// </summary>
public sealed class ScatterChart : ReportElement
{
    private readonly string title;
    private readonly IReadOnlyList<double> actual;
    private readonly IReadOnlyList<double> predicted;

    /// <summary>Creates a chart.</summary>
    /// <param name="title">The title.</param>
    /// <param name="actual">The actual numbers.</param>
    /// <param name="predicted">The predicted numbers, as many. Points that are not finite are left out.</param>
    /// <exception cref="ArgumentException">There are no points, or other numbers of them.</exception>
    public ScatterChart(string title, IReadOnlyList<double> actual, IReadOnlyList<double> predicted)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(predicted);
        if (actual.Count == 0 || actual.Count != predicted.Count)
            throw new ArgumentException(
                $"ScatterChart: expected as many predicted as actual numbers, at least one; received {actual.Count} and {predicted.Count}.", nameof(predicted));
        (this.title, this.actual, this.predicted) = (title, actual, predicted);
    }

    /// <summary>A text below the title; empty for none.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The label of the horizontal axis.</summary>
    public string XLabel { get; init; } = "Actual";

    /// <summary>The label of the vertical axis.</summary>
    public string YLabel { get; init; } = "Predicted";

    internal override bool IsNarrow => true;

    internal override void Write(HtmlWriter html)
    {
        html.Open("figure", ("class", "chart"));
        ChartCaption.Write(html, title, Caption, []);
        var axis = ChartAxis.Around(actual.Concat(predicted), isLogarithmic: false);
        var description = string.Create(
            CultureInfo.InvariantCulture,
            $"{title}. {actual.Count} points; actual from {actual.Min():0.####} to {actual.Max():0.####}, predicted from {predicted.Min():0.####} "
                + $"to {predicted.Max():0.####}.");
        var area = new ChartArea(html, description, axis, axis, XLabel, YLabel, height: 400);
        area.Line(axis.Low, axis.Low, axis.High, axis.High, "diagonal");
        var radius = actual.Count <= 200 ? 3 : actual.Count <= 1000 ? 2.4 : 1.8;
        for (var i = 0; i < actual.Count; i++)
            area.Point(
                actual[i], predicted[i], radius, "dot blue translucent",
                string.Create(CultureInfo.InvariantCulture, $"{XLabel} {actual[i]:0.####}, {YLabel} {predicted[i]:0.####}"));
        area.End();
        html.CloseLine("figure");
    }
}
