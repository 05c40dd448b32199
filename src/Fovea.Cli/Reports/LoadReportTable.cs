using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>What became of the tensors of a file, as a table for people.</summary>
internal static class LoadReportTable
{
    public static void Write(IAnsiConsole console, LoadReport report)
    {
        if (report.Tensors.Count > 0)
        {
            var table = new Table { Border = TableBorder.SimpleHeavy };
            foreach (var header in (string[])["In the file", "In the model", "On the way"])
                table.AddColumn(new TableColumn(header) { Padding = new Spectre.Console.Padding(0, 0, 1, 0) });
            foreach (var tensor in report.Tensors) table.AddRow(Source(tensor), Target(tensor), Note(tensor));
            console.Write(table);
        }

        foreach (var note in report.Notes) console.MarkupLine($"[grey58] {Markup.Escape(note)}[/]");
        var counts =
            string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Count(TensorOutcome.Loaded)} loaded, {report.Count(TensorOutcome.Ignored)} ignored, {report.Count(TensorOutcome.Missing)} missing");
        if (report.Tensors.Count > 0) console.MarkupLine($"[grey58] Tensors: {counts}.[/]");
    }

    private static string Source(TensorMatch tensor) => tensor.Source is null
        ? "[grey42]–[/]"
        : $"[blue]{Markup.Escape(tensor.Source)}[/] "
            + $"[grey58]{Whole(tensor.SourceShape)}{(tensor.StoredAs is null or "float32" ? "" : $" {Markup.Escape(tensor.StoredAs)}")}[/]";

    private static string Target(TensorMatch tensor) => tensor.Target is null
        ? "[grey42]–[/]"
        : $"[blue]{Markup.Escape(tensor.Target)}[/]{(tensor.TargetShape == tensor.SourceShape ? "" : $" [grey58]{Whole(tensor.TargetShape)}[/]")}";

    /// <summary>A shape that is not broken at the end of a line.</summary>
    private static string? Whole(Shape? shape) => shape?.ToString().Replace(' ', '\u00A0');

    private static string Note(TensorMatch tensor) => tensor.Outcome switch
    {
        TensorOutcome.Missing => $"[yellow]missing[/] {Markup.Escape(tensor.Note ?? "")}",
        TensorOutcome.Ignored => $"[yellow]ignored[/] {Markup.Escape(tensor.Note ?? "")}",
        _ => Markup.Escape(tensor.Note ?? ""),
    };
}
