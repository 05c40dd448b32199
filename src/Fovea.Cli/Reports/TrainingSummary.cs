using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The end of a training for people: how good the model is, what was written, what to try next.</summary>
internal sealed class TrainingSummary(IAnsiConsole console, OutputFiles files)
{
    private const string RunFromSource = "dotnet run -c Release --project src/Fovea.Cli --";

    /// <summary>Whether the command was built in a clone, and not installed as a tool.</summary>
    private static bool IsRunFromSource => AppContext.BaseDirectory.Contains(Path.Combine("src", "Fovea.Cli", "bin"), StringComparison.Ordinal);

    /// <param name="result">The accuracy in the end.</param>
    /// <param name="tested">What it was measured on: test or validation.</param>
    /// <param name="progress">How training went, to end the sentence.</param>
    /// <param name="report">What else was written.</param>
    public void Write(Evaluation result, string tested, string progress, TrainingReport report)
    {
        var accuracy = (100 * result.Accuracy).ToString("0.00", CultureInfo.InvariantCulture);
        console.WriteLine();
        var count = result.Count.ToString("N0", CultureInfo.InvariantCulture);
        console.MarkupLine($"[bold green]{accuracy} %[/] of the {count} {tested} images are right, {progress}");
        console.WriteLine();
        var list = TwoColumns();
        AddRow(list, files.Model, "the model, for Fovea and Keras 3");
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
