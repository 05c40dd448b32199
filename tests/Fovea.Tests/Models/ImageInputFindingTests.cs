using System.IO.Compression;
using System.Text.Json;

namespace Fovea.Tests.Models;

public class ImageInputFindingTests
{
    [Fact]
    public void The_first_layers_tell_which_numbers_are_expected()
    {
        Expect(PixelScale.ZeroTo255, new Rescaling(1f / 255));
        Expect(PixelScale.ZeroTo255, new Rescaling(1f / 127.5f, -1));
        Expect(PixelScale.ZeroTo255, new Rescaling(1f / 128, -1));
        Expect(PixelScale.ZeroToOne, new Rescaling(255));
        Expect(PixelScale.ZeroToOne, new Rescaling(2, -1));
        Expect(PixelScale.MinusOneToOne, new Rescaling(127.5f, 127.5f));
        Expect(PixelScale.MinusOneToOne, new Rescaling(0.5f, 0.5f));
        Expect(PixelScale.ZeroTo255, new Rescaling([1f / 58.395f, 1f / 57.12f, 1f / 57.375f], [-2.1179f, -2.0357f, -1.8044f]));
        Expect(PixelScale.ZeroTo255, new Normalization { Mean = [123.675f, 116.28f, 103.53f], Variance = [3410, 3262, 3291] });
        Expect(PixelScale.ZeroToOne, new Normalization { Mean = [0.485f, 0.456f, 0.406f], Variance = [0.0524f, 0.0502f, 0.0506f] });
        Expect(PixelScale.ZeroTo255, new Rescaling(1f / 255), new Normalization { Mean = [0.485f, 0.456f, 0.406f], Variance = [0.0524f, 0.0502f, 0.0506f] });
    }

    [Fact]
    public void Layers_that_keep_the_numbers_are_seen_through()
    {
        Layer[] kept =
        [
            new Resizing(8, 8), new CenterCrop(6, 6), new RandomCrop(6, 6), new ZeroPadding2D(1), new Cropping2D(1), new RandomFlip(), new RandomRotation(0.1f),
                new RandomZoom(0.2f),
            new RandomTranslation(0.1f, 0.1f), new RandomContrast(0.1f), new RandomBrightness(0.1f), new RandomErasing(), new RandomGrayscale(),
            new RandomShear(0.1f), new RandomHeight(0.1f), new RandomWidth(0.1f), new Dropout(0.2f), new SpatialDropout2D(0.2f), new GaussianNoise(0.1f),
                new Permute(2, 1, 3), new Reshape(12, 12, 3),
            new MaxPooling2D(2), new AveragePooling2D(2), new UpSampling2D(2), new ActivationLayer(Activation.Linear),
        ];
        foreach (var layer in kept) Expect(PixelScale.ZeroTo255, layer, new Rescaling(1f / 255));
        Expect(PixelScale.ZeroTo255,
            new Sequential { new Input(12, 12, 3), new Resizing(9, 9), new Sequential { new Input(9, 9, 3), new RandomFlip(), new Rescaling(1f / 255) } });
    }

    [Fact]
    public void Branches_are_followed()
    {
        var image = new Input(12, 12, 3);
        var scaled = new Rescaling(1f / 255).Call(new RandomFlip().Call(image.Output));
        var branches = new Concatenate().Call(new Conv2D(2, 3).Call(scaled), new Conv2D(2, 3).Call(scaled));
        Assert.Equal(PixelScale.ZeroTo255, ImageInputFinding.Of(new Model(image.Output, branches)).Input.Pixels);
        var apart = new Concatenate()
            .Call(new Conv2D(2, 3).Call(new Rescaling(1f / 255).Call(image.Output)), new Conv2D(2, 3).Call(new Rescaling(2, -1).Call(image.Output)));
        Assert.True(ImageInputFinding.Of(new Model(image.Output, apart)).IsAssumed);
    }

    [Fact]
    public void Where_nothing_tells_zero_to_one_is_assumed_and_that_is_said()
    {
        foreach (var layers in (Layer[][])[[], [new BatchNormalization()], [new Conv2D(3, 1), new Rescaling(1f / 255)], [new RandomFlip()],
            [new LayerNormalization()]])
        {
            var finding = ImageInputFinding.Of(Of(layers));
            Assert.Equal((PixelScale.ZeroToOne, true, "nothing in the model tells"), (finding.Input.Pixels, finding.IsAssumed, finding.Reason));
        }

        var model = Of();
        model.ImageInput = new ImageInput(12, 12) { Pixels = PixelScale.Caffe, Order = ChannelOrder.Bgr };
        Assert.Equal(new ImageInputFinding(model.ImageInput, "the model says so", ImageInputSource.Model), ImageInputFinding.Of(model));
        Assert.Equal(ImageFraming.Digit, ImageInputFinding.Of(new Sequential { new Input(28, 28, 1), new Flatten(), new Dense(10) }).Input.Framing);
        Assert.Equal(ImageFraming.Whole, ImageInputFinding.Of(new Sequential { new Input(28, 28, 1), new Flatten(), new Dense(3) }).Input.Framing);
        Assert.Throws<NotSupportedException>(() => ImageInputFinding.Of(new Sequential { new Input(7), new Dense(3) }));
    }

    /// <summary>keras#6499: as in Keras' tutorial, resizing before rescaling.</summary>
    private static void Expect(PixelScale pixels, params Layer[] layers)
    {
        var finding = ImageInputFinding.Of(Of(layers));
        Assert.Equal((pixels.ToString(), false), (finding.Input.Pixels.ToString(), finding.IsAssumed));
        Assert.StartsWith("the model's first layers turn ", finding.Reason, StringComparison.Ordinal);
    }

    // The layers' names of Keras 3.16's forty applications; expected is what their preprocess_input does, or their first layers.
    [Fact]
    public void Applications_of_Keras_are_known_by_their_names()
    {
        var file = TestData.Find("keras-applications.json.gz");
        Assert.SkipWhen(file is null, "shared/data/keras-applications.json.gz is missing; set FOVEA_DATA.");
        using var json = JsonDocument.Parse(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var seen = 0;
        foreach (var network in json.RootElement.EnumerateObject())
        {
            var names = network.Value.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("name").GetString()!).ToHashSet();
            names.Add(network.Name.StartsWith("EfficientNetV2", StringComparison.Ordinal)
                ? $"efficientnetv2-{network.Name[14..].ToLowerInvariant()}"
                : network.Name.ToLowerInvariant());
            var (pixels, order) = PreprocessingOf(network.Name);
            var found = KnownNetworks.Find(names);
            Assert.True(found is not null, network.Name);
            Assert.Equal((network.Name, pixels, order), (network.Name, found.Pixels, found.Order));
            seen++;
        }

        Assert.Equal(40, seen);

        static (PixelScale Pixels, ChannelOrder Order) PreprocessingOf(string name) => name switch
        {
            "VGG16" or "VGG19" or "ResNet50" or "ResNet101" or "ResNet152" => (new PixelScale(1, [103.939f, 116.779f, 123.68f], [1]), ChannelOrder.Bgr),
            _ when name.StartsWith("DenseNet", StringComparison.Ordinal) || name.StartsWith("EfficientNetV2B", StringComparison.Ordinal) =>
                (new PixelScale(255, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]), ChannelOrder.Rgb),
            _ when name.StartsWith("ConvNeXt", StringComparison.Ordinal) =>
                (new PixelScale(1, [123.675f, 116.28f, 103.53f], [58.395f, 57.12f, 57.375f]), ChannelOrder.Rgb),
            _ when name.StartsWith("EfficientNetB", StringComparison.Ordinal) => (PixelScale.ZeroTo255, ChannelOrder.Rgb),
            _ => (PixelScale.MinusOneToOne, ChannelOrder.Rgb),
        };
    }

    private static Sequential Of(params Layer[] layers)
    {
        var model = new Sequential { new Input(12, 12, 3) };
        foreach (var layer in layers) model.Add(layer);
        model.Add(new Conv2D(2, 3));
        model.Add(new Flatten());
        model.Add(new Dense(2));
        return model;
    }
}
