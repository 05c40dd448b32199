using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>A model's summary as a table for people.</summary>
internal static class SummaryTable
{
    public static void Write(IAnsiConsole console, ModelSummary summary)
    {
        var table = new Table { Border = TableBorder.SimpleHeavy };
        table.Title = new TableTitle($"[bold]{Markup.Escape(summary.Name)}[/] [grey58]input {Markup.Escape(summary.InputShape)}[/]");
        string[] headers = ["Layer", "Output shape", "Parameters", "Receptive\nfield", "Multiply-\nadds", "Memory"];
        for (var i = 0; i < headers.Length; i++)
        {
            var column = new TableColumn(headers[i]) { NoWrap = true, Padding = new Spectre.Console.Padding(0) };
            table.AddColumn(i < 2 ? column : column.RightAligned());
        }

        foreach (var layer in summary.Layers)
        {
            table.AddRow(
                $"[blue]{Markup.Escape(layer.Name)}[/]", Markup.Escape(Print(layer.OutputShape)), Number(layer.Parameters),
                layer.ReceptiveField?.ToString() ?? "", Number(layer.MultiplyAdds), ModelSummary.Bytes(layer.ActivationBytes));
        }

        table.Columns[0].Footer = new Markup("[bold]Total[/]");
        table.Columns[2].Footer = new Markup($"[bold]{Number(summary.Parameters)}[/]");
        table.Columns[4].Footer = new Markup($"[bold]{Number(summary.MultiplyAdds)}[/]");
        table.Columns[5].Footer = new Markup($"[bold]{ModelSummary.Bytes(summary.ActivationBytes)}[/]");
        console.Write(table);
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[grey58] Trainable parameters: {summary.TrainableParameters:N0}. Receptive field: size /stride in input pixels.[/]"));
        console.MarkupLine("[grey58] Multiply-adds and memory are for one image.[/]");
    }

    private static string Print(Shape shape) => $"(None{string.Concat(shape.Dimensions.ToArray().Select(dimension => $", {dimension}"))})";

    private static string Number(long number) => number == 0 ? "[grey42]0[/]" : number.ToString("N0", CultureInfo.InvariantCulture);
}
