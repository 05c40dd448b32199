using Fovea.Cli;
using Fovea.Tests.Data;
using Fovea.Tests.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Cli;

/// <summary>The commands that use a model, on one that is trained once for all of them.</summary>
public sealed class CommandTests(CommandTests.TrainedModel trained) : IClassFixture<CommandTests.TrainedModel>
{
    [Fact]
    public void Evaluate_measures_on_drawn_digits_that_were_held_out()
    {
        var outcome = CommandRunner.Run("evaluate", trained.File, "--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal(["accuracy", "loss", "count", "images_per_second"], outcome.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(5000, outcome.Json.GetProperty("count").GetInt32());
        Assert.InRange(outcome.Json.GetProperty("accuracy").GetDouble(), 0.5, 1);
    }

    [Fact]
    public void Evaluate_says_the_same_to_people()
    {
        var outcome = CommandRunner.Run("evaluate", trained.File);
        Assert.Matches(@"^\d\d\.\d\d % of 5,000 images are right, the mean loss is \d\.\d{4}\. [\d,]+ images/s\n$", outcome.Output);
    }

    [Fact]
    public void Evaluate_reports_class_by_class()
    {
        var json = CommandRunner.Run("evaluate", trained.File, "--report", "--json").Json;
        var classes = json.GetProperty("report").GetProperty("classes").EnumerateArray().ToList();
        Assert.Equal(
            ["name", "precision", "recall", "f1", "support", "precision_interval", "recall_interval"],
            classes[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(5000, classes.Sum(row => row.GetProperty("support").GetInt32()));
        Assert.Equal(
            json.GetProperty("accuracy").GetDouble(), json.GetProperty("report").GetProperty("weighted_avg").GetProperty("recall").GetDouble(), 1e-12);
        var lines = CommandRunner.Run("evaluate", trained.File, "--report").Output.Split('\n');
        Assert.Equal("              precision    recall  f1-score   support", lines[2]);
        Assert.Matches("^           9( +[01]\\.\\d\\d){3} +\\d+$", lines[13]);
        Assert.Equal(
            json.GetProperty("report").GetProperty("macro_avg").GetProperty("support")
            .GetInt32(), int.Parse(lines[17].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Predict_names_the_five_most_probable_classes_of_each_image()
    {
        var (one, two) = (trained.SaveDigit(4, inverted: false), trained.SaveDigit(4, inverted: true));
        var outcome = CommandRunner.Run("predict", trained.File, one, two, "--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var predictions = outcome.Json.GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal(2, predictions.Count);
        Assert.Equal(["file", "class", "score", "top5", "name"], predictions[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal([one, two], predictions.Select(prediction => prediction.GetProperty("file").GetString()));
        Assert.Equal(predictions[0].GetProperty("class").GetInt32(), predictions[1].GetProperty("class").GetInt32());
        var top = predictions[0].GetProperty("top5").EnumerateArray().ToList();
        Assert.Equal(5, top.Count);
        Assert.Equal(predictions[0].GetProperty("score").GetDouble(), top[0].GetProperty("score").GetDouble());
        Assert.True(top[0].GetProperty("score").GetDouble() >= top[4].GetProperty("score").GetDouble());
    }

    [Fact]
    public void Predict_writes_a_line_for_each_image()
    {
        var outcome = CommandRunner.Run("predict", trained.File, trained.SaveDigit(4, inverted: false));
        Assert.Matches(@"digit\.png: \d \d+\.\d %  then \d \d+\.\d %, \d \d+\.\d %, \d \d+\.\d %, \d \d+\.\d %\n$", outcome.Output);
    }

    [Fact]
    public void An_image_that_cannot_be_read_keeps_nothing_from_the_others()
    {
        var (one, two) = (trained.SaveDigit(3, inverted: false), trained.SaveDigit(7, inverted: true));
        var missing = one + ".gone";
        var text = CommandRunner.Run("predict", trained.File, one, missing, trained.File, two);
        Assert.Equal(1, text.ExitCode);
        Assert.Equal([one, two], text.Output.TrimEnd().Split('\n').Select(line => line.Split(": ")[0]));
        var errors =
            new[] { $"'{missing}' does not exist; expected an image file such as PNG or JPEG.",
            $"'{trained.File}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP." };
        Assert.Equal(errors.Select(error => $"fovea predict: {error}"), text.Error.TrimEnd().Split('\n'));

        var json = CommandRunner.Run("predict", trained.File, one, missing, trained.File, two, "--json");
        Assert.Equal((1, text.Error), (json.ExitCode, json.Error));
        var predictions = json.Json.GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal([one, missing, trained.File, two], predictions.Select(prediction => prediction.GetProperty("file").GetString()));
        Assert.Equal(["file", "class", "score", "top5", "name"], predictions[3].EnumerateObject().Select(member => member.Name));
        Assert.Equal(["file", "error"], predictions[1].EnumerateObject().Select(member => member.Name));
        Assert.Equal(errors, predictions[1..3].Select(prediction => prediction.GetProperty("error").GetString()));
    }

    [Fact]
    public void Predict_refuses_a_file_that_is_no_image()
    {
        var outcome = CommandRunner.Run("predict", trained.File, trained.File);
        Assert.Equal(
            (1, $"fovea predict: '{trained.File}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP.\n"),
            (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public void Summary_describes_every_layer()
    {
        var outcome = CommandRunner.Run("summary", trained.File, "--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var layers = outcome.Json.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal(
            ["name", "class", "output_shape", "parameters", "receptive_field", "multiply_adds"], layers[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal([320, 0, 18_496, 0, 36_928, 0, 36_928, 650], layers.Select(layer => layer.GetProperty("parameters").GetInt32()));
        Assert.Equal("[null,11,11,64]", layers[2].GetProperty("output_shape").GetRawText());
        Assert.Equal("""{"size":[8,8],"stride":[2,2]}""", layers[2].GetProperty("receptive_field").GetRawText());
        Assert.Equal(2_230_272, layers[2].GetProperty("multiply_adds").GetInt64());
        Assert.Equal(93_322, outcome.Json.GetProperty("parameters").GetInt64());
    }

    [Fact]
    public void Summary_fits_80_columns()
    {
        var text = SummaryText(BookMnist.Create(0), 80);
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, line));
        Assert.Contains("conv2d_2 (Conv2D) (None, 3, 3, 64)       36,928    18×18 /4   331,776   2.3 KB", text, StringComparison.Ordinal);
        Assert.Contains(" max_pooling2d_1   (None, 5, 5, 64) ", text, StringComparison.Ordinal);
        Assert.EndsWith(
            " Trainable params: 93,322. Non-trainable: 0.\n Receptive field: size in input pixels /step between outputs.\n"
            + " Multiply-adds and memory of outputs are for one image.\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, "")]
    [InlineData(82, "")]
    [InlineData(72, "memory")]
    [InlineData(62, "multiply-adds, memory")]
    [InlineData(30, "receptive field, multiply-adds, memory")]
    public void Summary_shortens_names_and_leaves_out_columns_rather_than_break_each_line(int width, string leftOut)
    {
        var text = SummaryText(
            new Sequential("net", 1)
            {
                new Input(64, 64, 3), new Conv2D(16, 3) { Name = "a_convolution_of_a_long_name" }, new GlobalAveragePooling2D(), new Dense(2),
            }, width);
        var lines = text.TrimEnd().Split('\n');
        Assert.Equal(leftOut.Length > 0, text.Contains($" in {width} columns:", StringComparison.Ordinal));
        if (width < 60) return;
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, line));
        Assert.Single(lines, line => line.TrimEnd().EndsWith(leftOut.Length > 0 ? $"columns: {leftOut}." : "for one image.", StringComparison.Ordinal));
        var row = Assert.Single(lines, line => line.Contains(" (None, 62, 62, 16)", StringComparison.Ordinal));
        Assert.Equal(leftOut.Length == 0, row.TrimEnd().EndsWith("KB", StringComparison.Ordinal));
        Assert.StartsWith(width == 100 ? " a_convolution_of_a_long_name (Conv2D)" : " a_convo", row, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear", "")]
    [InlineData("softmax", "")]
    [InlineData("relu", "The model's outputs are not probabilities: its last layer is neither a softmax nor a sigmoid. They are treated as logits.")]
    public void Evaluate_says_where_outputs_are_no_probabilities(string activation, string said)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "net.keras");
        new Sequential(
            "net", 1) { new Input(28, 28, 1), new Rescaling(1f), new Flatten(),
            new Dense(10, activation switch { "relu" => Activation.Relu, "softmax" => Activation.Softmax, _ => Activation.Linear }) }.Save(path);
        var outcome = CommandRunner.Run("evaluate", path, "--json", "--scale", "0..1");
        Assert.Equal((said, 0), (outcome.Error.TrimEnd(), outcome.ExitCode));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("infer")]
    public void Bench_measures_images_per_second_and_the_limit(string mode)
    {
        var outcome = CommandRunner.Run("bench", mode, "book-mnist", "--batch-size", "8", "--seconds", "0.1", "--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal(
            ["images_per_second", "min", "max", "peak_rss_mb", "arena_mb", "gflops", "limit_gflops", "compile_ms", "compile_again_ms", "first_step_ms",
                "first_result_ms"],
            outcome.Json.EnumerateObject().Select(member => member.Name));
        Assert.All(outcome.Json.EnumerateObject(), member => Assert.True(member.Value.GetDouble() > 0, member.Name));
        var perImage = outcome.Json.GetProperty("gflops").GetDouble() * 1e9 / outcome.Json.GetProperty("images_per_second").GetDouble();
        Assert.Equal(mode == "train" ? 2.0 * ((3 * 2_794_240) - 194_688) : 2.0 * 2_794_240, perImage, 1);
        Assert.True(outcome.Json.GetProperty("first_result_ms").GetDouble() > outcome.Json.GetProperty("first_step_ms").GetDouble());
    }

    [Fact]
    public void Bench_trains_within_a_memory_limit_or_says_what_it_would_take()
    {
        var whole = CommandRunner.Run("bench", "train", "book-catsdogs", "--batch-size", "2", "--seconds", "0.1", "--json").Json.GetProperty("arena_mb")
            .GetDouble();
        var limit = (int)(0.9 * whole);
        var outcome = CommandRunner.Run("bench", "train", "book-catsdogs", "--batch-size", "2", "--seconds", "0.1", "--json", "--memory-limit", $"{limit}");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.InRange(outcome.Json.GetProperty("arena_mb").GetDouble(), 0.5 * whole, limit);
        outcome = CommandRunner.Run("bench", "train", "book-mnist", "--memory-limit", "1");
        Assert.Equal(("", 1), (outcome.Output, outcome.ExitCode));
        Assert.Matches(
            @"^fovea bench: The plan needs at least \d+\.\d MiB for activations and gradients, even if activations are recomputed; the limit is 1\.0 MiB\. "
            + @"Use smaller batches or images, or a higher limit\.\n$", outcome.Error);
    }

    [Fact]
    public void Options_that_do_not_fit_the_model_are_refused()
    {
        using var folder = new TestImages();
        var model = Path.Combine(folder.Path, "color.keras");
        new Sequential { new Input(8, 8, 3), new GlobalAveragePooling2D(), new Dense(2, Activation.Softmax) }.Save(model);
        var image = folder.Image("image.png", 8, 8, x => (byte)x);
        var outcome = CommandRunner.Run("predict", model, image, "--as", "digit");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("fovea predict: the options do not fit the model: ImageInput: expected 1 channel for a digit; received 3.\n", outcome.Error);
    }

    [Fact]
    public void Bench_says_how_long_the_plan_and_the_first_step_took()
    {
        var outcome = CommandRunner.Run("bench", "infer", "book-mnist", "--batch-size", "2", "--seconds", "0.1");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Matches(
            @"Compiled in \d+ ms \(a second time in \d+\.\d ms\), first step \d+ ms; "
            + @"\d+ ms from the start of the process to the end of the first step\.\n$", outcome.Output);
    }

    [Theory]
    [InlineData("summary")]
    [InlineData("evaluate")]
    public void A_file_that_is_no_model_gets_a_sentence(string command)
    {
        var outcome = CommandRunner.Run(command, trained.SaveDigit(1, inverted: false));
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith($"fovea {command}: '", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("train --epochs 0", "fovea train: --epochs: expected a whole number of at least 1; received 0.")]
    [InlineData("bench train book-mnist --seconds long", "fovea bench: --seconds: expected a number; received long.")]
    [InlineData("bench infer book-mnist --memory-limit 9", "fovea bench: --memory-limit: only training has activations to recompute; leave it out.")]
    [InlineData("train --threads 0", "fovea train: --threads: expected a whole number from 1 to 1024; received 0.")]
    [InlineData("train --learning-rate -1", "fovea train: --learning-rate: expected a number above 0; received -1.")]
    [InlineData("train --seed -1", "fovea train: --seed: expected a whole number of at least 0; received -1.")]
    [InlineData("train --epochs many", "fovea train: --epochs: expected a whole number; received many.")]
    [InlineData("evaluate", "fovea evaluate: Required argument missing for command: 'evaluate'.")]
    [InlineData("evaluate m --scale 0..2", "fovea evaluate: Argument '0..2' not recognized. Must be one of: 'auto' '0..1' '0..255' '-1..1'")]
    [InlineData("train --samples 0", "fovea train: --samples: expected a whole number of at least 1; received 0.")]
    [InlineData("train --optimizer tiger", "fovea train: Argument 'tiger' not recognized. Must be one of: 'rmsprop' 'adam' 'sgd' 'adamw'")]
    [InlineData("train --recipe maybe", "fovea train: Argument 'maybe' not recognized. Must be one of: 'plain' 'gentle' 'book' 'standard' 'strong'")]
    [InlineData(
        "train --augmentation off",
        "fovea train: --augmentation: this option was replaced; use --recipe plain instead of off, and --recipe standard instead of on.")]
    [InlineData("bench fly book-mnist", "fovea bench: Argument 'fly' not recognized. Must be one of: 'train' 'infer'")]
    [InlineData("paint", "fovea: Unrecognized command or argument 'paint'.")]
    public void A_wrong_command_line_says_what_is_wrong_and_where_help_is(string line, string expected)
    {
        var outcome = CommandRunner.Run(line.Split(' '));
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--help'.\n", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "fovea predict book-mnist.keras photo.jpg  say which digit a photo shows")]
    [InlineData("train --help", "fovea train --data mnist --epochs 5")]
    [InlineData("train --help", "The number of epochs [default: for auto 20 to 200")]
    [InlineData("train --help", "The number of samples in a training step [default: 32 for")]
    [InlineData("train --help", "fovea train --data flowers --time 10m")]
    [InlineData("evaluate --help", "fovea evaluate other.h5 --data mnist --scale 0..255")]
    [InlineData("predict --help", "--as <auto|digit|image>")]
    [InlineData("summary --help", "fovea summary book-mnist")]
    [InlineData("bench --help", "fovea bench infer book-mnist --batch-size 1")]
    public void Help_teaches_with_defaults_and_examples(string line, string expected)
    {
        var outcome = CommandRunner.Run(line.Split(' '));
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains(expected, outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_command_the_help_is_shown()
    {
        var outcome = CommandRunner.Run();
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("Examples:", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Summary_draws_the_architecture()
    {
        using var folder = new TemporaryFolder();
        var (svg, png) = (Path.Combine(folder.Path, "net.svg"), Path.Combine(folder.Path, "net.PNG"));
        Assert.Equal("", CommandRunner.Run("summary", "book-mnist", "--figure", svg).Error);
        Assert.Equal("", CommandRunner.Run("summary", "book-mnist", "--figure", png).Error);
        Assert.Contains(">max_pooling2d_1</text>", File.ReadAllText(svg), StringComparison.Ordinal);
        using var figure = SKBitmap.Decode(png);
        Assert.True(figure.Height > figure.Width);
        var outcome = CommandRunner.Run("summary", "book-mnist", "--figure", "net.pdf");
        Assert.Equal((1, "fovea summary: --figure: expected a file that ends with .svg or .png; received 'net.pdf'.\n"), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public void Summary_lists_the_layers_of_inner_models_on_request()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "net.keras");
        new Sequential { new Input(4), new Sequential("inner") { new Input(4), new Dense(3) { Name = "within" } }, new Dense(2) }.Save(file);
        Assert.DoesNotContain("within", CommandRunner.Run("summary", file).Output, StringComparison.Ordinal);
        Assert.Contains("\n   within (Dense)", CommandRunner.Run("summary", file, "--expand-nested").Output, StringComparison.Ordinal);
    }

    private static string SummaryText(Model model, int width)
    {
        using var text = new StringWriter();
        var console = CommandOutput.ToWriters(text, text).Console;
        console.Profile.Width = width;
        SummaryTable.Write(console, model.Summary());
        return text.ToString();
    }

    public sealed class TrainedModel : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public TrainedModel()
        {
            var outcome = CommandRunner.Run("train", "--samples", "2000", "--epochs", "2", "--out", File, "--json");
            Assert.Equal("", outcome.Error);
        }

        public string File => Path.Combine(folder.Path, "digits.keras");

        /// <summary>Saves a drawn digit: as MNIST has it, or large and dark on light paper.</summary>
        public string SaveDigit(int index, bool inverted)
        {
            var digit = new float[784];
            new DrawnDigits(100, seed: 3).Read(index, digit, new float[1]);
            using var bitmap = new SKBitmap(28, 28, SKColorType.Rgba8888, SKAlphaType.Opaque);
            for (var i = 0; i < 784; i++)
            {
                var level = (byte)Math.Round(255 * (inverted ? 0.95 - (0.8 * digit[i]) : digit[i]));
                bitmap.SetPixel(i % 28, i / 28, new SKColor(level, level, level));
            }

            using var large = inverted ? bitmap.Resize(new SKSizeI(280, 280), new SKSamplingOptions(SKCubicResampler.Mitchell)) : bitmap.Copy();
            using var data = large.Encode(SKEncodedImageFormat.Png, 100);
            return folder.Write(inverted ? "photo.png" : "digit.png", data.ToArray());
        }

        public void Dispose() => folder.Dispose();
    }
}
