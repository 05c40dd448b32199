using System.Globalization;

namespace Fovea.Imaging;

/// <summary>A table of an <see cref="HtmlReport"/>. On a narrow screen it scrolls by itself. With a script, a click on a heading sorts it.</summary>
public sealed class ReportTable : ReportElement
{
    private readonly IReadOnlyList<ReportColumn> columns;
    private readonly IReadOnlyList<IReadOnlyList<ReportCell>> rows;

    /// <summary>Creates a table.</summary>
    /// <param name="columns">The columns, at least one.</param>
    /// <param name="rows">The cells, row by row, as many as columns.</param>
    /// <exception cref="ArgumentException">There is no column, or a row has another number of cells.</exception>
    public ReportTable(IReadOnlyList<ReportColumn> columns, IEnumerable<IReadOnlyList<ReportCell>> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (columns.Count == 0) throw new ArgumentException("ReportTable: expected at least one column; received none.", nameof(columns));
        this.columns = columns;
        this.rows = [.. rows];
        for (var i = 0; i < this.rows.Count; i++)
        {
            if (this.rows[i].Count != columns.Count)
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"ReportTable: expected {columns.Count} cells in each row; row {i} has {this.rows[i].Count}."),
                    nameof(rows));
        }
    }

    /// <summary>A text above the table; empty for none.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The number of rows at the end that are sums or means: they are set apart, and not sorted.</summary>
    public int TotalRows { get; init; }

    /// <summary>Whether a click on a heading sorts the rows.</summary>
    public bool CanSort { get; init; } = true;

    internal override void Write(HtmlWriter html)
    {
        var body = Math.Max(0, rows.Count - TotalRows);
        html.Open("div", ("class", "scroll"), ("tabindex", "0")).Open("table", ("class", CanSort && body > 1 ? "sorts" : null));
        if (Caption.Length > 0) html.Element("caption", Caption);
        html.Open("thead").Open("tr");
        foreach (var column in columns) html.Element("th", column.Heading, ("scope", "col"), ("class", column.IsNumber ? "n" : null));
        html.Close("tr").Close("thead").Open("tbody");
        for (var i = 0; i < body; i++) WriteRow(html, rows[i]);
        html.Close("tbody");
        if (body < rows.Count)
        {
            html.Open("tfoot");
            for (var i = body; i < rows.Count; i++) WriteRow(html, rows[i]);
            html.Close("tfoot");
        }

        html.Close("table").CloseLine("div");
    }

    private void WriteRow(HtmlWriter html, IReadOnlyList<ReportCell> row)
    {
        html.Open("tr");
        for (var i = 0; i < row.Count; i++)
        {
            var (cell, column) = (row[i], columns[i]);
            var styles =
                string.Join(' ', ((string?[])[column.IsNumber ? "n" : null, cell.Share is null ? null : "bar", cell.Tone.StyleName()]).OfType<string>());
            var tag = column.IsHeading ? "th" : "td";
            html.Open(
                tag, ("scope", column.IsHeading ? "row" : null), ("class", styles.Length == 0 ? null : styles), ("style", StyleOf(cell.Share)),
                ("data-v", cell.SortsAs is { } value ? value.ToString("R", CultureInfo.InvariantCulture) : null));
            html.Element(cell.IsStrong ? "strong" : "span", cell.Text).Close(tag);
        }

        html.Close("tr");
    }

    private static string? StyleOf(double? share) => share is not { } value || !double.IsFinite(value)
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"--share:{100 * Math.Clamp(value, 0, 1):0.##}%");
}

/// <summary>A column of a <see cref="ReportTable"/>.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="IsNumber">Whether the cells are aligned on the right.</param>
/// <param name="IsHeading">Whether the cells name their rows.</param>
public sealed record ReportColumn(string Heading, bool IsNumber = false, bool IsHeading = false);

/// <summary>A cell of a <see cref="ReportTable"/>. A text converts to a cell.</summary>
/// <param name="Text">The text.</param>
public sealed record ReportCell(string Text)
{
    /// <summary>The length of a bar behind the text, from 0 to 1; null for none.</summary>
    public double? Share { get; init; }

    /// <summary>The value that the column is sorted by; null to sort by the text.</summary>
    public double? SortsAs { get; init; }

    /// <summary>A color.</summary>
    public ReportTone Tone { get; init; }

    /// <summary>Whether the text is bold.</summary>
    public bool IsStrong { get; init; }

    /// <summary>Makes a cell of a text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator ReportCell(string text) => new(text);
}
