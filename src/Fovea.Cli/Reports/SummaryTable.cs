using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Prints the summary of a model as a table.</summary>
internal static class SummaryTable
{
    /// <summary>The minimum number of columns: layer, output shape and parameters.</summary>
    private const int MinColumns = 3;

    private static readonly string[] Headers = ["Layer", "Output shape", "Parameters", "Receptive\nfield", "Multiply-\nadds", "Memory"];

    public static void Write(IAnsiConsole console, ModelSummary summary)
    {
        string[][] rows =
        [
            .. summary.Layers.Select(layer => (string[])[
                layer.Name, Print(layer.OutputShape), Number(layer.Parameters), layer.ReceptiveField?.ToString()
                    ?? "", Number(layer.MultiplyAdds), ModelSummary.Bytes(layer.ActivationBytes)]),
        ];
        string[] total = ["Total", "", Number(summary.Parameters), "", Number(summary.MultiplyAdds), ModelSummary.Bytes(summary.ActivationBytes)];
        var columns = Fitting([.. rows, total], console.Profile.Width);
        var table = new Table { Border = TableBorder.SimpleHeavy };
        table.Title = new TableTitle($"[bold]{Markup.Escape(summary.Name)}[/] [grey58]input {Markup.Escape(summary.InputShape)}[/]");
        for (var i = 0; i < columns; i++)
        {
            var column = new TableColumn(Headers[i]) { NoWrap = true, Padding = new Spectre.Console.Padding(0), Footer = new Markup($"[bold]{total[i]}[/]") };
            table.AddColumn(i < 2 ? column : column.RightAligned());
        }

        foreach (var row in rows) table.AddRow([.. row.Take(columns).Select(Styled)]);
        console.Write(table);
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[grey58] Trainable parameters: {summary.TrainableParameters:N0}. Receptive field: size /stride in input pixels.[/]"));
        console.MarkupLine("[grey58] Multiply-adds and memory are for one image.[/]");
        if (columns < Headers.Length)
            console.MarkupLine(
                $"[grey58] Not shown in {console.Profile.Width} "
                + $"columns: {string.Join(", ", Headers[columns..]).Replace('\n', ' ').Replace("- ", "-", StringComparison.Ordinal).ToLowerInvariant()}.[/]");
    }

    /// <summary>The number of columns that fit, with one space between them and around them. The last columns are omitted so that no line is broken.</summary>
    private static int Fitting(string[][] rows, int width)
    {
        var columns = Headers.Length;
        var widths = Headers.Select((header, i) => rows.Select(row => row[i].Length).Append(header.Split('\n').Max(line => line.Length)).Max()).ToList();
        while (columns > MinColumns && widths.Take(columns).Sum() + columns + 1 > width) columns--;
        return columns;
    }

    private static string Styled(string cell, int column) => column == 0
        ? $"[blue]{Markup.Escape(cell)}[/]"
        : cell == "0"
        ? "[grey42]0[/]"
        : Markup.Escape(cell);

    private static string Print(Shape shape) => $"(None{string.Concat(shape.Dimensions.ToArray().Select(dimension => $", {dimension}"))})";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
