using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Writes and prints the result of a cross-validation.</summary>
internal sealed class FoldsReport(TrainRequest request, LearningTask task, TrainingPlan plan, CommandOutput output, OutputFiles files)
{
    /// <param name="measured">The measured models.</param>
    /// <param name="pool">The images.</param>
    /// <param name="folds">Their folds.</param>
    /// <param name="seconds">The time of the whole command.</param>
    public void Write(
        FoldMeasurement measured, FoldPool pool, IReadOnlyList<(Dataset Training, Dataset Validation)> folds, double seconds)
    {
        var validated = folds.Select(fold => fold.Validation).Aggregate((all, fold) => all.Concat(fold));
        var results = new CrossValidationResults(measured.Validation)
        {
            Images = validated,
            Scaling = measured.Scaling,
            BeforeScaling = measured.Before,
            Test = measured.Test,
            EnsembleTest = measured.EnsembleTest,
            Histories = [.. measured.Folds.Select(fold => fold.History)],
            KeptEpochs = plan.KeepsBest ? [.. measured.Folds.Select(fold => fold.KeptEpoch!.Value)] : [],
        };
        var figures = Figures(measured, results, pool, validated);
        figures.Save();
        SavePage(measured, results, pool, seconds);
        TrainingCurves.Save(
            results.Histories, files.Curves, labels: [.. results.Histories.Select((_, fold) => FormattableString.Invariant($"fold {fold + 1}"))]);
        if (request.Json)
        {
            CliJson.Write(output.Output, Summarize(measured, results, pool, seconds), context => context.FoldsTrainResult);
            return;
        }

        Show(results);
        figures.Show(output.Console);
        new TrainingSummary(output.Console, files).Write(Headline(results, seconds), figures);
    }

    private TrainingReport Figures(FoldMeasurement measured, CrossValidationResults results, FoldPool pool, Dataset validated) => task.Source is ImageSource
        ? new ImageReport(results.Pooled, new TrainingData(pool.Samples, validated, validated, "") { Skipped = pool.Skipped }, request.Data, files)
        {
            CanContinue = false,
        }
        : new DigitReport(measured.Ensemble, new TrainingData(pool.Samples, validated, pool.Test ?? validated, ""), request.Data, files);

    private void SavePage(FoldMeasurement measured, CrossValidationResults results, FoldPool pool, double seconds)
    {
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
        var table = new Table { Border = TableBorder.None };
        string[] headers = ["Fold", "images", "accuracy", "loss", .. results.KeptEpochs.Count > 0 ? ["epoch"] : (string[])[],
            .. results.Test.Count > 0 ? ["test accuracy"] : (string[])[]];
        foreach (var header in headers) table.AddColumn(new TableColumn($"[grey58]{header}[/]").RightAligned());
        for (var fold = 0; fold < results.Folds.Count; fold++)
        {
            var own = results.Folds[fold];
            table.AddRow([
                Print(fold + 1), Print(own.Count), Percent(own.Accuracy), Loss(own.LogLoss),
                .. results.KeptEpochs.Count > 0 ? [Print(results.KeptEpochs[fold])] : (string[])[],
                .. results.Test.Count > 0 ? [Percent(results.Test[fold].Accuracy)] : (string[])[],
            ]);
        }

        output.Console.WriteLine();
        output.Console.Write(table);
    }

    private string Headline(CrossValidationResults results, double seconds)
    {
        var pooled = results.Pooled;
        var text = $"[bold green]{Percent(pooled.Accuracy)}[/] of the {Print(pooled.Count)} images are right, each predicted by the model that was not trained "
            + $"on it; 95 % interval {pooled.AccuracyInterval}. Mean of the folds {Percent(results.MeanAccuracy)}, standard deviation "
            + $"{Percent(results.AccuracyDeviation)}.";
        if (results.EnsembleTest is { } test)
        {
            text += $"\nThe mean of the {results.Folds.Count} models: [bold green]{Percent(test.Accuracy)}[/] of the {Print(test.Count)} test images are "
                + $"right; alone the models have {Percent(results.Test.Average(own => own.Accuracy))} on average.";
        }

        return $"{text}\nAfter {Durations.Print(seconds)}.";
    }

    private FoldsTrainResult Summarize(FoldMeasurement measured, CrossValidationResults results, FoldPool pool, double seconds)
    {
        var pooled = results.Pooled;
        return new FoldsTrainResult(
            pooled.Accuracy, [pooled.AccuracyInterval.Low, pooled.AccuracyInterval.High], pooled.LogLoss, results.MeanAccuracy, results.AccuracyDeviation,
            results.MeanLoss, results.LossDeviation,
            [
                .. results.Folds.Select((own, fold) => new FoldResult(fold + 1, own.Count, own.Accuracy, own.LogLoss, results.Histories[fold].Epochs)
                {
                    BestEpoch = results.KeptEpochs.Count > 0 ? results.KeptEpochs[fold] : null,
                    TestAccuracy = results.Test.Count > 0 ? results.Test[fold].Accuracy : null,
                }),
            ],
            measured.Ensemble.Parameters, seconds, files.Model, WeightsDigest.Sha256(measured.Ensemble), files.ReportJson)
        {
            TestAccuracy = results.EnsembleTest?.Accuracy,
            TestLoss = results.EnsembleTest?.LogLoss,
            Skipped = task.Source.HasImages ? pool.Skipped.Count : null,
            Processes = Job.IsShared ? Job.Size : null,
            Command = plan.Widths is null || HasEndedUnevenly(measured) ? null : PlanOptions.CommandLine(request, plan),
        };
    }

    /// <summary>Whether a machine that became slower ended the trainings after different epochs, which no options describe.</summary>
    private static bool HasEndedUnevenly(FoldMeasurement measured) =>
        measured.Folds.Select(fold => fold.History.Epochs).Distinct().Count() > 1;

    private string Percent(double share) => task.Score.Print(share);

    private static string Loss(double loss) => loss.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Print(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
