using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The report on a model of segmentation: its measures by class, the confusion of pixels, and the images that it segments worst.</summary>
/// <param name="results">The results for the test data.</param>
/// <param name="dataName">The data for the user, as on the command line.</param>
/// <param name="files">The files to write.</param>
internal sealed class SegmentationReport(SegmentationResults results, string dataName, OutputFiles files) : TrainingReport
{
    public override IReadOnlyList<(string Path, string Meaning)> Files =>
        [(files.Mistakes, $"the {results.PartName} images with the lowest mean IoU, their masks and predictions")];

    public override IReadOnlyList<(string Line, string Meaning)> NextSteps =>
    [
        ($"fovea predict {ShellText.Quoted(files.Model)} photo.jpg --out results", "draw the classes over your own image"),
        ($"fovea evaluate {ShellText.Quoted(files.Model)} --data {dataName} --out results", "draw them over all test images"),
        ($"fovea train --data {dataName} --model {ShellText.Quoted(files.Model)}", "train this model for more epochs"),
    ];

    public override void Save() => SegmentationFigure.Save(
        results.Worst, files.Mistakes, results.Matrix.ClassNames, $"The {results.PartName} images with the lowest mean IoU");

    public override void Show(IAnsiConsole console)
    {
        console.WriteLine();
        foreach (var line in results.Matrix.ToString().TrimEnd().Split('\n')) console.MarkupLine($"  [grey58]{Markup.Escape(line)}[/]");
    }

    /// <summary>The results as a page.</summary>
    public static HtmlReport Page(TaskResults results, string title)
    {
        var page = new HtmlReport(title) { Subtitle = results.Summary };
        results.AddKeyFigures(page);
        results.AddSections(page);
        return page;
    }
}
