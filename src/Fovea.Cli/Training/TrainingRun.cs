using System.Diagnostics;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Runs <c>fovea train</c>: describes the model, trains, evaluates, saves and shows the results.</summary>
internal sealed class TrainingRun(TrainRequest request, CommandOutput output, CancellationToken cancellationToken)
{
    /// <summary>A head is trained until it has converged, since an epoch on features takes only a moment.</summary>
    private const int MaxHeadEpochs = 200;
    private const int HeadPatience = 20;
    private const int DefaultFineTuneEpochs = 5;
    private const int BatchesPerBackup = 100;

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly IAnsiConsole console = output.Console;
    private DataParallel? distribution;

    /// <returns>The exit code.</returns>
    public int Run()
    {
        if (request is { FindLearningRate: true, FineTuneFrom: not null })
            throw new CommandException("--find-learning-rate: expected without --fine-tune-from; with --base it looks for the head's rate.");
        if (request is { Backup: not null, Base: not null })
            throw new CommandException("--backup: expected without --base, which runs several trainings.");
        distribution = Job.Divide(request.Shards);
        var source = TrainingSource.For(request.Data);
        var files = OutputFiles.For(request.Out, request.Base ?? request.Model ?? source.Network);
        var preparation = new ModelPreparation(request, source, output);
        var transfer = request.Base is null ? null : preparation.PrepareTransfer();
        var model = transfer?.Whole ?? preparation.Prepare();
        foreach (var part in (Model?[])[model, transfer?.Head, transfer?.Extractor]) part?.Distribution = distribution;
        var input = transfer is null ? preparation.SettleImageInput(model) : transfer.Whole.ImageInput!;
        if (source is ImageSource) console.MarkupLine($"[grey58]Reading the images of '{Markup.Escape(request.Data)}' …[/]");
        var data = Downloads.Show(output, progress =>
            source.Load(new DataRequest(input, request.Samples, request.Seed ?? 0) { Arrangement = model.InputShape }, progress, cancellationToken));
        if (model.ClassNames.Count == 0) model.ClassNames = data.Train.ClassNames;
        data = data.WithClassNames(model.ClassNames);
        Describe(model, data, request.BatchSize ?? source.BatchSize);

        // For images the best epoch is kept, for digits the last one.
        var checkpoint = source is ImageSource ? new ModelCheckpoint(files.Model) { Saved = model } : null;
        var backup = request.Backup is null ? null : new BackupAndRestore(request.Backup, BatchesPerBackup);
        var phase = new TrainingPhase(output, files.Model, files.Curves, checkpoint, backup);
        var (learner, learned) = transfer is null ? (model, data) : (transfer.Head, Extract(transfer, data));
        if (request.FindLearningRate)
            return new LearningRateTrial(request, output, files).Run(learner, learned.Train, request.BatchSize ?? source.BatchSize, cancellationToken);
        var converges = transfer is not null && request.Epochs is null;
        var convergence = converges ? new EarlyStopping("val_loss", patience: HeadPatience) : null;
        if (!phase.Run(
            learner, model, learned, request.Epochs ?? (converges ? MaxHeadEpochs : source.Epochs), request.BatchSize
            ?? source.BatchSize, cancellationToken, convergence)) return FoveaCommand.Interrupted;
        if (converges) AnnounceConvergence(phase.History.Epochs);
        if (checkpoint is not null) model = LoadBest(files);
        if (request.FineTuneFrom is null) return Finish(model, data, phase, files);

        preparation.PrepareFineTuning(model);
        var tuned = new TrainingPhase(
            output, files.Model, files.FineTuningCurves, new ModelCheckpoint(files.Model) { InitialValueThreshold = checkpoint!.BestValue },
            before: phase.History);
        AnnounceFineTuning(model, phase);
        if (!tuned.Run(model, model, data, request.FineTuneEpochs ?? DefaultFineTuneEpochs, request.BatchSize ?? source.BatchSize, cancellationToken))
            return FoveaCommand.Interrupted;
        return Finish(LoadBest(files), data, tuned, files);
    }

    private Model LoadBest(OutputFiles files)
    {
        if (distribution is null) return Model.Load(files.Model);
        var model = Model.Load(distribution.OpenRead(files.Model), files.Model);  // only the first process has the file
        model.Distribution = distribution;
        return model;
    }

    private void Describe(Model model, TrainingData data, int batchSize)
    {
        console.WriteLine();
        SummaryTable.Write(console, model.Summary());
        console.WriteLine();
        console.MarkupLine(data.Description);
        if (data.Skipped.Count > 0) console.MarkupLine($"[yellow]{Markup.Escape(SkippedFile.Summarize(data.Skipped))}[/]");
        var rate = model.Optimizer!.LearningRate.ToString(CultureInfo.InvariantCulture);
        var threads = Cpu.Threads == 1 ? "1 thread" : $"{Cpu.Threads} threads";
        if (Job.IsShared) threads = $"{Job.Size} processes of {threads}";
        var batches = $"batches of {batchSize}{(distribution is null ? "" : distribution.Shards == 1 ? " in 1 shard" : $" in {distribution.Shards} shards")}";
        console.MarkupLine(
            $"[grey58]{model.Optimizer.GetType().Name.ToLowerInvariant()}, learning rate {rate}, {batches}, {threads}. Ctrl-C keeps the "
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

    private void AnnounceConvergence(int epochs) => console.MarkupLine(epochs < MaxHeadEpochs
        ? $"[grey58]The validation loss has not fallen for {HeadPatience} epochs: the head has converged.[/]"
        : $"[grey58]The head was trained for {MaxHeadEpochs} epochs, the default maximum; --epochs sets another.[/]");

    private void AnnounceFineTuning(Model model, TrainingPhase before)
    {
        console.WriteLine();
        var rate = model.Optimizer!.LearningRate.ToString(CultureInfo.InvariantCulture);
        var accuracy = (100 * before.History["val_accuracy"][before.Checkpoint!.BestEpoch - 1]).ToString("0.00", CultureInfo.InvariantCulture);
        console.MarkupLine(
            $"{accuracy} % of the validation images are right. Fine-tuning from [bold]{Markup.Escape(request.FineTuneFrom!)}[/] "
            + $"on, {model.Summary().TrainableParameters:N0} parameters:");
        console.MarkupLine($"[grey58]{model.Optimizer.GetType().Name.ToLowerInvariant()}, learning rate {rate}, batch normalizations frozen.[/]");
        console.WriteLine();
    }

    private int Finish(Model model, TrainingData data, TrainingPhase phase, OutputFiles files)
    {
        var result = model.Evaluate(data.Test);
        TrainingReport report = phase.Checkpoint is null
            ? new DigitReport(model, data, request.Data, files)
            : new ImageReport(model, data, request.Data, files, CancellationToken.None);
        if (!Job.IsFirst) return FoveaCommand.Success;
        report.Save();
        if (request.Json)
        {
            CliJson.Write(output.Output, Summarize(model, data, result, phase, files), context => context.TrainResult);
            return FoveaCommand.Success;
        }

        report.Show(console);
        new TrainingSummary(console, files)
            .Write(result, data.IsTestValidation && phase.Checkpoint is not null ? "validation" : "test", Progress(phase), report);
        return FoveaCommand.Success;
    }

    private TrainResult Summarize(Model model, TrainingData data, Evaluation result, TrainingPhase phase, OutputFiles files)
    {
        var history = phase.History;
        var json = new TrainResult(
            result.Accuracy, result.Loss, model.Parameters, history.Epochs, phase.Clock.Rate, watch.Elapsed.TotalSeconds, files.Model,
                WeightsDigest.Sha256(model))
        {
            Shards = distribution?.Shards,
            Processes = distribution?.Processes.Size,
        };
        return phase.Checkpoint is not { } checkpoint ? json : json with
        {
            BestEpoch = checkpoint.BestEpoch,
            ValAccuracy = checkpoint.BestEpoch == 0 ? null : history["val_accuracy"][checkpoint.BestEpoch - 1],
            ValLoss = checkpoint.BestValue,
            SecondsPerEpoch = phase.Clock.SecondsPerEpoch,
            Skipped = data.Skipped.Count,
        };
    }

    /// <summary>The duration and the epoch that was kept, as the end of a sentence about the accuracy.</summary>
    private string Progress(TrainingPhase phase)
    {
        if (phase.Checkpoint is not { } checkpoint) return $"after {watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s.";
        var loss = checkpoint.BestValue.ToString("0.0000", CultureInfo.InvariantCulture);
        var best = checkpoint.BestEpoch == 0
            ? $"Fine-tuning did not improve the validation loss of {loss}, so the model from before it was kept."
            : $"The model of epoch {checkpoint.BestEpoch} of {phase.History.Epochs} was kept, which has the lowest validation loss: {loss}.";
        return $"after {Durations.Print(watch.Elapsed.TotalSeconds)}, {Durations.Print(phase.Clock.SecondsPerEpoch)} an epoch.\n{best}";
    }
}
