using Fovea.Tests.Data;
using Fovea.Tests.Explain;
using SkiaSharp;

namespace Fovea.Tests.Cli;

public class ExplainConvCommandTests
{
    [Fact]
    public void Five_images_are_written_and_named_with_their_meaning()
    {
        using var folder = new TemporaryFolder();
        var target = Path.Combine(folder.Path, "images");
        var outcome = CommandRunner.Run(
            "explain", "conv", Save(folder, ConvolutionNets.Grey()), Image(folder), "--out", target, "--layer", "second", "--filter", "3", "--at", "1,2");
        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.ExitCode);
        string[] names = ["1-one-output.png", "2-borders.png", "3-strides.png", "4-pooling.png", "5-receptive-fields.png"];
        Assert.Equal(names, Directory.GetFiles(target).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var name in names)
        {
            using var image = SKBitmap.Decode(Path.Combine(target, name));
            Assert.InRange(image.Width, 800, 2200);
            Assert.InRange(image.Height, 300, 2200);
            Assert.InRange(new FileInfo(Path.Combine(target, name)).Length, 5_000, 1_000_000);
        }

        var lines = outcome.Output.TrimEnd().Split('\n');
        Assert.Equal(names, lines.Select(line => Path.GetFileName(line.Split("  ")[0])));
        Assert.Contains("second, filter 3 at 1,2: patch × kernel = products, with the sum ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_of_one_pixel_is_not_pooled()
    {
        using var folder = new TemporaryFolder();
        var model = new Sequential { new Input(3, 3, 1), new Conv2D(1, 3) };
        var outcome = CommandRunner.Run("explain", "conv", Save(folder, model), Image(folder), "--out", folder.Path);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("no 4-pooling.png: the output of conv2d is 1 × 1, too small for pooling", outcome.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "4-pooling.png")));
        Assert.True(File.Exists(Path.Combine(folder.Path, "5-receptive-fields.png")));
    }

    [Theory]
    [InlineData("grey: there is no layer 'third'; expected a convolution: first, second.", "--layer", "third")]
    [InlineData("grey: 'classes' is a Dense; expected a convolution: first, second.", "--layer", "classes")]
    [InlineData("first: expected a position in the output of 10 × 10, from 0,0 to 9,9; received 10,2.", "--at", "10,2")]
    [InlineData("first: expected a filter from 0 to 3; received 4.", "--filter", "4")]
    [InlineData("--at: expected a row and a column, as in 5,6; received '5'.", "--at", "5")]
    [InlineData("--at: expected a row and a column, as in 5,6; received 'a,b'.", "--at", "a,b")]
    public void What_is_asked_wrongly_is_said_in_a_sentence(string expected, params string[] options)
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["explain", "conv", Save(folder, ConvolutionNets.Grey()), Image(folder), "--out", folder.Path, .. options];
        var outcome = CommandRunner.Run(arguments);
        Assert.Equal((1, $"fovea explain conv: {expected}"), (outcome.ExitCode, outcome.Error.TrimEnd()));
    }

    [Fact]
    public void Models_without_convolutions_or_images_are_refused()
    {
        using var folder = new TemporaryFolder();
        string Error(Model model) => CommandRunner.Run("explain", "conv", Save(folder, model), Image(folder), "--out", folder.Path).Error.TrimEnd();
        Assert.Equal(
            "fovea explain conv: plain: expected a model with a convolution, a Conv2D or DepthwiseConv2D; its layers are Flatten, Dense.",
            Error(new Sequential("plain") { new Input(4, 4, 1), new Flatten(), new Dense(2) }));
        Assert.Equal(
            "fovea explain conv: expected a model of images (height, width, 1 or 3); 'flat' takes (None, 784).",
            Error(new Sequential("flat") { new Input(784), new Dense(2) }));
    }

    private static string Save(TemporaryFolder folder, Model model)
    {
        var path = Path.Combine(folder.Path, "model.keras");
        if (model.InputShape is { Rank: 3 } shape) model.ImageInput = new ImageInput(shape[0], shape[1], shape[2]);
        model.Save(path);
        return path;
    }

    private static string Image(TemporaryFolder folder)
    {
        using var bitmap = new SKBitmap(24, 24, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < 24 * 24; i++) bitmap.SetPixel(i % 24, i / 24, new SKColor((byte)(i * 7), (byte)(i * 3), (byte)i));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        var path = Path.Combine(folder.Path, "image.png");
        File.WriteAllBytes(path, data.ToArray());
        return path;
    }
}
