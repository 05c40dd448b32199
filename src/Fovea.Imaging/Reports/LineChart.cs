using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Curves over a common horizontal axis, as a part of an <see cref="HtmlReport"/>. Values that are not finite leave a gap.</summary>
public sealed class LineChart : ReportElement
{
    /// <summary>Curves of more points have no dots.</summary>
    private const int MaxDots = 40;

    private readonly string title;
    private readonly IReadOnlyList<LineSeries> series;

    /// <summary>Creates a chart.</summary>
    /// <param name="title">The title.</param>
    /// <param name="series">The curves, at least one.</param>
    /// <exception cref="ArgumentException">There is no curve.</exception>
    public LineChart(string title, IReadOnlyList<LineSeries> series)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0) throw new ArgumentException("LineChart: expected at least one curve; received none.", nameof(series));
        (this.title, this.series) = (title, series);
    }

    /// <summary>A text below the title; empty for none.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The label of the horizontal axis; empty for none.</summary>
    public string XLabel { get; init; } = "";

    /// <summary>The label of the vertical axis; empty for none.</summary>
    public string YLabel { get; init; } = "";

    /// <summary>The horizontal axis; null for all points.</summary>
    public (double Low, double High)? XRange { get; init; }

    /// <summary>The vertical axis, beyond which curves are cut off; null for all points.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>Whether equal distances on the horizontal axis are equal ratios. Points that are not positive are left out.</summary>
    public bool IsLogX { get; init; }

    /// <summary>Whether equal distances on the vertical axis are equal ratios. Points that are not positive are left out.</summary>
    public bool IsLogY { get; init; }

    /// <summary>Whether the vertical values are shares from 0 to 1, which are labelled in percent.</summary>
    public bool IsShare { get; init; }

    /// <summary>Whether the horizontal values are whole numbers, such as epochs.</summary>
    public bool HasWholeX { get; init; }

    /// <summary>Vertical lines with labels.</summary>
    public IReadOnlyList<(double X, string Label)> Marks { get; init; } = [];

    /// <summary>Points that are emphasized by a ring: the index of the curve, and that of the point.</summary>
    public IReadOnlyList<(int Series, int Point)> Rings { get; init; } = [];

    internal override bool IsNarrow => true;

    internal override void Write(HtmlWriter html)
    {
        html.Open("figure", ("class", "chart"));
        ChartCaption.Write(html, title, Caption, series.Count > 1 ? [.. series.Select(line => (line.Name, line.Color, line.IsDashed))] : []);
        var x = XAxis();
        var y = YAxis();
        var area = new ChartArea(html, Description(), x, y, XLabel, YLabel);
        foreach (var (at, label) in Marks) area.Mark(at, label);
        area.BeginClipped("curves");
        foreach (var line in series) area.Curve(line.X, line.Y, line.StyleName);
        area.EndClipped();
        foreach (var line in series) DrawPoints(area, line, x, y);
        foreach (var (line, point) in Rings)
            area.Point(series[line].X[point], series[line].Y[point], 6, $"ring {series[line].Color.StyleName()}", Text(series[line], point));
        area.End();
        html.CloseLine("figure");
    }

    private ChartAxis XAxis()
    {
        var around = ChartAxis.Around(series.SelectMany(line => line.X), IsLogX, margin: 0.02);
        return (XRange is var (low, high) ? new ChartAxis(low, high, IsLogX) : around) with { IsWhole = HasWholeX, MaxTicks = IsLogX ? 7 : 9 };
    }

    private ChartAxis YAxis()
    {
        var around = ChartAxis.Around(series.SelectMany(line => line.Y), IsLogY);
        return (YRange is var (low, high) ? new ChartAxis(low, high, IsLogY) : around) with { IsShare = IsShare };
    }

    private void DrawPoints(ChartArea area, LineSeries line, ChartAxis x, ChartAxis y)
    {
        var hasDots = line.X.Count <= MaxDots;
        if (line.X.Count > 10 * MaxDots) return;
        for (var i = 0; i < line.X.Count; i++)
        {
            if (x.Takes(line.X[i]) && !y.Takes(line.Y[i])) area.Missing(line.X[i], $"missing {line.Color.StyleName()}", Text(line, i));
            else if (x.Takes(line.X[i]) && y.Position(line.Y[i]) is >= -0.02 and <= 1.02)
                area.Point(line.X[i], line.Y[i], hasDots ? 2.8 : 5, hasDots ? $"dot {line.Color.StyleName()}" : "unseen", Text(line, i));
        }
    }

    private string Text(LineSeries line, int point) =>
        $"{(line.Name.Length > 0 ? $"{line.Name}, " : "")}{Print(line.X[point])}: {(IsShare ? Percent(line.Y[point]) : Print(line.Y[point]))}";

    /// <summary>Describes each curve by its first, lowest, highest and last value.</summary>
    private string Description() => $"{title}. " + string.Join(
        " ", series.Select(line => line.Y.Where(double.IsFinite).ToList() is { Count: > 0 } drawn
            ? $"{line.Name}: from {P(drawn[0])} to {P(drawn[^1])}, lowest {P(drawn.Min())}, highest {P(drawn.Max())}."
            : $"{line.Name}: no finite value."));

    private string P(double value) => IsShare ? Percent(value) : Print(value);

    private static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.##} %");

    private static string Print(double value) => value.ToString("0.####", CultureInfo.InvariantCulture) is "0" or "-0" && value != 0
        ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
        : value.ToString("#,0.####", CultureInfo.InvariantCulture);
}

/// <summary>A curve of a <see cref="LineChart"/>.</summary>
public sealed record LineSeries
{
    /// <summary>Creates a curve.</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="x">The horizontal values, in ascending order.</param>
    /// <param name="y">The vertical values, as many.</param>
    /// <exception cref="ArgumentException">There are no points, or other numbers of them.</exception>
    public LineSeries(string name, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count == 0 || x.Count != y.Count)
            throw new ArgumentException(
                $"LineSeries '{name}': expected as many horizontal as vertical values, at least one; received {x.Count} and {y.Count}.", nameof(y));
        (Name, X, Y) = (name, x, y);
    }

    /// <summary>Creates a curve of one value for each epoch, from 1.</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="y">The vertical values.</param>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public LineSeries(string name, IReadOnlyList<double> y)
        : this(name, [.. Enumerable.Range(1, y?.Count ?? 0).Select(i => (double)i)], y!)
    {
    }

    /// <summary>The name in the legend.</summary>
    public string Name { get; }

    /// <summary>The horizontal values.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>The vertical values.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>The color.</summary>
    public ChartColor Color { get; init; }

    /// <summary>Whether the line is dashed.</summary>
    public bool IsDashed { get; init; }

    internal string StyleName => IsDashed ? $"{Color.StyleName()} dashed" : Color.StyleName();
}

/// <summary>The colors of charts, which readers who confuse red and green can tell apart. Each has a light and a dark variant.</summary>
public enum ChartColor
{
    /// <summary>Blue: training data, the usual color of a single series.</summary>
    Blue,

    /// <summary>Orange: validation data.</summary>
    Orange,

    /// <summary>Green, towards blue.</summary>
    Teal,

    /// <summary>Purple.</summary>
    Purple,

    /// <summary>Gray.</summary>
    Gray,
}

/// <summary>The title, the legend and the text of a chart, which are not part of the drawing so that they wrap on narrow screens.</summary>
internal static class ChartCaption
{
    public static string StyleName(this ChartColor color) => color switch
    {
        ChartColor.Orange => "orange",
        ChartColor.Teal => "teal",
        ChartColor.Purple => "purple",
        ChartColor.Gray => "gray",
        _ => "blue",
    };

    public static void Write(HtmlWriter html, string title, string caption, IReadOnlyList<(string Name, ChartColor Color, bool IsDashed)> legend)
    {
        html.Open("figcaption").Element("strong", title);
        if (legend.Count > 0)
        {
            html.Open("ul", ("class", "legend"));
            foreach (var (name, color, isDashed) in legend)
                html.Element("li", name, ("class", isDashed ? $"{color.StyleName()} dashed" : color.StyleName()));
            html.Close("ul");
        }

        if (caption.Length > 0) html.Element("span", caption);
        html.Close("figcaption");
    }
}
