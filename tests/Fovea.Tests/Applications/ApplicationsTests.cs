using System.Text.Json.Nodes;
using Fovea.Formats.Hdf5;
using Fovea.Tests.Data;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Applications;

/// <summary>Options, preprocessing, class names and weights of <see cref="Fovea.Applications"/>.</summary>
public class ApplicationsTests
{
    private const string MobileNet = "pretrained/mobilenet-025-224-tfjs/mobilenet_model.json";
    private const string Cut = "pretrained/mobilenet_1_0_224_through_conv_pw_12.h5";
    private const string Samples = "imagenet-samples/reference.h5";

    /// <summary>keras.applications' <c>preprocess_input</c> of each family, and what the networks take that rescale images themselves.</summary>
    public static TheoryData<string, string> Pixels => new()
    {
        { "VGG16", "caffe" }, { "ResNet50", "caffe" }, { "ResNet50V2", "-1..1" }, { "Xception", "-1..1" }, { "InceptionV3", "-1..1" },
        { "InceptionResNetV2", "-1..1" }, { "MobileNet", "-1..1" }, { "MobileNetV2", "-1..1" }, { "MobileNetV3Small", "0..255" },
        { "MobileNetV3Large", "0..255" }, { "DenseNet121", "torch" }, { "NASNetMobile", "-1..1" }, { "EfficientNetB0", "0..255" },
        { "EfficientNetV2B0", "0..255" }, { "EfficientNetV2S", "0..255" }, { "ConvNeXtTiny", "0..255" }, { "TorchResNet18", "torch" },
        { "SqueezeNet11", "torch" },
    };

    [Theory]
    [MemberData(nameof(Pixels))]
    public void Each_network_knows_how_an_image_becomes_its_input(string name, string expected)
    {
        var model = Fovea.Applications.Create(name, new() { IncludeTop = false, InputShape = [96, 96, 3] });
        var input = Assert.IsType<ImageInput>(model.ImageInput);
        var kind = input.Pixels == PixelScale.Caffe ? "caffe" : input.Pixels == PixelScale.ImageNet ? "torch" : input.Pixels.ToString();
        Assert.Equal((expected, expected == "caffe" ? ChannelOrder.Bgr : ChannelOrder.Rgb, new Shape(96, 96, 3)), (kind, input.Order, input.Shape));
    }

    /// <summary>A model that is made of a part of the network, or read from Keras' file, is recognized by its layers.</summary>
    [Theory]
    [InlineData("MobileNet")]
    [InlineData("MobileNetV2")]
    [InlineData("MobileNetV3Small")]
    [InlineData("NASNetMobile")]
    [InlineData("EfficientNetV2B0")]
    [InlineData("SqueezeNet11")]
    public void What_is_found_from_the_layers_is_the_same(string name)
    {
        var model = Fovea.Applications.Create(name, new() { IncludeTop = false, InputShape = [64, 64, 3] });
        var part = new Model(model.Input, new GlobalAveragePooling2D().Call(model.Output));
        Assert.Null(part.ImageInput);
        var found = ImageInputFinding.Of(part);
        Assert.Equal((model.ImageInput!.Pixels, model.ImageInput.Order, false), (found.Input.Pixels, found.Input.Order, found.IsAssumed));
    }

    [Theory]
    [InlineData("MobileNetV3Small", "-1..1")]
    [InlineData("EfficientNetV2B0", "(byte / 255 - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)")]
    [InlineData("EfficientNetV2S", "(byte / 128 - 1) / 1")]
    [InlineData("ConvNeXtTiny", "(byte - (123.675, 116.28, 103.53)) / (58.395, 57.12, 57.375)")]
    public void Without_its_preprocessing_a_network_takes_other_values(string name, string pixels)
    {
        var model = Fovea.Applications.Create(name, new() { IncludeTop = false, IncludePreprocessing = false });
        Assert.Equal(pixels, model.ImageInput!.Pixels.ToString());
        Assert.Equal((224, name == "EfficientNetV2S"), (Math.Min(model.ImageInput.Height, 224), model.ImageInput.Height == 384));
        Assert.False(model.Layers[1].IsPreprocessing);
    }

    [Theory]
    [InlineData(GlobalPooling.None, new[] { 3, 3, 1280 })]
    [InlineData(GlobalPooling.Average, new[] { 1280 })]
    [InlineData(GlobalPooling.Max, new[] { 1280 })]
    public void Features_are_pooled_as_asked(GlobalPooling pooling, int[] output) => Assert.Equal(
        new Shape(output), Fovea.Applications.MobileNetV2(new() { IncludeTop = false, InputShape = [96, 96, 3], Pooling = pooling }).OutputShape);

    [Fact]
    public void Without_top_images_of_any_size_give_what_a_network_of_that_size_gives()
    {
        var images = new Tensor([1, 64, 32, 3], LayerRunner.Normal(64 * 32 * 3));
        var open = Fovea.Applications.MobileNetV2(new() { IncludeTop = false, Alpha = 0.35, Seed = 3 });
        Assert.Equal("(None, None, None, 3)", open.Input.ToString());
        var fix = Fovea.Applications.MobileNetV2(new() { IncludeTop = false, Alpha = 0.35, Seed = 3, InputShape = [64, 32, 3] });
        Assert.Equal(fix.Predict(images).Values, open.Predict(images).Values);
        var classes = Fovea.Applications.MobileNet(new() { Classes = 3, Alpha = 0.25, Seed = 3, InputShape = Shape.WithOpen(null, null, 3) });
        var ofSize = Fovea.Applications.MobileNet(new() { Classes = 3, Alpha = 0.25, Seed = 3, InputShape = [64, 32, 3] });
        Assert.Equal(ofSize.Predict(images).Values, classes.Predict(images).Values);
    }

    [Fact]
    public void A_file_keeps_network_and_preprocessing()
    {
        using var file = new MemoryStream();
        var model = Fovea.Applications.MobileNetV3Small(new() { IncludeTop = false, Alpha = 0.5, InputShape = [32, 32, 3] });
        model.Save(file);
        var images = new Tensor([1, 32, 32, 3], Array.ConvertAll(LayerRunner.Normal(3072), value => 127 + (60 * value)));
        var read = Model.Load(new MemoryStream(file.ToArray()), "network.keras");
        Assert.Equal(model.Predict(images).Values, read.Predict(images).Values);
        Assert.Equal(model.ImageInput, read.ImageInput);
    }

    /// <summary>Keras finds a class outside keras.layers by its module.</summary>
    [Theory]
    [InlineData("ConvNeXtTiny", "LayerScale", "keras.src.applications.convnext", 18)]
    [InlineData("InceptionResNetV2", "CustomScaleLayer", "keras.src.applications.inception_resnet_v2", 40)]
    public void A_configuration_names_the_module_of_special_layers(string name, string layer, string module, int count)
    {
        var json = Fovea.Applications.Create(name).ToJson();
        var special = JsonNode.Parse(json)!["config"]!["layers"]!.AsArray().Where(one => one!["class_name"]!.ToString() == layer).ToList();
        Assert.Equal(count, special.Count);
        Assert.All(special, one => Assert.Equal((module, null), (one!["module"]!.ToString(), one["registered_name"]?.ToString())));
        Assert.Equal(json, Model.FromJson(json).ToJson());
    }

    /// <summary>Weights that others trained, in the network that is built here: the probabilities that others computed in float64.</summary>
    [Fact]
    public void MobileNet_with_published_weights_gives_the_known_probabilities()
    {
        var (path, reference) = Find(MobileNet, Samples);
        var model = Fovea.Applications.MobileNet(new() { Alpha = 0.25, Weights = path });
        using var file = Hdf5Reader.Open(reference);
        var pixels = file.Root.FindArray("pixels/224")!.ToStored().ReadFloats();
        var logits = file.Root.FindArray("networks/mobilenet-025-224-tfjs/logits8")!.ToStored().ReadFloats();
        var values = new float[pixels.Length];
        for (var image = 0; image < 8; image++)
            model.ImageInput!.ToValues(
                Array.ConvertAll(pixels[(image * values.Length / 8)..((image + 1) * values.Length / 8)], pixel => (byte)pixel),
                values.AsSpan(image * values.Length / 8));
        var actual = model.Predict(new Tensor([8, 224, 224, 3], values));
        var expected = logits.Chunk(1000).SelectMany(Softmax).ToArray();
        var worst = expected.Zip(actual.Values.ToArray(), (a, b) => Math.Abs(a - b)).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"worst difference of a probability {worst:G3}");
        Assert.True(worst < 1e-5, $"the worst difference is {worst:G3}");
        Assert.Equal("tench", model.ClassNames[0]);
        var decoded = Fovea.Applications.DecodePredictions(actual, top: 3);
        Assert.Equal(8, decoded.Count);
        foreach (var (probabilities, best) in expected.Chunk(1000).Zip(decoded))
            Assert.Equal(probabilities.OrderDescending().Take(3), best.Select(one => (double)one.Score), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    /// <summary>The weights of a network that was cut after its twelfth block, in the same part of the network that is built here.</summary>
    [Fact]
    public void A_part_of_MobileNet_with_published_weights_gives_the_known_features()
    {
        var (path, reference) = Find(Cut, "pretrained/mobilenet_reference.h5");
        var whole = Fovea.Applications.MobileNet(new() { IncludeTop = false, InputShape = [224, 224, 3] });
        var model = new Model(whole.Input, whole.Layer("conv_pw_12_relu").Output);
        model.LoadWeights(path);
        using var file = Hdf5Reader.Open(reference);
        var images = file.Root.FindArray("images")!.ToStored().ReadIntegers();
        var expected = file.Root.FindArray("features")!.ToStored().ReadFloats();
        var actual = model.Predict(new Tensor([2, 224, 224, 3], Array.ConvertAll(images, pixel => (pixel / 127.5f) - 1)));
        Assert.True(expected.Zip(actual.Values.ToArray(), (a, b) => Math.Abs(a - b)).Max() < 1e-4);
    }

    /// <summary>tensorflow#49930: the published weights have deviations where variances belong, and Keras corrects it by a further layer.</summary>
    [Fact]
    public void EfficientNet_normalizes_right_with_Keras_weights()
    {
        using var folder = new TemporaryFolder();
        var options = new ApplicationOptions { IncludeTop = false, InputShape = [32, 32, 3] };
        var model = Fovea.Applications.EfficientNetB0(options);
        var (own, published) = (Path.Combine(folder.Path, "own.h5"), Path.Combine(folder.Path, "published.h5"));
        model.SaveWeights(own);
        model.Layer("normalization").Weights[0].Write([0.485f, 0.456f, 0.406f]);
        model.Layer("normalization").Weights[1].Write([0.229f, 0.224f, 0.225f]);
        model.SaveWeights(published);
        Assert.Single(Fovea.Applications.EfficientNetB0(options with { Weights = own }).Layers.OfType<Rescaling>());

        var loaded = Fovea.Applications.EfficientNetB0(options with { Weights = published });
        Assert.Equal(["rescaling", "normalization", "rescaling_1", "stem_conv_pad"], loaded.Layers.Skip(1).Take(4).Select(layer => layer.Name));
        var normalized = new Model(loaded.Input, loaded.Layer("rescaling_1").Output).Predict(Tensor.Full([1, 32, 32, 3], 100));
        foreach (var (value, mean, deviation) in normalized.Values[..3].ToArray().Zip((double[])[0.485, 0.456, 0.406], (double[])[0.229, 0.224, 0.225]))
            Assert.Equal(((100 / 255.0) - mean) / deviation, value, tolerance: 1e-6);
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "small.h5");
        Fovea.Applications.MobileNet(new() { IncludeTop = false, Alpha = 0.25 }).SaveWeights(path);
        var error = Assert.Throws<ModelFormatException>(() => { Fovea.Applications.MobileNet(new() { IncludeTop = false, Alpha = 0.5, Weights = path }); });
        Assert.Equal($"'small.h5': expected the shape (3, 3, 3, 16) for the kernel of 'conv1'; received (3, 3, 3, 8).", error.Message);
        Assert.Throws<FileNotFoundException>(() => { Fovea.Applications.MobileNet(new() { Weights = Path.Combine(folder.Path, "none.h5") }); });
    }

    [Fact]
    public void Fresh_networks_have_no_class_names_and_the_name_of_Keras()
    {
        Assert.Empty(Fovea.Applications.MobileNet().ClassNames);
        Assert.Equal("mobilenet_0.25_128", Fovea.Applications.MobileNet(new() { Alpha = 0.25, InputShape = [128, 128, 3] }).Name);
        Assert.Equal("mobilenetv2_1.00_None", Fovea.Applications.MobileNetV2(new() { IncludeTop = false }).Name);
        Assert.Equal("base", Fovea.Applications.ResNet50(new() { Name = "base", IncludeTop = false }).Name);
        Assert.Equal("inception_resnet_v2", Fovea.Applications.Create("inceptionresnetv2").Name);
    }

    [Fact]
    public void Wrong_options_are_named()
    {
        Refused("Applications.VGG16: the network has no Alpha; it has none of the special options. (Parameter 'Alpha')", "VGG16", new() { Alpha = 0.5 });
        Refused(
            "Applications.MobileNetV2: the network has no Dropout; it has Alpha. (Parameter 'Dropout')", "MobileNetV2", new() { Dropout = 0.5 });
        Refused(
            "Applications.Xception: expected images of at least 71×71; received (64, 100, 3). (Parameter 'InputShape')", "Xception",
            new() { InputShape = [64, 100, 3] });
        Refused(
            "Applications.ResNet50: expected the shape of an image, (height, width, channels), of which height and width may be open; received (64, 64). "
            + "(Parameter 'InputShape')", "ResNet50", new() { InputShape = [64, 64] });
        Refused(
            "Applications.NASNetMobile: expected the shape of an image, (height, width, channels); received (None, None, 3). (Parameter 'InputShape')",
            "NASNetMobile", new() { InputShape = Shape.WithOpen(null, null, 3) });
        Refused("Applications.ResNet50: Classes must be at least 1; received 0. (Parameter 'Classes')", "ResNet50", new() { Classes = 0 });
        Refused(
            "Applications.ResNet50: Pooling is for networks without top; set IncludeTop to false. (Parameter 'Pooling')", "ResNet50",
            new() { Pooling = GlobalPooling.Max });
        Refused(
            "Applications.MobileNet: Alpha must be a finite number above 0; received 0. (Parameter 'Alpha')", "MobileNet", new() { Alpha = 0 });
        Refused(
            "Applications: expected the name of a network; received 'ResNet5'; the nearest known names are ResNet50, ResNet152, ResNet101. (Parameter 'name')",
            "ResNet5", null);
    }

    [Fact]
    public void Predictions_are_decoded_with_the_highest_first()
    {
        var scores = new float[2000];
        (scores[0], scores[999], scores[1001]) = (0.25f, 0.75f, 1);
        var decoded = Fovea.Applications.DecodePredictions(new Tensor([2, 1000], scores), top: 2);
        Assert.Equal(
            [new ImageNetPrediction("n15075141", "toilet_tissue", 0.75f), new ImageNetPrediction("n01440764", "tench", 0.25f)], decoded[0]);
        Assert.Equal(new ImageNetPrediction("n01443537", "goldfish", 1), decoded[1][0]);
        Assert.Equal(5, Assert.Single(Fovea.Applications.DecodePredictions(new Tensor([1000], scores[..1000]))).Count);
        Assert.Equal(
            "Applications: expected predictions of 1000 classes, (batch, 1000); received (2, 10). (Parameter 'predictions')",
            Assert.Throws<ArgumentException>(() => Fovea.Applications.DecodePredictions(new Tensor([2, 10], new float[20]))).Message);
        Assert.Equal(
            "Applications: top must be from 1 to 1000; received 0. (Parameter 'top')",
            Assert.ThrowsAny<ArgumentException>(() => Fovea.Applications.DecodePredictions(new Tensor([2, 1000], scores), 0)).Message);
    }

    private static void Refused(string message, string name, ApplicationOptions? options) =>
        Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(() => Fovea.Applications.Create(name, options)).Message);

    private static double[] Softmax(float[] logits)
    {
        var largest = (double)logits.Max();
        var powers = Array.ConvertAll(logits, logit => Math.Exp(logit - largest));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }

    private static (string Path, string Reference) Find(string file, string reference)
    {
        var (path, other) = (TestData.Find(file), TestData.Find(reference));
        Assert.SkipWhen(path is null || other is null, $"shared/data/{file} or shared/data/{reference} is missing; set FOVEA_DATA.");
        return (path, other);
    }
}
