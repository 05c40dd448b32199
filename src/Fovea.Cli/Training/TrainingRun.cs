using System.Diagnostics;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>One <c>fovea train</c>: describe, train, evaluate, save, show.</summary>
internal sealed class TrainingRun(TrainRequest request, CommandOutput output, CancellationToken cancellation)
{
    private const float DefaultLearningRate = 1e-3f;

    private const string RunFromSource = "dotnet run -c Release --project src/Fovea.Cli --";

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly TrainingClock clock = new();
    private readonly IAnsiConsole console = output.Console;

    /// <summary>Whether the command was built in a clone, and not installed as a tool.</summary>
    private static bool IsRunFromSource => AppContext.BaseDirectory.Contains(Path.Combine("src", "Fovea.Cli", "bin"), StringComparison.Ordinal);

    /// <returns>The exit code.</returns>
    public int Run()
    {
        var files = OutputFiles.For(request.Out, request.Model);
        var model = PrepareModel();
        var data = Downloads.Show(output, progress =>
            DigitData.Load(request.Data, request.Samples, request.Seed ?? 0, request.Range, progress, cancellation));
        Describe(model, data);
        try
        {
            var table = new EpochTable(console, clock);
            table.Show(output.IsLive, () => model.Fit(
                data.Train, request.Epochs, request.BatchSize, validation: data.Test, callbacks: [clock, table], cancellation: cancellation));
        }
        catch (OperationCanceledException) when (clock.Progress is { Epoch: > 1 } or { Batch: > 0 })
        {
            return KeepAfterStop(model, files);
        }
        catch (TrainingException error) when (clock.Progress is { Epoch: > 1 })
        {
            // Before the first epoch ended there is nothing better to keep than what is on the disk already.
            model.Save(files.Model);
            throw new CommandException($"{error.Message} The last good model is in {files.Model}.", error);
        }

        return Finish(model, data, files);
    }

    private Model PrepareModel()
    {
        if (request.Model == Networks.BookMnist)
        {
            var fresh = Networks.Create(request.Model, request.Seed ?? 0);
            Scoring.Compile(fresh, (float)(request.LearningRate ?? DefaultLearningRate));
            return fresh;
        }

        var model = Networks.Load(request.Model);
        if (request.Seed is { } seed) model.Seed = (ulong)seed;
        if (!Scoring.IsReady(model))
        {
            Scoring.Compile(model, (float)(request.LearningRate ?? DefaultLearningRate));
            console.MarkupLine($"[grey58]{Markup.Escape(request.Model)} is not compiled for class numbers: training starts with a fresh RMSprop.[/]");
        }

        if (request.LearningRate is { } rate) model.Optimizer!.LearningRate = (float)rate;
        return model;
    }

    private void Describe(Model model, TrainingData data)
    {
        console.WriteLine();
        SummaryTable.Write(console, model.Summary());
        console.WriteLine();
        console.MarkupLine($"Training on [bold]{Markup.Escape(data.TrainName)}[/], testing on [bold]{Markup.Escape(data.TestName)}[/].");
        var rate = model.Optimizer!.LearningRate.ToString(CultureInfo.InvariantCulture);
        var threads = Cpu.Threads == 1 ? "1 thread" : $"{Cpu.Threads} threads";
        console.MarkupLine($"[grey58]{Markup.Escape(model.Optimizer.ClassName)}, learning rate {rate}, batches of {request.BatchSize}, {threads}. Ctrl-C keeps the model.[/]");
        console.WriteLine();
    }

    private int KeepAfterStop(Model model, OutputFiles files)
    {
        model.Save(files.Model);
        if (clock.Progress!.History.Epochs > 0) TrainingCurves.Save(clock.Progress.History, files.Curves);
        output.Error.WriteLine(
            $"fovea train: stopped in epoch {clock.Progress.Epoch} after batch {clock.Progress.Batch} of {clock.Progress.Batches}; the model is in {files.Model}.");
        return FoveaCommand.Interrupted;
    }

    private int Finish(Model model, TrainingData data, OutputFiles files)
    {
        var result = model.Evaluate(data.Test, cancellation: CancellationToken.None);
        model.Save(files.Model);
        TrainingCurves.Save(clock.Progress!.History, files.Curves);
        var examples = ExamplePredictions.Read(model, data.Test, count: 40);
        examples.SaveSheet(files.Predictions, request.Range);
        if (request.Json)
        {
            var json = new TrainResult(
                result.Accuracy, result.Loss, model.Parameters, clock.Progress.History.Epochs, clock.Rate, watch.Elapsed.TotalSeconds,
                files.Model, WeightsDigest.Sha256(model));
            CliJson.Write(output.Output, json, context => context.TrainResult);
            return FoveaCommand.Success;
        }

        console.WriteLine();
        examples.Show(console, request.Range);
        Conclude(result, files);
        return FoveaCommand.Success;
    }

    private void Conclude(Evaluation result, OutputFiles files)
    {
        var accuracy = (100 * result.Accuracy).ToString("0.00", CultureInfo.InvariantCulture);
        var seconds = watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        console.WriteLine();
        var count = result.Count.ToString("N0", CultureInfo.InvariantCulture);
        console.MarkupLine($"[bold green]{accuracy} %[/] of the {count} test images are right, after {seconds} s.");
        console.WriteLine();
        var list = TwoColumns();
        list.AddRow(Markup.Escape(files.Model), "[grey58]the model, for Fovea and Keras 3[/]");
        list.AddRow(Markup.Escape(files.Curves), "[grey58]its training curves[/]");
        list.AddRow(Markup.Escape(files.Predictions), "[grey58]test images with predictions[/]");
        console.Write(list);
        console.WriteLine();
        console.MarkupLine(IsRunFromSource ? $"Try next, with [bold]{RunFromSource}[/] for fovea:" : "Try next:");
        var next = TwoColumns();
        next.AddRow($"fovea predict {Markup.Escape(files.Model)} photo.jpg", "[grey58]a digit that you wrote[/]");
        next.AddRow(request.Data == "mnist" ? $"fovea evaluate {Markup.Escape(files.Model)}" : "fovea train --data mnist --epochs 5",
            request.Data == "mnist" ? "[grey58]the same model on drawn digits[/]" : "[grey58]real handwriting: the book's 99.1 %[/]");
        next.AddRow("fovea train --help", "[grey58]all options[/]");
        console.Write(next);
    }

    private static Grid TwoColumns() => new Grid()
        .AddColumn(new GridColumn { NoWrap = true, Padding = new Spectre.Console.Padding(2, 0, 2, 0) })
        .AddColumn(new GridColumn { NoWrap = true, Padding = new Spectre.Console.Padding(0) });
}
