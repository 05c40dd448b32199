using System.Diagnostics;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>One <c>fovea train</c>: describe, train, evaluate, save, show.</summary>
internal sealed class TrainingRun(TrainRequest request, CommandOutput output, CancellationToken cancellation)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly TrainingClock clock = new();
    private readonly IAnsiConsole console = output.Console;

    /// <returns>The exit code.</returns>
    public int Run()
    {
        var source = TrainingSource.For(request.Data);
        var files = OutputFiles.For(request.Out, request.Model ?? source.Network);
        var model = new ModelPreparation(request, source, console).Prepare();
        var range = request.Range ?? Networks.RangeOf(model);
        if (source is PictureSource) console.MarkupLine($"[grey58]Reading the pictures of '{Markup.Escape(request.Data)}' …[/]");
        var data = Downloads.Show(output, progress =>
            source.Load(new DataRequest(model.InputShape, range, request.Samples, request.Seed ?? 0), progress, cancellation));
        var batchSize = request.BatchSize ?? source.BatchSize;
        Describe(model, data, batchSize);

        // Of pictures the best epoch is kept, of digits the last.
        var checkpoint = source is PictureSource ? new ModelCheckpoint(files.Model) : null;
        try
        {
            var table = new EpochTable(console, clock, data.IsTestWatched && checkpoint is null ? "test" : "validation");
            table.Show(output.IsLive, () => model.Fit(
                data.Train, request.Epochs ?? source.Epochs, batchSize, validation: data.Validation,
                callbacks: checkpoint is null ? [clock, table] : [clock, table, checkpoint], cancellation: cancellation));
        }
        catch (OperationCanceledException) when (clock.Progress is { Epoch: > 1 } or { Batch: > 0 })
        {
            return KeepAfterStop(model, checkpoint, files);
        }
        catch (TrainingException error) when (clock.Progress is { Epoch: > 1 })
        {
            // Before the first epoch ended there is nothing better to keep than what is on the disk already.
            if (checkpoint is not { BestEpoch: > 0 }) model.Save(files.Model);
            throw new CommandException($"{error.Message} {(checkpoint is { BestEpoch: > 0 } best ? $"The best model, of epoch {best.BestEpoch}," : "The last good model")} is in {files.Model}.", error);
        }

        if (checkpoint is not { BestEpoch: > 0 }) model.Save(files.Model);
        if (checkpoint is { BestEpoch: 0 })
            throw new CommandException($"the validation loss was a number in no epoch, so that none is the best; the last model is in {files.Model}. A smaller --learning-rate often helps.");
        return Finish(checkpoint is null ? model : Model.Load(files.Model), data, range, checkpoint, files);
    }

    private void Describe(Model model, TrainingData data, int batchSize)
    {
        console.WriteLine();
        SummaryTable.Write(console, model.Summary());
        console.WriteLine();
        console.MarkupLine(data.Description);
        if (data.Skipped.Count > 0) console.MarkupLine($"[yellow]{Markup.Escape(SkippedNote.For(data.Skipped))}[/]");
        var rate = model.Optimizer!.LearningRate.ToString(CultureInfo.InvariantCulture);
        var threads = Cpu.Threads == 1 ? "1 thread" : $"{Cpu.Threads} threads";
        console.MarkupLine($"[grey58]{Markup.Escape(model.Optimizer.ClassName)}, learning rate {rate}, batches of {batchSize}, {threads}. Ctrl-C keeps the model.[/]");
        console.WriteLine();
    }

    private int KeepAfterStop(Model model, ModelCheckpoint? checkpoint, OutputFiles files)
    {
        var kept = "the model";
        if (checkpoint is { BestEpoch: > 0 } best) kept = $"the best model, of epoch {best.BestEpoch},";
        else model.Save(files.Model);
        if (clock.Progress!.History.Epochs > 0) TrainingCurves.Save(clock.Progress.History, files.Curves);
        output.Error.WriteLine(
            $"fovea train: stopped in epoch {clock.Progress.Epoch} after batch {clock.Progress.Batch} of {clock.Progress.Batches}; {kept} is in {files.Model}.");
        return FoveaCommand.Interrupted;
    }

    private int Finish(Model model, TrainingData data, PixelRange range, ModelCheckpoint? checkpoint, OutputFiles files)
    {
        var result = model.Evaluate(data.Test, Trainer.EvaluationBatch(data.Test.InputShape), CancellationToken.None);
        TrainingCurves.Save(clock.Progress!.History, files.Curves);
        TrainingReport report = checkpoint is null
            ? new DigitReport(model, data, range, request, files)
            : new PictureReport(model, data, range, request, files, CancellationToken.None);
        report.Save();
        if (request.Json)
        {
            CliJson.Write(output.Output, Summarize(model, data, result, checkpoint, files), context => context.TrainResult);
            return FoveaCommand.Success;
        }

        report.Show(console);
        new Conclusion(console, files).Write(result, data.IsTestWatched && checkpoint is not null ? "validation" : "test", Course(checkpoint), report);
        return FoveaCommand.Success;
    }

    private TrainResult Summarize(Model model, TrainingData data, Evaluation result, ModelCheckpoint? checkpoint, OutputFiles files)
    {
        var history = clock.Progress!.History;
        var json = new TrainResult(
            result.Accuracy, result.Loss, model.Parameters, history.Epochs, clock.Rate, watch.Elapsed.TotalSeconds, files.Model, WeightsDigest.Sha256(model));
        return checkpoint is null ? json : json with
        {
            BestEpoch = checkpoint.BestEpoch,
            ValAccuracy = history["val_accuracy"][checkpoint.BestEpoch - 1],
            ValLoss = history["val_loss"][checkpoint.BestEpoch - 1],
            SecondsPerEpoch = clock.SecondsPerEpoch,
            Skipped = data.Skipped.Count,
        };
    }

    /// <summary>How training went, to follow the accuracy in a sentence.</summary>
    private string Course(ModelCheckpoint? checkpoint)
    {
        if (checkpoint is null) return $"after {watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s.";
        var history = clock.Progress!.History;
        var loss = checkpoint.BestValue.ToString("0.0000", CultureInfo.InvariantCulture);
        return $"after {Durations.Print(watch.Elapsed.TotalSeconds)}, {Durations.Print(clock.SecondsPerEpoch)} an epoch.\n"
            + $"The model is that of epoch {checkpoint.BestEpoch} of {history.Epochs}, which had the least validation loss: {loss}.";
    }
}
