using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The report on a model of a regression: the errors of each number, and the images with the largest errors.</summary>
/// <param name="results">The results for the test data.</param>
/// <param name="dataName">The data for the user, as on the command line.</param>
/// <param name="files">The files to write.</param>
internal sealed class RegressionReportText(RegressionResults results, string dataName, OutputFiles files) : TrainingReport
{
    private const int Worst = 24;
    private const int Columns = 6;
    private const int Cell = 176;

    public override IReadOnlyList<(string Path, string Meaning)> Files => [(files.Mistakes, $"the {results.PartName} images with the largest errors")];

    public override IReadOnlyList<(string Line, string Meaning)> NextSteps =>
    [
        ($"fovea predict {ShellText.Quoted(files.Model)} photo.jpg", "predict the number of your own image"),
        ($"fovea evaluate {ShellText.Quoted(files.Model)} --data {dataName}", "measure it on a list"),
        .. CanContinue
            ? [($"fovea train --data {dataName} --model {ShellText.Quoted(files.Model)}", "train this model for more epochs")]
            : ((string, string)[])[],
    ];

    public override void Save()
    {
        if (results.Images is not { } images) return;
        ContactSheet.Save(
            [.. results.Predictions.WorstFirst().Take(Worst).Select(sample => new CaptionedImage(
                new Tensor(images.InputShape, images.Image(sample)), results.ErrorCaption(sample)))],
            files.Mistakes, Columns, $"The {results.PartName} images with the largest errors", Cell);
    }

    public override void Show(IAnsiConsole console)
    {
        console.WriteLine();
        foreach (var line in results.Predictions.ToString().TrimEnd().Split('\n')) console.MarkupLine($"  [grey58]{Markup.Escape(line)}[/]");
    }
}
