using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The report on a model of several labels: the scores of each label, and the images with the worst mistakes.</summary>
/// <param name="results">The results for the test data.</param>
/// <param name="dataName">The data for the user, as on the command line.</param>
/// <param name="files">The files to write.</param>
internal sealed class LabelReportText(LabelResults results, string dataName, OutputFiles files) : TrainingReport
{
    private const int Columns = 6;
    private const int Cell = 176;

    /// <summary>Tables of more labels do not fit a terminal.</summary>
    private const int LabelsShown = 20;

    private readonly IReadOnlyList<int> worst = results.Worst();

    public override IReadOnlyList<(string Path, string Meaning)> Files =>
        worst.Count == 0 ? [] : [(files.Mistakes, $"the {results.PartName} images with the worst mistakes")];

    public override IReadOnlyList<(string Line, string Meaning)> NextSteps =>
    [
        ($"fovea predict {ShellText.Quoted(files.Model)} photo.jpg", "find the labels of your own image"),
        ($"fovea evaluate {ShellText.Quoted(files.Model)} --data {dataName}", "measure it on a list"),
        .. CanContinue
            ? [($"fovea train --data {dataName} --model {ShellText.Quoted(files.Model)}", "train this model for more epochs")]
            : ((string, string)[])[],
    ];

    public override void Save()
    {
        if (worst.Count == 0 || results.Images is not { } images) return;
        ContactSheet.Save(
            [.. worst.Select(sample => new CaptionedImage(new Tensor(images.InputShape, images.Image(sample)), results.MistakeCaption(sample)))],
            files.Mistakes, Columns, $"The {results.PartName} images with the worst mistakes", Cell);
    }

    public override void Show(IAnsiConsole console)
    {
        if (results.Report.Labels.Count > LabelsShown) return;
        console.WriteLine();
        foreach (var line in results.Report.ToString().TrimEnd().Split('\n')) console.MarkupLine($"  [grey58]{Markup.Escape(line)}[/]");
    }
}
