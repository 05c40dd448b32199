using System.Net;
using System.Text;

namespace Fovea;

/// <summary>
/// Tables in HTML for notebooks and reports. They are complete in themselves, and readable on light and dark pages, since they keep the page's colors.
/// </summary>
internal static class HtmlTable
{
    private const string Style =
        "<style>.fovea{border-collapse:collapse;font:13px/1.5 ui-sans-serif,system-ui,sans-serif;font-variant-numeric:tabular-nums}"
        + ".fovea caption{text-align:left;white-space:nowrap;font-weight:600;padding:4px 8px}"
        + ".fovea th,.fovea td{padding:2px 10px;text-align:left;vertical-align:top;white-space:pre;border:0;background:none;color:inherit}"
        + ".fovea .n{text-align:right}.fovea thead th{border-bottom:1px solid rgba(128,128,128,.7);vertical-align:bottom}"
        + ".fovea tbody tr+tr td{border-top:1px solid rgba(128,128,128,.22)}.fovea tfoot td{border-top:1px solid rgba(128,128,128,.7);font-weight:600}"
        + ".fovea tfoot .note{border:0;font-weight:400;opacity:.75;white-space:normal}</style>";

    /// <summary>Builds a table. All texts are encoded; a line break in a cell remains one.</summary>
    /// <param name="caption">The text above the table.</param>
    /// <param name="headers">The headings of the columns.</param>
    /// <param name="rows">The cells, row by row.</param>
    /// <param name="isRight">Whether each column is aligned on the right.</param>
    /// <param name="total">The cells of the last row; null for none.</param>
    /// <param name="notes">Lines below the table.</param>
    /// <param name="isBold">Whether the cell in a row and a column is bold; null for none.</param>
    public static string Build(
        string caption, IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows, IReadOnlyList<bool> isRight,
        IReadOnlyList<string>? total = null, IReadOnlyList<string>? notes = null, Func<int, int, bool>? isBold = null)
    {
        var html = new StringBuilder(Style).Append("<table class=\"fovea\"><caption>").Append(Encode(caption)).Append("</caption><thead>");
        AppendRow("th", headers, row: -1);
        html.Append("</thead><tbody>");
        var number = 0;
        foreach (var row in rows) AppendRow("td", row, number++);
        html.Append("</tbody><tfoot>");
        if (total is not null) AppendRow("td", total, row: -1);
        foreach (var note in notes ?? [])
            html.Append("<tr><td class=\"note\" colspan=\"").Append(headers.Count).Append("\">").Append(Encode(note)).Append("</td></tr>");
        return html.Append("</tfoot></table>").ToString();

        void AppendRow(string tag, IReadOnlyList<string> cells, int row)
        {
            html.Append("<tr>");
            for (var i = 0; i < cells.Count; i++)
            {
                var text = Encode(cells[i]);
                html.Append('<').Append(tag).Append(isRight[i] ? " class=\"n\">" : ">")
                    .Append(row >= 0 && isBold?.Invoke(row, i) == true ? $"<b>{text}</b>" : text).Append("</").Append(tag).Append('>');
            }

            html.Append("</tr>");
        }
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text).Replace("\n", "<br>", StringComparison.Ordinal);
}
