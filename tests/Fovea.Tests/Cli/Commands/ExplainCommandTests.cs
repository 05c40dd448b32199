using Fovea.Tests.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea explain activations|filters|gradcam</c> on a small model with a model in it.</summary>
public sealed class ExplainCommandTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Activations_are_a_sheet_for_each_layer_that_changes_something()
    {
        var outcome = Explain("activations");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal(
            [
                "activations-01-rescaling.png", "activations-02-base-conv2d.png", "activations-03-base-max_pooling2d.png", "activations-04-base-conv2d_1.png",
                "activations-05-global_average_pooling2d.png", "activations-06-dense.png",
            ],
            Written());
        Assert.Contains("activations-02-base-conv2d.png  Conv2D, (14, 14, 8)\n", outcome.Output, StringComparison.Ordinal);
        AssertFigures(minimum: 150);
    }

    [Fact]
    public void Filters_are_kernels_and_patterns_of_several_layers()
    {
        var outcome = CommandRunner.Run("explain", "filters", SaveModel(), "--out", folder.Inside("out"), "--steps", "5", "--count", "3");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal(["filters-base-conv2d.png", "filters-base-conv2d_1.png", "kernels.png"], Written());
        Assert.Matches(@"filters-base-conv2d\.png  3 patterns", outcome.Output);
        AssertFigures(minimum: 400);
    }

    [Fact]
    public void Filters_of_one_layer_are_those_that_answer_most_strongly_to_the_image()
    {
        var outcome = Explain("filters", "--layer", "conv2d_1", "--count", "2", "--steps", "3");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal(["filters-base-conv2d_1.png", "kernels.png"], Written());
    }

    [Fact]
    public void Gradcam_says_the_class_by_its_name_and_where_it_was_seen()
    {
        var outcome = Explain("gradcam");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Matches(@"gradcam-image\.png  (cat|dog), \d+\.\d %, from base/conv2d_1\n$", outcome.Output);
        AssertFigures(minimum: 400);
        Assert.Matches(@"  dog, \d+\.\d %, from base/conv2d\n$", Explain("gradcam", "--class", "dog", "--layer", "base/conv2d").Output);
        Assert.Matches(@"  cat, ", Explain("gradcam", "--class", "0").Output);
    }

    [Theory]
    [InlineData("gradcam --class owl", "--class: expected a number from 0 to 1 or one of cat, dog; received 'owl'.")]
    [InlineData(
        "gradcam --layer dense", "--layer: expected a layer with images as output (random_flip, rescaling, base/conv2d, base/max_pooling2d, "
            + "base/conv2d_1, base); "
        + "received 'dense'.")]
    [InlineData(
        "filters --layer conv7", "--layer: expected a layer with images as output (random_flip, rescaling, base/conv2d, base/max_pooling2d, "
            + "base/conv2d_1, base); "
        + "received 'conv7'.")]
    [InlineData("activations --out FOLDER/image.png", "--out: 'FOLDER/image.png' is a file; expected a folder to write to.")]
    public void What_is_asked_wrongly_gets_one_sentence(string line, string expected)
    {
        var words = line.Replace("FOLDER", folder.Path, StringComparison.Ordinal).Split(' ');
        var outcome = Explain(words[0], words[1..]);
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal($"fovea explain {words[0]}: {expected.Replace("FOLDER", folder.Path, StringComparison.Ordinal)}\n", outcome.Error);
    }

    [Fact]
    public void Images_and_models_that_cannot_be_used_get_one_sentence()
    {
        var text = folder.Text("text.jpg");
        Assert.Equal(
            $"fovea explain gradcam: '{text}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP.\n",
            CommandRunner.Run("explain", "gradcam", SaveModel(), text, "--out", folder.Inside("out")).Error);
        var cut = folder.TruncatedImage("cut.jpg");
        Assert.Equal(
            $"fovea explain activations: '{cut}' is cut off: its image of 64 × 64 pixels is not complete.\n",
            CommandRunner.Run("explain", "activations", SaveModel(), cut, "--out", folder.Inside("out")).Error);
        var dense = folder.Inside("dense.keras");
        new Sequential("dense") { new Input(4), new Dense(2) }.Save(dense);
        Assert.Equal(
            "fovea explain gradcam: expected a model of images (height, width, 1 or 3); 'dense' takes (None, 4).\n",
            CommandRunner.Run("explain", "gradcam", dense, text).Error);
        Assert.False(Directory.Exists(folder.Inside("out")));
    }

    private CommandOutcome Explain(string what, params string[] options)
    {
        var image = folder.Image("image.png", 40, 30, x => (byte)(x * 6));
        string[] arguments = ["explain", what, SaveModel(), image, .. options];
        return CommandRunner.Run(options.Contains("--out") ? arguments : [.. arguments, "--out", folder.Inside("out")]);
    }

    private string SaveModel()
    {
        var path = folder.Inside("model.keras");
        var convolutions = new Sequential(
            "base", 4) { new Input(16, 16, 3), new Conv2D(8, 3, activation: Activation.Relu), new MaxPooling2D(2),
            new Conv2D(6, 3, activation: Activation.Relu) };
        new Sequential("model", 5)
        {
            new Input(16, 16, 3), new RandomFlip(), new Rescaling(1f / 255), convolutions, new GlobalAveragePooling2D(), new Dropout(0.2f),
                new Dense(2, Activation.Softmax),
        }.Named("cat", "dog").Save(path);
        return path;
    }

    private string[] Written() => [.. Directory.EnumerateFiles(folder.Inside("out")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private void AssertFigures(int minimum)
    {
        foreach (var file in Directory.EnumerateFiles(folder.Inside("out")))
        {
            using var image = SKBitmap.Decode(file);
            Assert.True(image.Width >= minimum && image.Height >= 100, $"{file}: {image.Width} × {image.Height}");
        }
    }
}

file static class Naming
{
    public static Model Named(this Model model, params string[] names)
    {
        model.ClassNames = names;
        return model;
    }
}
