using System.Text.Json.Nodes;
using Fovea.Tests.Data;

namespace Fovea.Tests.Formats;

public sealed class ImageInputFileTests : IDisposable
{
    private static readonly ImageInput Unusual = new(6, 5)
    {
        Order = ChannelOrder.Bgr,
        Pixels = new PixelScale(127.5f, [0.1f, 0.25f, 1e-7f], [0.3081f, 1, 3]),
        Resize = ResizeMethod.Lanczos,
        Antialias = false,
        Fit = ImageFit.Pad,
        ApplyOrientation = false,
        ManageColors = true,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("model.keras")]
    [InlineData("model.h5")]
    [InlineData("model.safetensors")]
    [InlineData("model.onnx")]
    [InlineData("model.json")]
    public void Every_format_keeps_what_a_model_needs_to_be_served(string file)
    {
        var model = Colours();
        (model.ImageInput, model.ClassNames, model.OutputKind) = (Unusual, ["ant", "bee"], OutputKind.Values);
        var path = Path.Combine(folder.Path, file);
        model.Save(path);
        var loaded = Model.Load(path, out var report);
        Assert.Equal(Unusual, loaded.ImageInput);
        Assert.Equal(["ant", "bee"], loaded.ClassNames);
        Assert.Equal(OutputKind.Values, loaded.OutputKind);
        Assert.Empty(report.Notes);
        var again = Path.Combine(folder.Path, "again.keras");
        loaded.Save(again);
        Assert.Equal(Unusual, Model.Load(again).ImageInput);
    }

    [Theory]
    [InlineData("model.keras")]
    [InlineData("model.h5")]
    [InlineData("model.safetensors")]
    [InlineData("model.onnx")]
    [InlineData("model.json")]
    public void A_model_that_does_not_know_says_nothing(string file)
    {
        var path = Path.Combine(folder.Path, file);
        Colours().Save(path);
        var loaded = Model.Load(path);
        Assert.Null(loaded.ImageInput);
        Assert.Equal(OutputKind.Logits, loaded.OutputKind);
    }

    /// <summary>Every choice of every setting comes back, through the one form that all files have.</summary>
    [Fact]
    public void Every_setting_comes_back()
    {
        foreach (var method in Enum.GetValues<ResizeMethod>())
            foreach (var fit in Enum.GetValues<ImageFit>())
                foreach (var pixels in (PixelScale[])[PixelScale.ZeroToOne, PixelScale.ZeroTo255, PixelScale.MinusOneToOne, PixelScale.ImageNet,
                    PixelScale.Caffe])
                    foreach (var isTrue in (bool[])[true, false])
                    {
                        var input =
                            new ImageInput(
                            7, 8)
                            {
                                Resize = method,
                                Fit = fit,
                                Pixels = pixels,
                                Antialias = isTrue,
                                ManageColors = !isTrue,
                                ApplyOrientation = isTrue,
                                Order = isTrue ? ChannelOrder.Bgr : ChannelOrder.Rgb
                            };
                        Assert.Equal(input, ImageInputJson.Read(JsonNode.Parse(ImageInputJson.Write(input).ToJsonString()), new LoadReport("x")));
                    }

        var digits = new ImageInput(28, 28, 1) { Framing = ImageFraming.Digit };
        Assert.Equal(digits, ImageInputJson.Read(ImageInputJson.Write(digits), new LoadReport("x")));
    }

    [Theory]
    [InlineData("height", "0", "'x.keras': the image input: expected valid settings; received")]
    [InlineData("height", "\"6\"", "'x.keras': the image input: expected a whole number for height; received \"6\".")]
    [InlineData("channels", "4", "'x.keras': the image input: expected valid settings; received")]
    [InlineData("divisor", "0", "'x.keras': the image input: expected valid settings; received")]
    [InlineData("divisor", "null", "'x.keras': the image input: expected numbers for divisor; received nothing.")]
    [InlineData("mean", "[1, 2]", "'x.keras': the image input: expected valid settings; received")]
    [InlineData("mean", "3", "'x.keras': the image input: expected a list of numbers for mean; received 3.")]
    [InlineData("deviation", "[0]", "'x.keras': the image input: expected valid settings; received")]
    [InlineData(
        "resize", "\"gaussian\"", "'x.keras': the image input: expected bilinear, nearest, bicubic, area, lanczos for resize; received "
        + "\"gaussian\".")]
    [InlineData("antialias", "1", "'x.keras': the image input: expected true or false for antialias; received 1.")]
    [InlineData("treatment", "\"digit\"", "'x.keras': the image input: expected valid settings; received")]
    public void Damage_is_refused(string setting, string value, string message)
    {
        var json = ImageInputJson.Write(new ImageInput(6, 5));
        json[setting] = JsonNode.Parse(value);
        Assert.StartsWith(
            message, Assert.Throws<ModelFormatException>(() => ImageInputJson.Read(json, new LoadReport("x.keras"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_setting_is_refused_and_an_unknown_one_is_noted()
    {
        foreach (var name in ImageInputJson.Write(Unusual).Select(entry => entry.Key))
        {
            var json = ImageInputJson.Write(Unusual);
            json.Remove(name);
            Assert.Contains(
                $" for {name}; received nothing.", Assert.Throws<ModelFormatException>(() => ImageInputJson.Read(json, new LoadReport("x.keras")))
                .Message, StringComparison.Ordinal);
        }

        var report = new LoadReport("x.keras");
        var newer = ImageInputJson.Write(Unusual);
        newer["gamma"] = 2.2;
        Assert.Null(ImageInputJson.Read(newer, report));
        Assert.Equal(
            "the image input was ignored, because its setting gamma = 2.2 is unknown.", Assert.Single(report.Notes));
        Assert.Equal(
            "'x.keras': the image input: expected an object; received a text.",
            Assert.Throws<ModelFormatException>(() => ImageInputJson.Read("64", report)).Message);
    }

    [Fact]
    public void Images_of_another_size_than_the_models_are_refused()
    {
        var model = Colours();
        model.ImageInput = new ImageInput(9, 9);
        var path = Path.Combine(folder.Path, "model.keras");
        model.Save(path);
        Assert.Equal(
            "'model.keras': expected the preprocessing of images of the model's input (None, 6, 5, 3); received that of images of (9, 9, 3).",
            Assert.Throws<ModelFormatException>(() => Model.Load(path)).Message);
    }

    private static Sequential Colours() => new() { new Input(6, 5, 3), new Conv2D(2, 3), new GlobalAveragePooling2D(), new Dense(2) };
}
