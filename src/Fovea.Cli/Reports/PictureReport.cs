using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The report on a model of pictures: which classes it takes for which, and its worst mistakes.</summary>
internal sealed class PictureReport : TrainingReport
{
    private const int Worst = 24;
    private const int Columns = 6;
    private const int Cell = 176;

    /// <summary>Longer names stand on a line of their own below a picture.</summary>
    private const int ShortName = 6;

    /// <summary>Matrices of more classes do not fit a terminal.</summary>
    private const int ClassesShown = 6;

    private readonly TrainingData data;
    private readonly TrainRequest request;
    private readonly OutputFiles files;
    private readonly List<Verdict> verdicts;
    private readonly ConfusionMatrix matrix;

    public PictureReport(Model model, TrainingData data, TrainRequest request, OutputFiles files, CancellationToken cancellationToken)
    {
        (this.data, this.request, this.files) = (data, request, files);
        verdicts = Verdict.Read(model, data.Test, data.Test.Count, cancellationToken);
        matrix = new ConfusionMatrix(data.Test.ClassNames);
        foreach (var verdict in verdicts) matrix.Add(verdict.Label, verdict.Class);
    }

    public override IReadOnlyList<(string Path, string Meaning)> Files =>
        [(files.Confusion, "which classes it takes for which"), (files.Mistakes, "its worst mistakes")];

    public override IReadOnlyList<(string Line, string Meaning)> NextSteps =>
    [
        ($"fovea predict {files.Model} photo.jpg", "a picture of yours"),
        ($"fovea train --data {request.Data} --model {files.Model}", "more epochs for this model"),
    ];

    private string Tested => data.IsTestWatched ? "validation" : "test";

    public override void Save()
    {
        ConfusionMatrixPlot.Save(matrix, files.Confusion);
        var mistakes = verdicts.Count(verdict => !verdict.IsRight);
        var worst = verdicts.OrderByDescending(verdict => verdict.Loss).ThenBy(verdict => verdict.Index).Take(Worst).ToList();
        var title = string.Create(CultureInfo.InvariantCulture, $"The {Tested} pictures with the highest loss; {mistakes:N0} of {verdicts.Count:N0} are wrong");
        ContactSheet.Save(
            [.. worst.Select(verdict => new CaptionedImage(data.Test.Image(verdict.Index), data.Test.InputShape, Caption(verdict)))],
            files.Mistakes, Columns, title, Cell);
    }

    public override void Show(IAnsiConsole console)
    {
        if (matrix.ClassNames.Count > ClassesShown) return;
        console.WriteLine();
        foreach (var line in matrix.ToString().TrimEnd().Split('\n')) console.MarkupLine($"  [grey58]{Markup.Escape(line)}[/]");
    }

    private string Caption(Verdict verdict)
    {
        var percent = Math.Round(100 * verdict.Score).ToString(CultureInfo.InvariantCulture);
        var said = $"{data.Test.Name(verdict.Class)} {percent} %";
        var isShort = matrix.ClassNames.All(name => name.Length <= ShortName);
        return verdict.IsRight ? said : $"{said}{(isShort ? ", " : "\n")}is {data.Test.Name(verdict.Label)}";
    }
}
