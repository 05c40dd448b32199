using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Prints the summary of a model as a table that fits into the terminal.</summary>
internal static class SummaryTable
{
    public static void Write(IAnsiConsole console, ModelSummary summary)
    {
        var cells = summary.ToTable(console.Profile.Width - 2, gap: 1);
        var (headers, total) = (cells[0], cells[^1]);
        var table = new Table { Border = TableBorder.SimpleHeavy };
        table.Title = new TableTitle($"[bold]{Markup.Escape(summary.Name)}[/] [grey58]input {Markup.Escape(summary.InputShape)}[/]");
        for (var i = 0; i < headers.Count; i++)
        {
            var column = new TableColumn(headers[i]) { NoWrap = true, Padding = new Spectre.Console.Padding(0), Footer = new Markup($"[bold]{total[i]}[/]") };
            table.AddColumn(IsNumber(headers[i]) ? column.RightAligned() : column);
        }

        foreach (var row in cells.Skip(1).SkipLast(1)) table.AddRow([.. row.Select(Styled)]);
        console.Write(table);
        console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
                $"[grey58] Trainable params: {summary.TrainableParameters:N0}. Non-trainable: {summary.NonTrainableParameters:N0}.[/]"));
        console.MarkupLine("[grey58] Receptive field: size in input pixels /step between outputs.[/]");
        console.MarkupLine("[grey58] Multiply-adds and memory of outputs are for one image.[/]");
        var omitted = summary.ToTable(int.MaxValue)[0].Skip(headers.Count).Select(Words).ToList();
        if (omitted.Count > 0)
            console.MarkupLine($"[grey58] Not shown in {console.Profile.Width} columns: {string.Join(", ", omitted)}.[/]");
    }

    private static bool IsNumber(string header) => header is not ("Layer (class)" or "Output shape" or "Trainable" or "Connected to");

    private static string Words(string header) => header.Replace("-\n", "-", StringComparison.Ordinal).Replace('\n', ' ').ToLowerInvariant();

    /// <summary>Highlights names and dims zeros, classes and connections.</summary>
    private static string Styled(string cell, int column)
    {
        if (column == 0 && cell.LastIndexOf(" (", StringComparison.Ordinal) is > 0 and var end)
            return $"[blue]{Markup.Escape(cell[..end])}[/][grey58]{Markup.Escape(cell[end..])}[/]";
        return cell == "0" ? "[grey42]0[/]" : Markup.Escape(cell);
    }
}
