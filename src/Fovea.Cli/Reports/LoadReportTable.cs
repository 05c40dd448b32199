using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Prints what became of the tensors of a file: as a table, or on a narrow terminal as a list, so that no name is broken.</summary>
internal static class LoadReportTable
{
    private static readonly string[] Headers = ["In the file", "In the model", "Change"];

    public static void Write(IAnsiConsole console, LoadReport report)
    {
        var rows = report.Tensors.Select(tensor => (string[])[Source(tensor), Target(tensor), Note(tensor)]).ToList();
        var columns = rows.Exists(row => row[^1].Length > 0) ? Headers.Length : Headers.Length - 1;
        if (rows.Count > 0 && WidthOf(rows, columns) <= console.Profile.Width) WriteTable(console, rows, columns);
        else foreach (var row in rows) WriteItem(console, row);

        foreach (var note in report.Notes) console.MarkupLine($"[grey58] {Markup.Escape(note)}[/]");
        var counts = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Count(TensorOutcome.Loaded)} loaded, {report.Count(TensorOutcome.Ignored)} ignored, {report.Count(TensorOutcome.Missing)} missing");
        if (rows.Count > 0) console.MarkupLine($"[grey58] Tensors: {counts}.[/]");
    }

    /// <summary>The width of the table: the widest cells, with a space around each and between them.</summary>
    private static int WidthOf(List<string[]> rows, int columns) =>
        Enumerable.Range(0, columns).Sum(column => rows.Append(Headers).Max(row => Markup.Remove(row[column]).Length)) + (2 * columns) + 1;

    private static void WriteTable(IAnsiConsole console, List<string[]> rows, int columns)
    {
        var table = new Table { Border = TableBorder.SimpleHeavy };
        foreach (var header in Headers.Take(columns))
            table.AddColumn(new TableColumn(header) { NoWrap = true, Padding = new Spectre.Console.Padding(0, 0, 1, 0) });
        foreach (var row in rows) table.AddRow([.. row.Take(columns)]);
        console.Write(table);
    }

    private static void WriteItem(IAnsiConsole console, string[] row)
    {
        console.MarkupLine($" {row[0]}");
        console.MarkupLine($"   → {row[1]}{(row[2].Length > 0 ? $"  {row[2]}" : "")}");
    }

    private static string Source(TensorMatch tensor) => tensor.Source is null
        ? "[grey42]–[/]"
        : $"[blue]{Markup.Escape(tensor.Source)}[/] "
            + $"[grey58]{tensor.SourceShape}{(tensor.StoredAs is null or "float32" ? "" : $" {Markup.Escape(tensor.StoredAs)}")}[/]";

    private static string Target(TensorMatch tensor) => tensor.Target is null
        ? "[grey42]–[/]"
        : $"[blue]{Markup.Escape(tensor.Target)}[/]{(tensor.TargetShape == tensor.SourceShape ? "" : $" [grey58]{tensor.TargetShape}[/]")}";

    private static string Note(TensorMatch tensor) => tensor.Outcome switch
    {
        TensorOutcome.Missing => $"[yellow]missing[/] {Markup.Escape(tensor.Note ?? "")}".TrimEnd(),
        TensorOutcome.Ignored => $"[yellow]ignored[/] {Markup.Escape(tensor.Note ?? "")}".TrimEnd(),
        _ => Markup.Escape(tensor.Note ?? ""),
    };
}
