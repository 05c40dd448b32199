using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The report on a model of images: its confusion matrix and its worst mistakes.</summary>
internal sealed class ImageReport : TrainingReport
{
    private const int Worst = 24;
    private const int Columns = 6;
    private const int Cell = 176;

    /// <summary>Longer class names are written on a separate line below an image.</summary>
    private const int ShortName = 6;

    /// <summary>Matrices of more classes do not fit a terminal.</summary>
    private const int ClassesShown = 6;

    private readonly TrainingData data;
    private readonly string dataName;
    private readonly OutputFiles files;
    private readonly ClassPredictions predictions;
    private readonly ConfusionMatrix matrix;

    /// <param name="predictions">The predictions for the test data.</param>
    /// <param name="data">The data.</param>
    /// <param name="dataName">Their name on the command line.</param>
    /// <param name="files">The files to write.</param>
    public ImageReport(ClassPredictions predictions, TrainingData data, string dataName, OutputFiles files)
    {
        (this.predictions, this.data, this.dataName, this.files) = (predictions, data, dataName, files);
        matrix = predictions.ToConfusionMatrix();
    }

    public override IReadOnlyList<(string Path, string Meaning)> Files =>
        [(files.Confusion, "its confusion matrix"), (files.Mistakes, "its worst mistakes")];

    public override IReadOnlyList<(string Line, string Meaning)> NextSteps =>
    [
        ($"fovea predict {ShellText.Quoted(files.Model)} photo.jpg", "classify your own image"),
        ($"fovea explain gradcam {ShellText.Quoted(files.Model)} photo.jpg", "see which regions of it decide"),
        .. CanContinue
            ? [($"fovea train --data {dataName} --model {ShellText.Quoted(files.Model)}", "train this model for more epochs")]
            : ((string, string)[])[],
    ];

    private string Tested => data.IsTestValidation ? "validation" : "test";

    public override void Save()
    {
        ConfusionMatrixPlot.Save(matrix, files.Confusion);
        var mistakes = predictions.Count - predictions.RightCount;
        var worst = Enumerable.Range(0, predictions.Count).OrderByDescending(predictions.Loss).ThenBy(sample => sample).Take(Worst);
        var title =
            string.Create(CultureInfo.InvariantCulture, $"The {Tested} images with the highest loss; {mistakes:N0} of {predictions.Count:N0} are wrong");
        ContactSheet.Save(
            [.. worst.Select(sample => new CaptionedImage(new Tensor(data.Test.InputShape, data.Test.Image(sample)), Caption(sample)))],
            files.Mistakes, Columns, title, Cell);
    }

    public override void Show(IAnsiConsole console)
    {
        if (matrix.ClassNames.Count > ClassesShown) return;
        console.WriteLine();
        foreach (var line in matrix.ToString().TrimEnd().Split('\n')) console.MarkupLine($"  [grey58]{Markup.Escape(line)}[/]");
    }

    private string Caption(int sample)
    {
        var percent = Math.Round(100 * predictions.Confidence(sample)).ToString(CultureInfo.InvariantCulture);
        var said = $"{data.Test.Name(predictions.Predicted(sample))} {percent} %";
        var isShort = matrix.ClassNames.All(name => name.Length <= ShortName);
        return predictions.IsRight(sample) ? said : $"{said}{(isShort ? ", " : "\n")}true {data.Test.Name(predictions.Actual(sample))}";
    }
}
