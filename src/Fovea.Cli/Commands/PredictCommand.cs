using System.CommandLine;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea predict</c>: what a model sees in image files.</summary>
internal static class PredictCommand
{
    public static Command Create(CommandOutput output)
    {
        var model = CommandOptions.Model();
        var images = new Argument<string[]>("IMAGE") { Description = "Pictures: PNG, JPEG, WebP, GIF or BMP, of any size", Arity = ArgumentArity.OneOrMore };
        var treatment = new Option<string>("--as")
        {
            Description = "digit: find the ink, dark on light or light on dark, and centre it as MNIST's digits are; image: scale the whole picture; auto: digit for models of 28 × 28 grey pixels and ten classes",
            HelpName = "auto|digit|image",
            DefaultValueFactory = _ => "auto",
        };
        treatment.AcceptOnlyFromAmong("auto", "digit", "image");
        var scale = CommandOptions.Scale();
        var threads = CommandOptions.Threads();
        var json = CommandOptions.Json();
        var command = new TaughtCommand(
            "predict",
            "Say what a model sees in pictures. They are scaled to the model's size, and turned upright by their EXIF orientation.",
            new("fovea predict book-mnist.keras photo.jpg", "a digit on paper, or light on dark"),
            new("fovea predict book-mnist.keras *.png --json", "many, for scripts"))
        {
            model, images, treatment, scale, threads, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            CommandOptions.UseThreads(parsed.GetValue(threads));
            var loaded = Networks.Load(parsed.GetValue(model)!);
            var range = CommandOptions.Range(parsed.GetValue(scale)) ?? Networks.RangeOf(loaded);
            var reader = new ModelPictures(loaded, parsed.GetValue(treatment)!, range);
            var predictions = parsed.GetValue(images)!.Select(file => reader.Predict(file, cancellation)).ToList();
            if (parsed.GetValue(json)) CliJson.Write(output.Output, new PredictResult(predictions), context => context.PredictResult);
            else Write(output.Console, predictions, ClassLabels.Of(loaded));
            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    private static void Write(IAnsiConsole console, List<ImagePrediction> predictions, IReadOnlyList<string> labels)
    {
        foreach (var prediction in predictions)
        {
            var others = string.Join(", ", prediction.Top5.Skip(1).Select(other => $"{labels[other.Class]} {Percent(other.Score)}"));
            console.MarkupLine(
                $"{Markup.Escape(prediction.File)}: [bold green]{Markup.Escape(labels[prediction.Class])}[/] {Percent(prediction.Score)}  [grey58]then {Markup.Escape(others)}[/]");
        }
    }

    private static string Percent(double score) => (100 * score).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>Pictures as a model takes them, and what it says to them.</summary>
    private sealed class ModelPictures
    {
        private readonly Model model;
        private readonly PixelRange range;
        private readonly int height;
        private readonly int width;
        private readonly int channels;
        private readonly PictureTreatment treatment;

        public ModelPictures(Model model, string treatment, PixelRange range)
        {
            this.model = model;
            this.range = range;
            var shape = model.InputShape;
            (height, width, channels) = shape.Rank switch
            {
                3 when shape[2] is 1 or 3 => (shape[0], shape[1], shape[2]),
                2 => (shape[0], shape[1], 1),
                _ => throw new CommandException($"the model expects inputs of {shape}; predict needs one of pictures: (height, width, 1 or 3)."),
            };
            if (model.OutputShape.Rank != 1)
                throw new CommandException($"the model's output is {model.OutputShape} for each image; predict needs scores of classes.");
            if (treatment == "digit" && channels != 1) throw new CommandException($"--as digit: expected a model of grey pictures; this one takes {shape}.");
            var isDigit = treatment == "digit" || (treatment == "auto" && (height, width, channels) == (28, 28, 1) && model.OutputShape[0] == 10);
            this.treatment = isDigit ? PictureTreatment.Digit : PictureTreatment.Whole;
        }

        public ImagePrediction Predict(string file, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            var picture = ImageFile.Read(file, height, width, channels, range, treatment);
            var outputs = model.Predict(new Tensor(model.InputShape.Prepend(1), picture.Values));
            var scores = Scoring.Probabilities(outputs.Values);
            var top = scores.Select((score, label) => new ClassScore(label, score)).OrderByDescending(entry => entry.Score).Take(5).ToList();
            return new ImagePrediction(file, top[0].Class, top[0].Score, top, ClassLabels.Of(model)[top[0].Class]);
        }
    }
}
