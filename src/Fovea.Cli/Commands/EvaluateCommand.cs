using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea evaluate</c>: measures a model on test data.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CommandOutput output)
    {
        var model = CommandOptions.Model();
        var data = CommandOptions.Data(
            "The test data: digits (drawn by fovea), mnist (its test images), a folder, a .zip or .tar file, or a list of images (.csv, .tsv, .jsonl). Of IDX "
                + "files, the test images are used; of images, those of the part test, or else validation, or else all");
        var images = new ImageOptions();
        var inputShape = CommandOptions.InputShape();
        var threads = CommandOptions.Threads();
        var json = CommandOptions.Json();
        var normalize = new Option<string?>("--normalize")
        {
            Description = "Divide each row or each column of digit images by its Euclidean norm, for a model that was trained after "
                + "keras.utils.normalize(x) or normalize(x, axis=1)",
            HelpName = "rows|columns",
        };
        normalize.AcceptOnlyFromAmong("rows", "columns");
        var folder = new Option<string?>("--out")
        {
            Description = "With a model of segmentation: a folder for the mask and the overlay of each test image, and a page with all measures. With a list "
                + "of labels or numbers: a folder for the page",
            HelpName = "DIR",
        };
        var targets = new TargetOptions();
        var task = new Option<string?>("--task")
        {
            Description = "With a list: what the model predicts, if its file does not say it [default: as the file says; else as the list looks]",
            HelpName = "classify|labels|regression",
        };
        task.AcceptOnlyFromAmong("classify", "labels", "regression");
        var perClass = new Option<bool>("--report") { Description = "Also print precision, recall and f1-score of each class" };
        var command = new DocumentedCommand(
            "evaluate",
            "Measure a model on test data that it was not trained on: the accuracy and the loss of a classifier; F1, precision and recall of each of several "
                + "labels; the errors of a regression; IoU and Dice of a segmentation.",
            new("fovea evaluate book-mnist.keras", "on drawn digits"),
            new("fovea evaluate book-mnist.keras --data mnist", "on the 10,000 test images of MNIST"),
            new("fovea evaluate book-catsdogs.keras --data cats-vs-dogs", "on the images in cats-vs-dogs/test"),
            new("fovea evaluate book-mnist.keras --report", "also precision and recall of each class"),
            new("fovea evaluate pets.keras --data pets --out results", "a model of segmentation: IoU of each class, masks and overlays"),
            new("fovea evaluate planet.keras --data test.csv", "several labels for each image, or numbers, in a list"),
            new("fovea evaluate other.h5 --data mnist --scale 0..255", "a model that expects pixels from 0 to 255"))
        {
            model, data, inputShape, threads, normalize, perClass, folder, task,
        };
        foreach (var option in targets.OfLists) command.Add(option);
        command.Add(json);
        images.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            CommandOptions.UseThreads(parsed.GetValue(threads));
            var isJson = parsed.GetValue(json);
            var (file, name) = (parsed.GetValue(model)!, parsed.GetValue(data)!);
            var network = Networks.LoadSized(file, parsed.GetValue(inputShape));
            var choice = TargetChoice.Of(network, parsed.GetValue(task), targets.Read(parsed)) with { ImageFolder = targets.Folder(parsed) };
            var source = TrainingSource.For(name, network.ClassNames, choice);
            if (source is ListSource list)
            {
                new ListEvaluation(network, file, list, parsed.GetValue(folder), isJson ? output.ForScripts() : output, cancellationToken)
                    .Run(images.Read(parsed), isJson);
                return Task.FromResult(FoveaCommand.Success);
            }

            if (source is MaskSource masks)
            {
                new SegmentationEvaluation(network, file, masks, parsed.GetValue(folder), isJson ? output.ForScripts() : output, cancellationToken)
                    .Run(images.Read(parsed), isJson);
                return Task.FromResult(FoveaCommand.Success);
            }

            if (SegmentationPrediction.Fits(network))
                throw new CommandException(
                    $"'{file}' computes outputs for each pixel, {network.OutputShape}; expected images and masks as --data; '{name}' has no masks.");
            RequireClassifier(network, file, name);
            if (parsed.GetValue(folder) is not null) throw new CommandException($"--out: expected images and masks; '{name}' has no masks.");
            Run(network, file, source, name, images.Read(parsed), Axis(parsed.GetValue(normalize)),
                parsed.GetValue(perClass), isJson, isJson ? output.ForScripts() : output, cancellationToken);
            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    /// <exception cref="CommandException">The model gives several labels, or numbers, which only a list has.</exception>
    private static void RequireClassifier(Model model, string file, string name)
    {
        if (model.LabelThresholds.Count == 0 && model.ValueNames.Count == 0) return;
        throw new CommandException(
            $"'{file}' predicts {(model.LabelThresholds.Count > 0 ? "several labels" : "numbers")}; expected a list of images (.csv, .tsv, .jsonl) as --data; "
                + $"'{name}' is none.");
    }

    private static NormalizedAxis? Axis(string? choice) => choice switch
    {
        "rows" => NormalizedAxis.Rows,
        "columns" => NormalizedAxis.Columns,
        _ => null,
    };

    private static void Run(
        Model model, string file, TrainingSource source, string name, ImageSettings images, NormalizedAxis? normalization, bool perClass, bool isJson,
            CommandOutput output,
        CancellationToken cancellationToken)
    {
        source.RequireFit(model, file);
        if (normalization is not null && source is ImageSource)
            throw new CommandException(
                $"--normalize: expected data with digits (digits, mnist or a folder with IDX files); '{name}' is a folder of other images.");
        if (model.OutputKind == OutputKind.Values)
            output.ErrorConsole.MarkupLine(
                "[yellow]The model's outputs are not probabilities: its last layer is neither a softmax nor a sigmoid. They are treated as logits.[/]");
        var request = new DataRequest(images.Settle(model, output.ErrorConsole)) { Arrangement = model.InputShape, Normalization = normalization };
        var (test, note) = Downloads.Show(output, progress => source.LoadTest(request, progress, cancellationToken));
        test = test.WithClassNames(model.ClassNames);
        Scoring.Compile(model, new RmsProp(0));
        model.Distribution = Job.Share();
        var watch = Stopwatch.StartNew();
        var result = model.Evaluate(test, cancellationToken: cancellationToken);
        var rate = result.Count / watch.Elapsed.TotalSeconds;
        var report = perClass ? new ClassificationReport(ConfusionMatrix.Of(model, test, cancellationToken: cancellationToken)) : null;
        if (isJson)
        {
            CliJson.Write(
                output.Output,
                new EvaluateResult(result.Accuracy, result.Loss, result.Count, rate) { Report = report is null ? null : ReportResult.Of(report) }, context =>
                context.EvaluateResult);
            return;
        }

        output.Console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[bold green]{100 * result.Accuracy:0.00} %[/] of {result.Count:N0} images are right, the mean loss is {result.Loss:0.0000}. [grey58]{rate:N0} "
                + $"images/s[/]"));
        if (report is not null) output.Console.Write(new Text($"\n{report}"));
        if (source.Recognized.Length > 0) output.Console.MarkupLine($"[grey58]{Markup.Escape(source.Recognized)}[/]");
        if (note is not null) output.Console.MarkupLine($"[grey58]{Markup.Escape(note)}[/]");
    }
}
