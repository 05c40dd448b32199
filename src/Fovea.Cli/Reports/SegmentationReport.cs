using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The report on a model of segmentation: its measures by class, the confusion of pixels, and the images that it segments worst.</summary>
internal sealed class SegmentationReport : TrainingReport
{
    private const int Worst = 12;

    private readonly SegmentationExamples examples;
    private readonly TrainingData data;
    private readonly string dataName;
    private readonly OutputFiles files;

    public SegmentationReport(Model model, TrainingData data, string dataName, OutputFiles files, int? ignoreClass)
    {
        (this.data, this.dataName, this.files) = (data, dataName, files);
        examples = new SegmentationExamples(model, data.Test, ignoreClass, CancellationToken.None);
    }

    public override IReadOnlyList<(string Path, string Meaning)> Files =>
        [(files.Mistakes, $"the {Tested} images with the lowest mean IoU, their masks and predictions"), (files.Report, "all measures, as a page")];

    public override IReadOnlyList<(string Line, string Meaning)> NextSteps =>
    [
        ($"fovea predict {files.Model} photo.jpg --out results", "draw the classes over your own image"),
        ($"fovea evaluate {files.Model} --data {dataName}", "the same measures again"),
        ($"fovea train --data {dataName} --model {files.Model}", "train this model for more epochs"),
    ];

    private string Tested => data.IsTestValidation ? "validation" : "test";

    public override void Save()
    {
        var worst = examples.Worst(Worst);
        SegmentationFigure.Save(worst, files.Mistakes, examples.Matrix.ClassNames, $"The {Tested} images with the lowest mean IoU");
        SegmentationPage.Save(examples.Matrix, worst, files.Report, $"{Path.GetFileNameWithoutExtension(files.Model)} on the {Tested} images of {Path.GetFileName(Path.TrimEndingDirectorySeparator(dataName))}");
    }

    public override void Show(IAnsiConsole console)
    {
        console.WriteLine();
        foreach (var line in examples.Matrix.ToString().TrimEnd().Split('\n')) console.MarkupLine($"  [grey58]{Markup.Escape(line)}[/]");
    }
}
