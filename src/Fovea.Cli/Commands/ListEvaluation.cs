using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea evaluate</c> with a list of images that have several labels, or numbers.</summary>
/// <param name="model">The model.</param>
/// <param name="file">Its file.</param>
/// <param name="source">The data.</param>
/// <param name="folder">The folder for the page; null for none.</param>
/// <param name="output">The outputs of the command.</param>
/// <param name="cancellationToken">Stops after a batch.</param>
internal sealed class ListEvaluation(Model model, string file, ListSource source, string? folder, CommandOutput output, CancellationToken cancellationToken)
{
    /// <summary>Measures the model, and writes the page.</summary>
    /// <param name="images">The preprocessing that the command line sets.</param>
    /// <param name="isJson">Whether the result is printed as JSON.</param>
    /// <exception cref="CommandException">The model does not fit the list.</exception>
    public void Run(ImageSettings images, bool isJson)
    {
        source.RequireFit(model, file);
        var (test, note) = source.LoadTest(new DataRequest(images.Settle(model, output.ErrorConsole)), null, cancellationToken);
        TaskResults results = source.HasLabels
            ? new LabelResults(LabelPredictions.Of(model, test, cancellationToken: cancellationToken), model.LabelThresholds) { Images = test }
            : new RegressionResults(ValuePredictions.Of(model, test, cancellationToken: cancellationToken)) { Images = test };
        if (!Job.IsFirst) return;
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            SegmentationReport.Page(results, $"{Path.GetFileNameWithoutExtension(file)} on {test.Count} images").Save(Path.Combine(folder, "report.html"));
        }

        if (isJson)
        {
            WriteJson(results);
            return;
        }

        Write(results);
        output.Console.MarkupLine($"[grey58]{Markup.Escape(source.Recognized)}[/]");
        if (note is not null) output.Console.MarkupLine($"[grey58]{Markup.Escape(note)}[/]");
        if (folder is not null) output.Console.MarkupLine($"[grey58]The page report.html is in '{Markup.Escape(folder)}'.[/]");
    }

    private void Write(TaskResults results)
    {
        if (results is LabelResults labels)
        {
            output.Console.MarkupLine(string.Create(
                CultureInfo.InvariantCulture,
                $"The F1 score of the labels of {labels.Predictions.Count:N0} images is [bold green]{100 * labels.Report.MicroF1:0.00} %[/], its mean over the "
                    + $"labels {100 * labels.Report.MacroF1:0.00} %; of {100 * labels.Report.ExactMatch:0.0} % of the images all labels are right."));
            if (model.LabelThresholds.Count == 0) output.Console.MarkupLine("[grey58]The model has no thresholds: each label applies above 0.5.[/]");
            output.Console.Write(new Text($"\n{labels.Report}\n"));
        }
        else if (results is RegressionResults numbers)
        {
            output.Console.MarkupLine(string.Create(
                CultureInfo.InvariantCulture, $"R² of {numbers.Predictions.Count:N0} images is [bold green]{numbers.Predictions.MeanR2:0.0000}[/]."));
            output.Console.Write(new Text($"\n{numbers.Predictions}\n"));
        }
    }

    private void WriteJson(TaskResults results)
    {
        if (results is LabelResults { Report: var report, Predictions: var predictions })
        {
            CliJson.Write(
                output.Output,
                new LabelsEvaluationResult(
                    report.MicroF1, report.MacroF1, ValueErrors.Known(report.MeanAveragePrecision), report.ExactMatch, predictions.LogLoss, predictions.Count,
                    [.. report.Labels.Select(LabelScoresResult.Of)]),
                context => context.LabelsEvaluationResult);
        }
        else if (results is RegressionResults { Predictions: var values })
        {
            var loss = Enumerable.Range(0, values.Names.Count).Average(i => Math.Pow(values.RootMeanSquaredError(i), 2));
            CliJson.Write(
                output.Output, new ValuesEvaluationResult(ValueErrors.Known(values.MeanR2), loss, values.Count, ValueErrors.Of(values)),
                context => context.ValuesEvaluationResult);
        }
    }
}
