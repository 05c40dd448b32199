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
    private readonly List<SamplePrediction> predictions;
    private readonly ConfusionMatrix matrix;

    public ImageReport(Model model, TrainingData data, string dataName, OutputFiles files, CancellationToken cancellationToken)
    {
        (this.data, this.dataName, this.files) = (data, dataName, files);
        predictions = SamplePrediction.Read(model, data.Test, data.Test.Count, cancellationToken);
        matrix = new ConfusionMatrix(data.Test.ClassNames);
        foreach (var prediction in predictions) matrix.Add(prediction.Label, prediction.Class);
    }

    public override IReadOnlyList<(string Path, string Meaning)> Files =>
        [(files.Confusion, "its confusion matrix"), (files.Mistakes, "its worst mistakes")];

    public override IReadOnlyList<(string Line, string Meaning)> NextSteps =>
    [
        ($"fovea predict {files.Model} photo.jpg", "classify your own image"),
        ($"fovea explain gradcam {files.Model} photo.jpg", "see which regions of it decide"),
        ($"fovea train --data {dataName} --model {files.Model}", "train this model for more epochs"),
    ];

    private string Tested => data.IsTestValidation ? "validation" : "test";

    public override void Save()
    {
        ConfusionMatrixPlot.Save(matrix, files.Confusion);
        var mistakes = predictions.Count(prediction => !prediction.IsRight);
        var worst = predictions.OrderByDescending(prediction => prediction.Loss).ThenBy(prediction => prediction.Index).Take(Worst).ToList();
        var title =
            string.Create(CultureInfo.InvariantCulture, $"The {Tested} images with the highest loss; {mistakes:N0} of {predictions.Count:N0} are wrong");
        ContactSheet.Save(
            [.. worst.Select(prediction => new CaptionedImage(new Tensor(data.Test.InputShape, data.Test.Image(prediction.Index)), Caption(prediction)))],
            files.Mistakes, Columns, title, Cell);
    }

    public override void Show(IAnsiConsole console)
    {
        if (matrix.ClassNames.Count > ClassesShown) return;
        console.WriteLine();
        foreach (var line in matrix.ToString().TrimEnd().Split('\n')) console.MarkupLine($"  [grey58]{Markup.Escape(line)}[/]");
    }

    private string Caption(SamplePrediction prediction)
    {
        var percent = Math.Round(100 * prediction.Score).ToString(CultureInfo.InvariantCulture);
        var said = $"{data.Test.Name(prediction.Class)} {percent} %";
        var isShort = matrix.ClassNames.All(name => name.Length <= ShortName);
        return prediction.IsRight ? said : $"{said}{(isShort ? ", " : "\n")}true {data.Test.Name(prediction.Label)}";
    }
}
