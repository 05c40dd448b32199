using System.Diagnostics;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Runs <c>fovea train</c>: describes the model, trains, evaluates, saves and shows the results.</summary>
internal sealed class TrainingRun(TrainRequest request, CommandOutput output, CancellationToken cancellationToken)
{
    private const int DefaultFineTuneEpochs = 5;
    private const int BatchesPerBackup = 100;

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly IAnsiConsole console = output.Console;
    private DataParallel? distribution;
    private LearningTask task = null!;
    private TrainingPlan plan = null!;
    private TrainingPlanner planner = null!;

    /// <summary>Gets the clock of <c>--time</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <returns>The exit code.</returns>
    public int Run()
    {
        if (request.Folds is not null) return new FoldsRun(request, output, Clock, cancellationToken).Run();
        FoldRules.RequireFolds(request);
        distribution = Job.Divide(request.Shards);
        task = LearningTask.For(request, TrainingSource.For(request.Data, targets: request.TargetChoice));
        planner = new TrainingPlanner(request, task, request.ShowCode ? output.ForScripts() : output, Clock, cancellationToken);
        plan = planner.Decide();
        var files = OutputFiles.For(request.Out ?? OutputFiles.DefaultFor(request.Data, plan.Network, request.Model));
        var preparation = new ModelPreparation(request, task, plan, output);
        if (request.ShowCode) return ShowCode(preparation, files);
        var transfer = plan.IsTransfer ? preparation.PrepareTransfer() : null;
        var model = transfer?.Whole ?? preparation.Prepare();
        foreach (var part in (Model?[])[model, transfer?.Head, transfer?.Extractor]) part?.Distribution = distribution;
        var data = Load(model, transfer is null ? preparation.SettleImageInput(model) : transfer.Whole.ImageInput!);
        (var trained, model) = task.Complete(model, data, () => plan.CreateOptimizer());
        (trained.Distribution, model.Distribution) = (distribution, distribution);
        Describe(trained, data);

        var (learner, learned) = transfer is null ? (trained, data) : (transfer.Head, Extract(transfer, data));
        learned = task.Prepare(learned, learner);
        if (task.Note is { } note) console.MarkupLine($"[grey58]{Markup.Escape(note)}[/]");
        if (request.FindLearningRate) return new LearningRateTrial(request, plan, output, files).Run(learner, learned.Train, cancellationToken);
        var phase = CreatePhase(model, files);
        if (!phase.Run(learner, model, learned, plan, cancellationToken)) return FoveaCommand.Interrupted;
        AnnounceEnd(phase);
        if (phase.Checkpoint is not null) model = LoadBest(files);
        if (plan.FlipsAtTest && request.FineTuneFrom is null) model = SaveAveraged(model, files);
        return request.FineTuneFrom is null ? Finish(model, data, phase, files) : FineTune(model, data, phase, files, preparation);
    }

    private int ShowCode(ModelPreparation preparation, OutputFiles files)
    {
        PlanCode.Require(request, plan);
        var code = PlanCode.Program(request, task, plan, preparation.SettleImageInput(preparation.Prepare()), files.Model)
            ?? throw PlanCode.Refusal(request, plan);
        if (Job.IsFirst) output.Output.Write(code);
        return FoveaCommand.Success;
    }

    private TrainingPhase CreatePhase(Model model, OutputFiles files)
    {
        var checkpoint = plan.KeepsBest ? new ModelCheckpoint(files.Model, task.Monitored) { Saved = model } : null;
        List<Callback> callbacks = [];
        if (plan.Patience is { } patience) callbacks.Add(new EarlyStopping("val_loss", patience: patience));
        callbacks.AddRange(plan.SizeCallbacks());
        if (plan.StopAfter is { } stop) callbacks.Add(new StopAfter(stop));
        if (planner.Watch is { } watching) callbacks.Add(watching);
        if (request.Backup is not null) callbacks.Add(new BackupAndRestore(request.Backup, BatchesPerBackup, deleteCheckpoint: false));
        return new TrainingPhase(output, task.Score, files.Model, files.Curves, ValidationName, checkpoint, callbacks);
    }

    private void AnnounceEnd(TrainingPhase phase)
    {
        if (plan.Patience is not null) AnnounceConvergence(phase.History.Epochs);
        if (request.Backup is { } backup && Job.IsFirst)
        {
            // The model is saved, so that the backup is not needed any more.
            File.Delete(backup);
            new PlanFile(backup).Delete();
        }

        if (planner.Watch?.StoppedAfter is not { } stopped) return;
        plan = plan with { StopAfter = stopped };
        console.MarkupLine(
            $"[yellow]This machine has become slower than it was measured: the training was ended after epoch {stopped} of {plan.Epochs} to keep to the "
                + $"time.[/] [grey58]The same weights again: {Markup.Escape(PlanOptions.CommandLine(request, plan))}[/]");
    }

    /// <summary>The name of the data that are evaluated after each epoch: those of digits are the test data.</summary>
    private string ValidationName => task.Source.HasImages ? "validation" : "test";

    private TrainingData Load(Model model, ImageInput input)
    {
        if (task.Source.HasImages) console.MarkupLine($"[grey58]{Markup.Escape(task.Source.Recognized)} Reading the images …[/]");
        var data = Downloads.Show(output, progress =>
            task.Load(
                new DataRequest(input, request.Samples, plan.Seed) { Arrangement = model.InputShape, TrainingInput = plan.TrainingInput(input) }, progress,
                cancellationToken));
        if (model.ClassNames.Count == 0) model.ClassNames = data.Train.ClassNames;
        return data.WithClassNames(model.ClassNames);
    }

    private int FineTune(Model model, TrainingData data, TrainingPhase before, OutputFiles files, ModelPreparation preparation)
    {
        preparation.PrepareFineTuning(model);
        var tuned = new TrainingPhase(
            output, task.Score, files.Model, files.FineTuningCurves, ValidationName,
            new ModelCheckpoint(files.Model, task.Monitored) { InitialValueThreshold = before.Checkpoint!.BestValue, Saved = model }, before: before.History);
        AnnounceFineTuning(model, before);
        var (trained, whole) = task.Complete(model, data, () => plan.CreateOptimizer(factor: 0.01));
        (trained.Distribution, whole.Distribution) = (distribution, distribution);
        return tuned.Run(trained, whole, task.Prepare(data, trained), plan with { Epochs = request.FineTuneEpochs ?? DefaultFineTuneEpochs }, cancellationToken)
            ? Finish(LoadBest(files), data, tuned, files)
            : FoveaCommand.Interrupted;
    }

    /// <summary>Saves a model that averages the predictions for an image and its mirror image.</summary>
    private Model SaveAveraged(Model model, OutputFiles files)
    {
        var averaged = TestTimeAugmentation.Flip.Of(model);
        averaged.Distribution = distribution;
        task.CompileForTest(averaged);
        if (Job.IsFirst) averaged.Save(files.Model);
        return averaged;
    }

    private Model LoadBest(OutputFiles files)
    {
        if (distribution is null) return Model.Load(files.Model);
        var model = Model.Load(distribution.OpenRead(files.Model), files.Model);  // only the first process has the file
        model.Distribution = distribution;
        return model;
    }

    private void Describe(Model model, TrainingData data)
    {
        console.WriteLine();
        SummaryTable.Write(console, model.Summary());
        console.WriteLine();
        console.MarkupLine(data.Description);
        if (data.Skipped.Count > 0) console.MarkupLine($"[yellow]{Markup.Escape(SkippedFile.Summarize(data.Skipped))}[/]");
        var threads = Cpu.Threads == 1 ? "1 thread" : $"{Cpu.Threads} threads";
        if (Job.IsShared) threads = $"{Job.Size} processes of {threads}";
        var batches =
            $"batches of {plan.BatchSize}{(distribution is null ? "" : distribution.Shards == 1 ? " in 1 shard" : $" in {distribution.Shards} shards")}";
        console.MarkupLine(
            $"[grey58]{PlanText.Optimizer(plan, model.Optimizer!)}, {batches}, {threads}. Ctrl-C keeps the "
                + "model.[/]");
        console.WriteLine();
    }

    /// <summary>Computes once the features that the frozen base extracts from the images. The head is trained on them.</summary>
    private TrainingData Extract(TransferNetwork transfer, TrainingData data)
    {
        var count = (data.Train.Count + data.Validation.Count).ToString("N0", CultureInfo.InvariantCulture);
        console.MarkupLine($"[grey58]Computing the features of {count} images with {Markup.Escape(request.Base!)} …[/]");
        var clock = Stopwatch.StartNew();
        var (train, validation) =
            (transfer.Extractor.ExtractFeatures(data.Train, cancellationToken: cancellationToken),
            transfer.Extractor.ExtractFeatures(data.Validation, cancellationToken: cancellationToken));
        console.MarkupLine(
            $"[grey58]{Durations.Print(clock.Elapsed.TotalSeconds)}. The head is trained on {transfer.Extractor.OutputShape.Count:N0} features per "
            + "image:[/]");
        console.WriteLine();
        return data with { Train = train, Validation = validation };
    }

    private void AnnounceConvergence(int epochs) => console.MarkupLine(epochs < PlanDecision.MaxHeadEpochs
        ? $"[grey58]The validation loss has not fallen for {plan.Patience} epochs: the head has converged.[/]"
        : $"[grey58]The head was trained for {PlanDecision.MaxHeadEpochs} epochs, the default maximum; --epochs sets another.[/]");

    private void AnnounceFineTuning(Model model, TrainingPhase before)
    {
        console.WriteLine();
        var rate = model.Optimizer!.LearningRate.ToString(CultureInfo.InvariantCulture);
        var score = task.Score.Print(before.History[$"val_{task.Score.Name}"][before.Checkpoint!.BestEpoch - 1]);
        console.MarkupLine(
            $"{task.Headline(score, "validation")}. Fine-tuning from [bold]{Markup.Escape(request.FineTuneFrom!)}[/] "
            + $"on, {model.Summary().TrainableParameters:N0} parameters:");
        console.MarkupLine($"[grey58]{model.Optimizer.GetType().Name.ToLowerInvariant()}, learning rate {rate}, batch normalizations frozen.[/]");
        console.WriteLine();
    }

    private int Finish(Model model, TrainingData data, TrainingPhase phase, OutputFiles files)
    {
        if (!Job.IsFirst) return FoveaCommand.Success;
        model.Distribution = null;  // the first process measures alone
        var results = task.Measure(model, data);
        if (model.Temperature is not null || model.LabelThresholds.Count > 0) model.Save(files.Model);
        var result = task.Test(model, data);
        var report = task.CreateReport(model, data, files);
        report.Save();
        new TrainingPage(request, task, plan).Write(model, results, data, phase, files, watch.Elapsed.TotalSeconds);
        if (request.Json)
        {
            CliJson.Write(output.Output, Summarize(model, data, result, phase, files), context => context.TrainResult);
            return FoveaCommand.Success;
        }

        report.Show(console);
        var part = data.IsTestValidation ? ValidationName : "test";
        var samples = string.Create(CultureInfo.InvariantCulture, $"{result.Count:N0} {part}");
        var score = $"[bold green]{task.Score.Print(result.Metrics[task.Score.Name])}[/]";
        new TrainingSummary(console, files).Write($"{task.Headline(score, samples)}, {Progress(phase)}", report);
        return FoveaCommand.Success;
    }

    private TrainResult Summarize(Model model, TrainingData data, Evaluation result, TrainingPhase phase, OutputFiles files)
    {
        var history = phase.History;
        var json = new TrainResult(
            result.Metrics.TryGetValue("accuracy", out var accuracy)
                ? accuracy
                : null, result.Loss, model.Parameters, history.Epochs, phase.Clock.Rate, watch.Elapsed.TotalSeconds, files.Model,
                WeightsDigest.Sha256(model))
        {
            Shards = distribution?.Shards,
            Processes = distribution?.Processes.Size,
            Report = files.ReportJson,
            Command = plan.Widths is null && request.Time is null ? null : PlanOptions.CommandLine(request, plan),
        };
        if (task.Source.HasImages) json = json with { SecondsPerEpoch = phase.Clock.SecondsPerEpoch, Skipped = data.Skipped.Count };
        json = task.Add(json);
        if (task is SegmentationTask) json = json with { TestMeanIou = result.Metrics[SegmentationTask.MeanIoUName] };
        return phase.Checkpoint is not { } checkpoint ? json : json with
        {
            BestEpoch = checkpoint.BestEpoch,
            ValAccuracy = Best("val_accuracy"),
            ValMeanIou = Best($"val_{SegmentationTask.MeanIoUName}"),
            ValF1 = Best("val_f1_score"),
            ValR2 = Best("val_r2_score"),
            ValLoss = task.Monitored == "val_loss" ? checkpoint.BestValue : Best("val_loss"),
        };

        double? Best(string name) => phase.Checkpoint is { BestEpoch: > 0 and var epoch } && history.Names.Contains(name) ? history[name][epoch - 1] : null;
    }

    /// <summary>The duration and the epoch that was kept, as the end of a sentence about the accuracy.</summary>
    private string Progress(TrainingPhase phase)
    {
        if (phase.Checkpoint is not { } checkpoint)
        {
            if (!task.Source.HasImages) return $"after {watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s.";
            var averaged = plan.Averaging > 0 ? "\nThe averages of the weights were kept." : "";
            if (plan.FlipsAtTest) averaged += "\nPredictions are averaged for an image and its mirror image.";
            return $"after {Durations.Print(watch.Elapsed.TotalSeconds)}, {Durations.Print(phase.Clock.SecondsPerEpoch)} an epoch.{averaged}";
        }

        var best = checkpoint.BestEpoch == 0
            ? $"Fine-tuning did not improve {task.Best(checkpoint.BestValue)}; so the model from before it was kept."
            : $"The model of epoch {checkpoint.BestEpoch} of {phase.History.Epochs} was kept, which has {task.Best(checkpoint.BestValue)}.";
        return $"after {Durations.Print(watch.Elapsed.TotalSeconds)}, {Durations.Print(phase.Clock.SecondsPerEpoch)} an epoch.\n{best}";
    }
}
