using System.Diagnostics;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>One <c>fovea train</c>: describe, train, evaluate, save, show.</summary>
internal sealed class TrainingRun(TrainRequest request, CommandOutput output, CancellationToken cancellationToken)
{
    /// <summary>A head learns until it has converged: an epoch on features takes a moment.</summary>
    private const int MostHeadEpochs = 200;
    private const int HeadPatience = 20;
    private const int DefaultFineTuneEpochs = 5;
    private const int BatchesPerBackup = 100;

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly IAnsiConsole console = output.Console;

    /// <returns>The exit code.</returns>
    public int Run()
    {
        if (request is { FindLearningRate: true, FineTuneFrom: not null })
            throw new CommandException("--find-learning-rate: expected without --fine-tune-from; with --base it looks for the head's rate.");
        if (request is { Backup: not null, Base: not null })
            throw new CommandException("--backup keeps one training, and --base makes several; leave one of them out.");
        var source = TrainingSource.For(request.Data);
        var files = OutputFiles.For(request.Out, request.Base ?? request.Model ?? source.Network);
        var preparation = new ModelPreparation(request, source, output);
        var transfer = request.Base is null ? null : preparation.PrepareTransfer();
        var model = transfer?.Whole ?? preparation.Prepare();
        var input = transfer is null ? preparation.SettleImageInput(model) : transfer.Whole.ImageInput!;
        if (source is ImageSource) console.MarkupLine($"[grey58]Reading the pictures of '{Markup.Escape(request.Data)}' …[/]");
        var data = Downloads.Show(output, progress =>
            source.Load(new DataRequest(input, request.Samples, request.Seed ?? 0) { Arrangement = model.InputShape }, progress, cancellationToken));
        if (model.ClassNames.Count == 0) model.ClassNames = data.Train.ClassNames;
        data = data.WithClassNames(model.ClassNames);
        Describe(model, data, request.BatchSize ?? source.BatchSize);

        // Of pictures the best epoch is kept, of digits the last.
        var checkpoint = source is ImageSource ? new ModelCheckpoint(files.Model) { Saved = model } : null;
        var backup = request.Backup is null ? null : new BackupAndRestore(request.Backup, BatchesPerBackup);
        var phase = new TrainingPhase(output, files.Model, files.Curves, checkpoint, backup);
        var (learner, learned) = transfer is null ? (model, data) : (transfer.Head, Extract(transfer, data));
        if (request.FindLearningRate)
            return new LearningRateTrial(request, output, files).Run(learner, learned.Train, request.BatchSize ?? source.BatchSize, cancellationToken);
        var converges = transfer is not null && request.Epochs is null;
        var convergence = converges ? new EarlyStopping("val_loss", patience: HeadPatience) : null;
        if (!phase.Run(
            learner, model, learned, request.Epochs ?? (converges ? MostHeadEpochs : source.Epochs), request.BatchSize
            ?? source.BatchSize, cancellationToken, convergence)) return FoveaCommand.Interrupted;
        if (converges) AnnounceConvergence(phase.History.Epochs);
        if (checkpoint is not null) model = Model.Load(files.Model);
        if (request.FineTuneFrom is null) return Finish(model, data, phase, files);

        preparation.PrepareFineTuning(model);
        var tuned = new TrainingPhase(
            output, files.Model, files.FineTuningCurves, new ModelCheckpoint(files.Model) { InitialValueThreshold = checkpoint!.BestValue });
        AnnounceFineTuning(model, phase);
        if (!tuned.Run(model, model, data, request.FineTuneEpochs ?? DefaultFineTuneEpochs, request.BatchSize ?? source.BatchSize, cancellationToken))
            return FoveaCommand.Interrupted;
        return Finish(Model.Load(files.Model), data, tuned, files);
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
        console.MarkupLine(
            $"[grey58]{model.Optimizer.GetType().Name.ToLowerInvariant()}, learning rate {rate}, batches of {batchSize}, {threads}. Ctrl-C keeps the "
                + "model.[/]");
        console.WriteLine();
    }

    /// <summary>What the frozen base makes of the pictures, computed once: the head learns from that.</summary>
    private TrainingData Extract(TransferNetwork transfer, TrainingData data)
    {
        var count = (data.Train.Count + data.Validation.Count).ToString("N0", CultureInfo.InvariantCulture);
        console.MarkupLine($"[grey58]Computing once what {Markup.Escape(request.Base!)} makes of {count} pictures …[/]");
        var clock = Stopwatch.StartNew();
        var (train, validation) =
            (transfer.Extractor.ExtractFeatures(data.Train, cancellationToken: cancellationToken),
            transfer.Extractor.ExtractFeatures(data.Validation, cancellationToken: cancellationToken));
        console.MarkupLine(
            $"[grey58]{Durations.Print(clock.Elapsed.TotalSeconds)}. The head learns from these {transfer.Extractor.OutputShape.Count:N0} numbers a "
            + "picture:[/]");
        console.WriteLine();
        return data with { Train = train, Validation = validation };
    }

    private void AnnounceConvergence(int epochs) => console.MarkupLine(epochs < MostHeadEpochs
        ? $"[grey58]The validation loss has not fallen for {HeadPatience} epochs: the head has converged.[/]"
        : $"[grey58]The head was trained for {MostHeadEpochs} epochs, the most; --epochs goes on for longer.[/]");

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
        report.Save();
        if (request.Json)
        {
            CliJson.Write(output.Output, Summarize(model, data, result, phase, files), context => context.TrainResult);
            return FoveaCommand.Success;
        }

        report.Show(console);
        new TrainingSummary(console, files).Write(result, data.IsTestWatched && phase.Checkpoint is not null ? "validation" : "test", Progress(phase), report);
        return FoveaCommand.Success;
    }

    private TrainResult Summarize(Model model, TrainingData data, Evaluation result, TrainingPhase phase, OutputFiles files)
    {
        var history = phase.History;
        var json = new TrainResult(
            result.Accuracy, result.Loss, model.Parameters, history.Epochs, phase.Clock.Rate, watch.Elapsed.TotalSeconds, files.Model,
                WeightsDigest.Sha256(model));
        return phase.Checkpoint is not { } checkpoint ? json : json with
        {
            BestEpoch = checkpoint.BestEpoch,
            ValAccuracy = checkpoint.BestEpoch == 0 ? null : history["val_accuracy"][checkpoint.BestEpoch - 1],
            ValLoss = checkpoint.BestValue,
            SecondsPerEpoch = phase.Clock.SecondsPerEpoch,
            Skipped = data.Skipped.Count,
        };
    }

    /// <summary>How training went, to follow the accuracy in a sentence.</summary>
    private string Progress(TrainingPhase phase)
    {
        if (phase.Checkpoint is not { } checkpoint) return $"after {watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s.";
        var loss = checkpoint.BestValue.ToString("0.0000", CultureInfo.InvariantCulture);
        var best = checkpoint.BestEpoch == 0
            ? $"Fine-tuning did not better the validation loss of {loss}: the model is that with the base as it was."
            : $"The model is that of epoch {checkpoint.BestEpoch} of {phase.History.Epochs}, which had the least validation loss: {loss}.";
        return $"after {Durations.Print(watch.Elapsed.TotalSeconds)}, {Durations.Print(phase.Clock.SecondsPerEpoch)} an epoch.\n{best}";
    }
}
