using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Writes and prints the result of a cross-validation.</summary>
internal sealed class FoldsReport(TrainRequest request, LearningTask task, TrainingPlan plan, CommandOutput output, OutputFiles files)
{
    /// <param name="measured">The measured models.</param>
    /// <param name="pool">The images.</param>
    /// <param name="validated">Those of the folds, one fold after the other.</param>
    /// <param name="seconds">The time of the whole command.</param>
    public void Write(FoldMeasurement measured, FoldPool pool, Dataset validated, double seconds)
    {
        var results = measured.Results;
        var shown = task.Source.HasImages ? validated : pool.Test ?? validated;
        var figures = task.CreateReport(measured.Ensemble, new TrainingData(pool.Samples, validated, shown, "") { Skipped = pool.Skipped }, files);
        figures.CanContinue = false;
        figures.Save();
        SavePage(measured, pool, seconds);
        TrainingCurves.Save(
            results.Histories, files.Curves, labels: [.. results.Histories.Select((_, fold) => FormattableString.Invariant($"fold {fold + 1}"))]);
        if (request.Json)
        {
            CliJson.Write(output.Output, Summarize(measured, pool, seconds), context => context.FoldsTrainResult);
            return;
        }

        Show(results);
        figures.Show(output.Console);
        new TrainingSummary(output.Console, files).Write(Headline(results, seconds), figures);
    }

    private void SavePage(FoldMeasurement measured, FoldPool pool, double seconds)
    {
        var results = measured.Results;
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Data));
        var report = new Fovea.Imaging.TrainingReport(measured.Ensemble, results.Histories)
        {
            Title = $"{Path.GetFileNameWithoutExtension(files.Model)}: {measured.Folds.Count} folds of {name}",
            Results = results,
            DataName = $"'{request.Data}'",
            Parts = pool.Test is null ? [new("folds", pool.Samples)] : [new("folds", pool.Samples), new("test", pool.Test)],
            Skipped = pool.Skipped,
            PhaseNames = [.. results.Histories.Select((_, fold) => FormattableString.Invariant($"fold {fold + 1}"))],
            Settings = [.. Settings()],
            CommandLine = request.CommandLine,
            Seconds = seconds,
            ModelFile = files.Model,
        };
        report.Save(files.Report);
        report.SaveJson(files.ReportJson);
    }

    private IEnumerable<KeyValuePair<string, string>> Settings()
    {
        yield return new("network", plan.Network);
        yield return new("folds", Print(request.Folds!.Value));
        yield return new("optimizer", plan.Optimizer ?? "that of the model file");
        yield return new("epochs", Print(plan.Epochs));
        yield return new("batch size", Print(plan.BatchSize));
        yield return new("augmentation", plan.Recipe.ToString().ToLowerInvariant());
        if (plan.Widths is not null) yield return new("the same weights again", PlanOptions.CommandLine(request, plan));
        yield return new("seed of the first fold", Print(plan.Seed));
        if (Job.IsShared) yield return new("processes", Print(Job.Size));
    }

    private void Show(CrossValidationResults results)
    {
        var (scores, hasEpochs, hasTest) = (results.FoldScores, results.KeptEpochs.Count > 0, results.Test.Count > 0);
        var table = new Table { Border = TableBorder.None };
        string[] headers =
        [
            "Fold", "images", .. scores.Select(score => Lower(score.Name)), .. hasEpochs ? ["epoch"] : (string[])[],
            .. hasTest ? [$"test {Lower(scores[0].Name)}"] : (string[])[],
        ];
        foreach (var header in headers) table.AddColumn(new TableColumn($"[grey58]{Markup.Escape(header)}[/]").RightAligned());
        for (var fold = 0; fold < results.Folds.Count; fold++)
        {
            table.AddRow([
                Print(fold + 1), Print(results.Folds[fold].SampleCount), .. scores.Select(score => $"{score.Values[fold]}"),
                .. hasEpochs ? [Print(results.KeptEpochs[fold])] : (string[])[], .. hasTest ? [$"{results.Test[fold].Scores[0]}"] : (string[])[],
            ]);
        }

        output.Console.WriteLine();
        output.Console.Write(table);
    }

    private string Headline(CrossValidationResults results, double seconds)
    {
        var (score, main) = (results.Scores[0], results.FoldScores[0]);
        var interval = score.Interval is { } range ? $"; 95 % interval {range}" : "";
        var means = results.FoldScores.Select(each =>
            $"{Markup.Escape(Lower(each.Name))} {each.Print(each.Mean)} (standard deviation {each.Print(each.Deviation)})");
        var text = task.Headline($"[bold green]{task.Score.Print(score.Value)}[/]", Print(results.SampleCount))
            + $", each predicted by the model that was not trained on it{interval}. Mean of the folds: {string.Join(", ", means)}.";
        if (results.EnsembleTest is { } test)
        {
            text += $"\nThe mean of the {results.Folds.Count} models on the {Print(test.SampleCount)} test images: {Markup.Escape(Lower(main.Name))} "
                + $"[bold green]{test.Scores[0]}[/]; alone the models have {main.Print(results.Test.Average(own => own.Scores[0].Value))} on average.";
        }

        return $"{text}\nAfter {Durations.Print(seconds)}.";
    }

    private FoldsTrainResult Summarize(FoldMeasurement measured, FoldPool pool, double seconds)
    {
        var results = measured.Results;
        return new FoldsTrainResult(
            [.. results.Folds.Select((_, fold) => FoldResult.Of(results, fold))], measured.Ensemble.Parameters, seconds, files.Model,
            WeightsDigest.Sha256(measured.Ensemble), files.ReportJson)
        {
            Scores = FoldsTrainResult.ScoresOf(results),
            Skipped = task.Source.HasImages ? pool.Skipped.Count : null,
            Processes = Job.IsShared ? Job.Size : null,
            Command = plan.Widths is null || HasEndedUnevenly(measured) ? null : PlanOptions.CommandLine(request, plan),
        };
    }

    /// <summary>Whether a machine that became slower ended the trainings after different epochs, which no options describe.</summary>
    private static bool HasEndedUnevenly(FoldMeasurement measured) =>
        measured.Folds.Select(fold => fold.History.Epochs).Distinct().Count() > 1;

    /// <summary>A name of a score within a sentence.</summary>
    private static string Lower(string name) => name.Length > 2 ? char.ToLowerInvariant(name[0]) + name[1..] : name;

    private static string Print(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
