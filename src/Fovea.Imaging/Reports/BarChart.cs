using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// Horizontal bars with their names and values, as a part of an <see cref="HtmlReport"/>. Several values of a bar are drawn one after the other. It is a
/// table, so that long names wrap and every value can be read.
/// </summary>
public sealed class BarChart : ReportElement
{
    private readonly string title;
    private readonly IReadOnlyList<string> parts;
    private readonly IReadOnlyList<ChartBar> bars;

    /// <summary>Creates a chart of one value for each bar.</summary>
    /// <param name="title">The title.</param>
    /// <param name="bars">The bars, from top to bottom.</param>
    public BarChart(string title, IReadOnlyList<ChartBar> bars)
        : this(title, [""], bars)
    {
    }

    /// <summary>Creates a chart of several values for each bar.</summary>
    /// <param name="title">The title.</param>
    /// <param name="parts">The names of the values, at most five.</param>
    /// <param name="bars">The bars, from top to bottom.</param>
    /// <exception cref="ArgumentException">There are no parts or more than five, or a bar has another number of values or one that is negative.</exception>
    public BarChart(string title, IReadOnlyList<string> parts, IReadOnlyList<ChartBar> bars)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(bars);
        var colors = Enum.GetValues<ChartColor>().Length;
        if (parts.Count == 0 || parts.Count > colors)
            throw new ArgumentException($"BarChart: expected one to {colors} parts of each bar; received {parts.Count}.", nameof(parts));
        foreach (var bar in bars)
        {
            if (bar.Values.Count != parts.Count || bar.Values.Any(value => !(value >= 0) || double.IsInfinity(value)))
                throw new ArgumentException(
                    $"BarChart: expected {parts.Count} values that are not negative for each bar; '{bar.Name}' has "
                        + $"{string.Join(", ", bar.Values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}.", nameof(bars));
        }

        (this.title, this.parts, this.bars) = (title, parts, bars);
    }

    /// <summary>A text below the title; empty for none.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The value of a bar of full length; null for the longest one.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether the values are shares from 0 to 1, which are printed in percent.</summary>
    public bool IsShare { get; init; }

    internal override bool IsNarrow => true;

    internal override void Write(HtmlWriter html)
    {
        html.Open("figure", ("class", "chart"));
        ChartCaption.Write(html, title, Caption, parts.Count == 1 ? [] : [.. parts.Select((part, i) => (part, (ChartColor)i, false))]);
        var longest = Maximum ?? bars.Select(bar => bar.Values.Sum()).DefaultIfEmpty(1).Max();
        html.Open("table", ("class", "bars")).Open("tbody");
        foreach (var bar in bars)
        {
            html.Open("tr").Element("th", bar.Name, ("scope", "row")).Open("td", ("class", "track"));
            for (var i = 0; i < parts.Count; i++)
            {
                html.Element(
                    "i", "", ("class", ((ChartColor)i).StyleName()), ("style", Length(bar.Values[i] / longest)), ("title", Describe(i, bar.Values[i])));
            }

            html.Close("td").Element("td", bar.Text.Length > 0 ? bar.Text : Print(bar.Values.Sum()), ("class", "n")).Close("tr");
        }

        html.Close("tbody").Close("table").CloseLine("figure");
    }

    private static string Length(double share) => string.Create(
        CultureInfo.InvariantCulture, $"width:{(double.IsFinite(share) ? 100 * Math.Min(1, share) : 0):0.##}%");

    private string Describe(int part, double value) => parts[part].Length == 0 ? Print(value) : $"{parts[part]}: {Print(value)}";

    private string Print(double value) => IsShare
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.0} %")
        : value.ToString("#,0.####", CultureInfo.InvariantCulture);
}

/// <summary>A bar of a <see cref="BarChart"/>.</summary>
/// <param name="Name">The name in front of it.</param>
/// <param name="Values">Its values, none of which is negative.</param>
public sealed record ChartBar(string Name, IReadOnlyList<double> Values)
{
    /// <summary>Creates a bar of one value.</summary>
    /// <param name="name">The name in front of it.</param>
    /// <param name="value">Its value.</param>
    public ChartBar(string name, double value)
        : this(name, [value])
    {
    }

    /// <summary>The text behind it; empty for the sum of its values.</summary>
    public string Text { get; init; } = "";
}
