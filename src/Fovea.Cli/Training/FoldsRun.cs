using System.Diagnostics;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>
/// Runs <c>fovea train --folds</c>: trains a model for each fold on all other folds, measures it on its own, and saves the mean of the models as one. Of
/// several processes, process r of P trains the folds r, r + P, …; the first one reports. The result does not depend on the number of processes.
/// </summary>
internal sealed class FoldsRun
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly TrainRequest request;
    private readonly CommandOutput output;
    private readonly CancellationToken cancellationToken;
    private readonly LearningTask task;
    private readonly TrainingPlanner planner;
    private readonly OutputFiles files;
    private readonly FoldFiles foldFiles;
    private readonly List<FoldOutcome> outcomes = [];
    private TrainingPlan plan;

    /// <exception cref="CommandException">An option does not fit, or a file cannot be written.</exception>
    public FoldsRun(TrainRequest request, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        (this.request, this.output, this.cancellationToken) = (request, output, cancellationToken);
        task = LearningTask.For(request, TrainingSource.For(request.Data, targets: request.TargetChoice));
        FoldRules.Require(request, task);
        task.Source.Folds = Count;
        planner = new TrainingPlanner(request, task, output, clock, cancellationToken);
        plan = planner.Decide();
        files = OutputFiles.For(request.Out ?? OutputFiles.DefaultFor(request.Data, plan.Network, request.Model));
        foldFiles = new FoldFiles(request, files.Model);
    }

    private int Count => request.Folds!.Value;

    private IAnsiConsole Console => output.Console;

    /// <returns>The exit code.</returns>
    public int Run()
    {
        var models = new FoldModels(request, task, plan, output);
        if (!plan.IsTransfer) FoldOutcome.RequireExchangeable(models.First, Count);
        foldFiles.Prepare();
        var images = Load(models);
        var divided = images.Divide(Count, plan.Seed);
        var samples = models.Extract(images, cancellationToken);
        var folds = plan.IsTransfer ? samples.Divide(Count, plan.Seed) : divided;
        Describe(models, images);
        if (!Train(models, folds)) return FoveaCommand.Interrupted;

        var all = FoldOutcome.Gather(outcomes);
        if (plan.FlipsAtTest) all = [.. all.Select(outcome => outcome with { Model = TestTimeAugmentation.Flip.Of(outcome.Model) })];
        if (Job.IsFirst)
        {
            var validated = divided.Select(fold => fold.Validation).Aggregate((all, fold) => all.Concat(fold));
            var measured = FoldMeasurement.Of((IFoldedTask)task, all, folds, validated, samples.Test, models, cancellationToken);
            measured.Ensemble.Save(files.Model);
            if (foldFiles.AreKept)
                foreach (var outcome in all) models.Whole(outcome.Model).Save(foldFiles.Kept(outcome.Fold));
            new FoldsReport(request, task, plan, output, files).Write(measured, images, validated, watch.Elapsed.TotalSeconds);
        }

        foldFiles.Clean(outcomes.Select(outcome => outcome.Fold));
        return FoveaCommand.Success;
    }

    private FoldPool Load(FoldModels models)
    {
        if (task.Source.HasImages) Console.MarkupLine($"[grey58]{Markup.Escape(task.Source.Recognized)} Reading the images …[/]");
        var request = new DataRequest(models.Input, this.request.Samples, plan.Seed)
        {
            Arrangement = models.First.InputShape,
            TrainingInput = plan.TrainingInput(models.Input),
        };
        var pool = Downloads.Show(output, progress => task.Source.LoadPool(request, progress, cancellationToken));
        return pool.Prepare(models.First.ClassNames.Count > 0 ? models.First.ClassNames : pool.Samples.ClassNames, cancellationToken);
    }

    private void Describe(FoldModels models, FoldPool pool)
    {
        Console.WriteLine();
        SummaryTable.Write(Console, models.First.Summary());
        Console.WriteLine();
        var test = pool.Test is { } held ? $"testing on [bold]{Print(held.Count)} others[/]." : "none is held out for a test.";
        Console.MarkupLine($"Training on [bold]{Print(pool.Samples.Count)} images of '{Markup.Escape(request.Data)}'[/] in {Count} folds; {test}");
        if (pool.Duplicates > 0)
            Console.MarkupLine(
                $"[yellow]{Print(pool.Duplicates)} {(pool.Duplicates == 1 ? "image is" : "images are")} equal to another one and "
                    + $"{(pool.Duplicates == 1 ? "is" : "are")} in the same fold.[/]");
        if (pool.Skipped.Count > 0) Console.MarkupLine($"[yellow]{Markup.Escape(SkippedFile.Summarize(pool.Skipped))}[/]");
        if (request.Model is not null && !Networks.IsNamed(plan.Network))
            Console.MarkupLine($"[grey58]The result tells nothing about images that {Markup.Escape(request.Model)} was trained on before.[/]");
        var threads = Cpu.Threads == 1 ? "1 thread" : $"{Cpu.Threads} threads";
        if (Job.IsShared) threads = $"{Job.Size} processes of {threads}, each with its own folds";
        var optimizer = plan.IsTransfer ? plan.CreateOptimizer() : models.First.Optimizer!;
        Console.MarkupLine($"[grey58]{PlanText.Optimizer(plan, optimizer)}, batches of {plan.BatchSize}, {threads}.[/]");
    }

    /// <summary>Trains the folds of this process.</summary>
    /// <returns>Whether all were trained to the end.</returns>
    private bool Train(FoldModels models, IReadOnlyList<(Dataset Training, Dataset Validation)> folds)
    {
        for (var fold = Job.Rank; fold < Count; fold += Job.Size)
        {
            Console.WriteLine();
            Console.MarkupLine(
                $"[bold]Fold {fold + 1} of {Count}[/]: {Print(folds[fold].Training.Count)} images, validated on {Print(folds[fold].Validation.Count)}");
            var training = new FoldTraining(task, plan, output, foldFiles);
            try
            {
                var model = models.Create(fold, models.First.ClassNames.Count > 0 ? models.First.ClassNames : folds[fold].Training.ClassNames);
                outcomes.Add(training.Run(fold, model, folds[fold], planner.Watch?.ForFold(fold, Count), cancellationToken));
            }
            catch (OperationCanceledException) when (outcomes.Count > 0 || training.Clock.Progress is not null)
            {
                Interrupt(models, fold, training.Clock.Progress);
                return false;
            }

            var outcome = outcomes[^1];
            if (outcome.StoppedAfter is not { } stopped) continue;
            Console.MarkupLine(
                $"[yellow]This machine has become slower than it was measured: the training was ended after epoch {stopped} of {plan.Epochs} to keep to the "
                    + "time.[/]");
            plan = plan with { StopAfter = stopped };
            Console.MarkupLine($"[grey58]The same weights again: {Markup.Escape(PlanOptions.CommandLine(request, plan))}[/]");
        }

        return true;
    }

    /// <summary>Keeps the models of the folds that are finished.</summary>
    private void Interrupt(FoldModels models, int fold, TrainingProgress? progress)
    {
        foreach (var outcome in outcomes) models.Whole(outcome.Model).Save(foldFiles.Working(outcome.Fold));
        var names = string.Join(", ", outcomes.Select(outcome => foldFiles.Working(outcome.Fold)));
        var finished = outcomes.Count == 0 ? "no fold was finished" : $"the {(outcomes.Count == 1 ? "model" : "models")} of the finished folds: {names}";
        var resuming = request.Backup is null ? "" : " The same command resumes.";
        output.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"fovea train: stopped in fold {fold + 1} of {Count}, epoch {progress?.Epoch ?? 0}; {finished}.{resuming}"));
    }

    private static string Print(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
