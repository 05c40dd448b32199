using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea predict</c> with a model of several labels: the labels of each image.</summary>
/// <param name="model">The model.</param>
/// <param name="images">The preprocessing that the command line sets.</param>
/// <param name="output">The outputs of the command.</param>
internal sealed class LabelPrediction(Model model, ImageSettings images, CommandOutput output)
{
    /// <summary>Whether a model gives images several labels.</summary>
    public static bool Fits(Model model) => model.LabelThresholds.Count > 0;

    /// <summary>Predicts the images. If one cannot be read, the reason is reported, and the others follow.</summary>
    public List<ImageLabels> Run(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var classifiers = new SizedClassifiers(model, images, output.ErrorConsole);
        return Job.Share(files, file => Predict(classifiers, file, cancellationToken), CliJsonContext.Default.ImageLabels);
    }

    /// <summary>Prints the results, or the errors.</summary>
    /// <returns>The exit code.</returns>
    public int Show(IReadOnlyList<ImageLabels> results, PredictionFormat format)
    {
        var code = results.All(result => result.Error is null) ? FoveaCommand.Success : FoveaCommand.Failure;
        if (!Job.IsFirst) return code;
        foreach (var failed in results.Where(result => result.Error is not null)) output.Error.WriteLine($"fovea predict: {failed.Error}");
        if (format == PredictionFormat.Json) CliJson.Write(output.Output, new LabelsResult(results), context => context.LabelsResult);
        else if (format == PredictionFormat.Csv) WriteCsv(results);
        else WriteText(results);
        return code;
    }

    private static ImageLabels Result(string file, IReadOnlyList<ClassProbability> ranked, IReadOnlyList<double> thresholds) => new(file)
    {
        Labels = [.. ranked.Where(label => label.Probability > thresholds[label.Class]).Select(label => label.Name)],
        Scores = [.. ranked.Select(label => new LabelScore(label.Class, label.Name, label.Probability, thresholds[label.Class]))],
    };

    private void WriteText(IReadOnlyList<ImageLabels> results)
    {
        foreach (var result in results.Where(result => result.Error is null))
        {
            var (given, others) = (result.Scores!.Where(IsGiven), result.Scores!.Where(label => !IsGiven(label)).Take(3));
            var text = string.Join(", ", given.Select(label => $"[bold green]{Markup.Escape(label.Name)}[/] {Percent(label.Score)}"));
            var rest = string.Join(", ", others.Select(label => $"{label.Name} {Percent(label.Score)} (needs {Percent(label.Threshold)})"));
            output.Console.MarkupLine(
                $"{Markup.Escape(result.File)}: {(text.Length > 0 ? text : "[bold green]no label[/]")}"
                    + $"{(rest.Length > 0 ? $"  [grey58]not {Markup.Escape(rest)}[/]" : "")}");
        }
    }

    private void WriteCsv(IReadOnlyList<ImageLabels> results)
    {
        var names = ImageClassifier.LabelsOf(model);
        output.Output.WriteLine(CsvText.Row(["file", "labels", .. names]));
        foreach (var result in results.Where(result => result.Error is null))
        {
            output.Output.WriteLine(CsvText.Row(
                [result.File, string.Join(';', result.Labels!), .. result.Scores!.OrderBy(label => label.Label).Select(label => CsvText.Number(label.Score))]));
        }
    }

    private static bool IsGiven(LabelScore label) => label.Score > label.Threshold;

    private ImageLabels Predict(SizedClassifiers classifiers, string file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Result(file, classifiers.For(file).Predict(file), model.LabelThresholds);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException or InsufficientMemoryException
            or ShapeException)
        {
            return new ImageLabels(file) { Error = error.Message };
        }
    }

    private static string Percent(double score) => (100 * score).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
