using System.Globalization;

namespace Fovea.Imaging;

/// <summary>How often values occur, as bars over ranges of the same width: a part of an <see cref="HtmlReport"/>.</summary>
public sealed class HistogramChart : ReportElement
{
    private const int FewestBins = 5;
    private const int MostBins = 40;

    private readonly string title;
    private readonly double[] values;

    /// <summary>Creates a chart.</summary>
    /// <param name="title">The title.</param>
    /// <param name="values">The values; those that are not finite are left out.</param>
    /// <exception cref="ArgumentException">No value is finite.</exception>
    public HistogramChart(string title, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(values);
        this.title = title;
        this.values = [.. values.Where(double.IsFinite)];
        if (this.values.Length == 0) throw new ArgumentException("HistogramChart: expected at least one finite value; received none.", nameof(values));
    }

    /// <summary>A text below the title; empty for none.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The label of the horizontal axis; empty for none.</summary>
    public string XLabel { get; init; } = "";

    /// <summary>The label of the vertical axis; empty for none.</summary>
    public string YLabel { get; init; } = "Images";

    /// <summary>A vertical line with a label; null for none.</summary>
    public (double X, string Label)? Mark { get; init; }

    internal override bool IsNarrow => true;

    internal override void Write(HtmlWriter html)
    {
        html.Open("figure", ("class", "chart"));
        ChartCaption.Write(html, title, Caption, []);
        var (low, high) = (values.Min(), values.Max());
        if (high <= low) (low, high) = (low - 0.5, high + 0.5);

        // Twice the cube root of the number of values (Rice's rule).
        var bins = Math.Clamp((int)Math.Ceiling(2 * Math.Cbrt(values.Length)), FewestBins, MostBins);
        var counts = new int[bins];
        foreach (var value in values) counts[Math.Min(bins - 1, (int)((value - low) / (high - low) * bins))]++;
        var vertical = new ChartAxis(0, 1.05 * counts.Max()) { IsWhole = true };
        var description = string.Create(CultureInfo.InvariantCulture, $"{title}. {values.Length} values from {values.Min():0.####} to {values.Max():0.####}.");
        var area = new ChartArea(html, description, ChartAxis.Around([low, high], isLogarithmic: false, margin: 0.02), vertical, XLabel, YLabel, height: 400);
        area.BeginClipped("blue");
        for (var bin = 0; bin < bins; bin++)
        {
            var (from, to) = (low + ((high - low) * bin / bins), low + ((high - low) * (bin + 1) / bins));
            area.Box((from, to), (0, counts[bin]), "bar", string.Create(CultureInfo.InvariantCulture, $"{counts[bin]} from {from:0.####} to {to:0.####}"));
        }

        area.EndClipped();
        if (Mark is { } mark) area.Mark(mark.X, mark.Label);
        area.End();
        html.CloseLine("figure");
    }
}
