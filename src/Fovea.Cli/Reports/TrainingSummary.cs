using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Summarizes a training for people: the accuracy, the files that were written, and what to try next.</summary>
internal sealed class TrainingSummary(IAnsiConsole console, OutputFiles files)
{
    private const string RunFromSource = "dotnet run -c Release --project src/Fovea.Cli --";

    /// <summary>Whether the command was built in a clone, and not installed as a tool.</summary>
    private static bool IsRunFromSource => AppContext.BaseDirectory.Contains(Path.Combine("src", "Fovea.Cli", "bin"), StringComparison.Ordinal);

    /// <param name="headline">The sentence about the score, as markup.</param>
    /// <param name="report">The figures that were written.</param>
    public void Write(string headline, TrainingReport report)
    {
        console.WriteLine();
        console.MarkupLine(headline);
        console.WriteLine();
        var list = TwoColumns();
        AddRow(list, files.Model, "the model, for Fovea and Keras 3");
        AddRow(list, files.Report, "the report, to read and to send");
        AddRow(list, files.Curves, "its training curves");
        foreach (var (path, meaning) in report.Files) AddRow(list, path, meaning);
        console.Write(list);
        console.WriteLine();
        console.MarkupLine(IsRunFromSource ? $"Try next, with [bold]{RunFromSource}[/] for fovea:" : "Try next:");
        var next = TwoColumns();
        foreach (var (line, meaning) in report.NextSteps) AddRow(next, line, meaning);
        AddRow(next, "fovea train --help", "all options");
        console.Write(next);
    }

    private static void AddRow(Grid grid, string what, string meaning) => grid.AddRow(Markup.Escape(what), $"[grey58]{meaning}[/]");

    private static Grid TwoColumns() => new Grid()
        .AddColumn(new GridColumn { NoWrap = true, Padding = new Spectre.Console.Padding(2, 0, 2, 0) })
        .AddColumn(new GridColumn { NoWrap = true, Padding = new Spectre.Console.Padding(0) });
}
