using System.CommandLine;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea predict</c>: the classes, labels, numbers or masks of image files.</summary>
internal static class PredictCommand
{
    public static Command Create(CommandOutput output)
    {
        var model = CommandOptions.Model();
        var images = new Argument<string[]>("IMAGE")
        {
            Description = "Image files of any size, PNG, JPEG, WebP, GIF or BMP, or folders of them",
            Arity = ArgumentArity.OneOrMore,
        };
        var options = new ImageOptions();
        var inputShape = CommandOptions.InputShape();
        var threads = CommandOptions.Threads();
        var json = CommandOptions.Json();
        var csv = new Option<bool>("--csv") { Description = "Print comma-separated values with a header and nothing else on standard output" };
        var folder = new Option<string?>("--out")
        {
            Description = "With a model of segmentation: the folder for the mask and the overlay of each image [default: next to the image]",
            HelpName = "DIR",
        };
        var tiles = new Option<bool>("--tiles")
        {
            Description = "With a model of segmentation: predict each image at its own size, in overlapping tiles if it is large, for a model that was "
                + "trained on "
                + "images at their own size. By default an image is resized as in training, and the result to the image",
        };
        var command = new DocumentedCommand(
            "predict",
            "Classify images, find their labels, or predict numbers, as the model was trained for. They are resized to the model's size, and rotated "
                + "upright by their EXIF orientation. A model of images of any size gets "
                + "each at its own size. A model of segmentation writes, for each image, a mask whose gray levels are class numbers, and the classes in "
                    + "color over the "
                + "image.",
            new("fovea predict book-mnist.keras photo.jpg", "a digit on paper, or light on dark"),
            new("fovea predict book-mnist.keras *.png --json", "many images, for scripts"),
            new("fovea predict pets.keras cat.jpg --out results", "the class of each pixel: results/cat-mask.png and results/cat-overlay.png"),
            new("fovea predict flowers.keras photos --csv", "all images in a folder and the folders inside it, as a table"),
            new("fovea predict planet.keras *.jpg --csv", "the labels and the probability of each label, as a table"),
            new("mpirun -n 8 fovea predict book-mnist.keras *.png --json", "the same, with several processes"))
        {
            model, images, folder, tiles, inputShape, threads, json, csv,
        };
        options.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(csv)) result.AddError("--csv: expected without --json.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            CommandOptions.UseThreads(parsed.GetValue(threads));
            string[] files = [.. parsed.GetValue(images)!.SelectMany(FilesOf)];
            var network = Networks.Load(parsed.GetValue(model)!, parsed.GetValue(inputShape));
            if (SegmentationPrediction.Fits(network))
            {
                if (parsed.GetValue(csv)) throw new CommandException("--csv: expected a model of classes, labels or numbers; masks are written as files.");
                var sized = Networks.WithSize(network, parsed.GetValue(model)!);
                var segmentation = new SegmentationPrediction(sized, options.Read(parsed), parsed.GetValue(tiles), parsed.GetValue(folder), output);
                return Task.FromResult(segmentation.Show(segmentation.Run(files, cancellationToken), parsed.GetValue(json)));
            }

            var format = parsed.GetValue(json) ? PredictionFormat.Json : parsed.GetValue(csv) ? PredictionFormat.Csv : PredictionFormat.Text;
            if (parsed.GetValue(folder) is not null || parsed.GetValue(tiles))
                throw new CommandException(
                    $"--out and --tiles: expected a model of segmentation, with outputs for each pixel; '{parsed.GetValue(model)}' computes "
                        + $"{string.Join(" and ", network.Outputs)}.");
            if (LabelPrediction.Fits(network))
            {
                var labels = new LabelPrediction(network, options.Read(parsed), output);
                return Task.FromResult(labels.Show(labels.Run(files, cancellationToken), format));
            }

            if (ValuePrediction.Fits(network))
            {
                var values = new ValuePrediction(Networks.WithSize(network, parsed.GetValue(model)!, files[0]), options.Read(parsed), output);
                return Task.FromResult(values.Show(values.Run(files, cancellationToken), format));
            }

            var classifiers = new SizedClassifiers(network, options.Read(parsed), output.ErrorConsole);
            var classifier = classifiers.For(files[0]);
            if (classifier.OutputKind == OutputKind.Values)
                output.ErrorConsole.MarkupLine(
                    "[yellow]The model's outputs are not probabilities: its last layer is neither a softmax nor a sigmoid. A softmax of them is "
                    + "shown.[/]");
            var predictions = Job.Share(files, file => Predict(classifiers, file, cancellationToken), CliJsonContext.Default.ImagePrediction);
            var code = predictions.TrueForAll(prediction => prediction.Error is null) ? FoveaCommand.Success : FoveaCommand.Failure;
            if (!Job.IsFirst) return Task.FromResult(code);
            foreach (var failed in predictions.Where(prediction => prediction.Error is not null)) output.Error.WriteLine($"fovea predict: {failed.Error}");
            if (format == PredictionFormat.Json) CliJson.Write(output.Output, new PredictResult(predictions), context => context.PredictResult);
            else if (format == PredictionFormat.Csv) WriteCsv(output.Output, predictions);
            else Write(output.Console, predictions, ShortNames.Of(classifier.Labels));
            return Task.FromResult(code);
        });
        return command;
    }

    /// <summary>An image file, or the images in a folder and the folders inside it.</summary>
    /// <exception cref="CommandException">The folder holds no images.</exception>
    private static IReadOnlyList<string> FilesOf(string path)
    {
        if (!Directory.Exists(path)) return [path];
        var files = ImageFolder.FindImages(path);
        return files.Count > 0 ? files : throw new CommandException($"expected image files such as PNG or JPEG; the folder '{path}' holds none.");
    }

    private static void WriteCsv(TextWriter output, List<ImagePrediction> predictions)
    {
        output.WriteLine("file,class,name,score");
        foreach (var prediction in predictions.Where(prediction => prediction.Error is null))
        {
            output.WriteLine(CsvText.Row(
            [
                prediction.File, prediction.Class!.Value.ToString(CultureInfo.InvariantCulture), prediction.Name!, CsvText.Number(prediction.Score!.Value),
            ]));
        }
    }

    private static void Write(IAnsiConsole console, List<ImagePrediction> predictions, IReadOnlyList<string> labels)
    {
        foreach (var prediction in predictions.Where(prediction => prediction.Error is null))
        {
            var others = string.Join(", ", prediction.Top5!.Skip(1).Select(other => $"{labels[other.Class]} {Percent(other.Score)}"));
            console.MarkupLine(
                $"{Markup.Escape(prediction.File)}: [bold green]{Markup.Escape(labels[prediction.Class!.Value])}[/] {Percent(prediction.Score!.Value)}  "
                    + $"[grey58]then {Markup.Escape(others)}[/]");
        }
    }

    /// <summary>Classifies one image. If it cannot be read, the result holds the reason, and the command continues with the others.</summary>
    private static ImagePrediction Predict(SizedClassifiers classifiers, string file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        List<ClassProbability> top;
        try
        {
            top = [.. classifiers.For(file).Predict(file).Take(5)];
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException or InsufficientMemoryException
            or ShapeException)
        {
            return new ImagePrediction(file, null, null, null, null) { Error = error.Message };
        }

        return new ImagePrediction(
            file, top[0].Class, top[0].Probability, [.. top.Select(entry => new ClassScore(entry.Class, entry.Probability))], top[0].Name);
    }

    private static string Percent(double score) => (100 * score).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
