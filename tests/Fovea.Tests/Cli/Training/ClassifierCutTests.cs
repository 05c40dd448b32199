using Fovea.Cli;

namespace Fovea.Tests.Cli;

/// <summary>A network is cut where its features are, whatever form its classifier has.</summary>
public class ClassifierCutTests
{
    public static TheoryData<string, string, int[]> Classifiers() => new()
    {
        { "dense", "features", [6, 6, 6] },
        { "logits", "features", [6, 6, 6] },
        { "one sigmoid", "features", [6, 6, 6] },
        { "convolution behind pooling", "features", [6, 6, 6] },
        { "convolution before pooling", "features", [6, 6, 6] },
        { "two dense", "features", [6, 6, 6] },
        { "flattened", "features", [6, 6, 6] },
    };

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void It_is_cut_behind_the_features(string form, string layer, int[] shape)
    {
        Layer[] classifier = form switch
        {
            "dense" => [new GlobalAveragePooling2D(), new Dropout(0.5f), new Dense(3, Activation.Softmax)],
            "logits" => [new GlobalAveragePooling2D(), new Dense(3)],
            "one sigmoid" => [new GlobalMaxPooling2D(), new Dense(1, Activation.Sigmoid)],
            "convolution behind pooling" =>
                [new GlobalAveragePooling2D(), new Reshape(1, 1, 6), new Dropout(0.5f), new Conv2D(3, 1), new Softmax(), new Reshape(3)],
            "convolution before pooling" => [new Dropout(0.5f), new Conv2D(3, 1, activation: Activation.Relu), new GlobalAveragePooling2D(), new Softmax()],
            "two dense" => [new AveragePooling2D(6), new Flatten(), new Dense(20, Activation.Relu), new Dense(3, Activation.Softmax)],
            _ => [new Flatten(), new Dense(3), new Softmax()],
        };
        var model = Whole([.. Backbone(), .. classifier]);
        var cut = ClassifierCut.Of(model, "net.keras");
        Assert.Equal(new Fovea.Shape(shape), cut.Base.OutputShape);
        Assert.Equal(
            $"'net.keras' is a classifier of {model.OutputShape.Count} {(model.OutputShape.Count == 1 ? "output" : "classes")}. Its layers after "
                + $"'{layer}' (6, 6, 6) are removed, and the head is trained on its features.",
            cut.Note);
        // The same weights in the same places: what the base gives is what the whole computed on its way.
        var image = new Tensor(new Fovea.Shape(1, 8, 8, 3), [.. Enumerable.Range(0, 192).Select(i => i / 192f)]);
        var between = new Model(model.Input, model.Layer(layer).Output, "between");
        Assert.Equal(between.Predict(image).Values, cut.Base.Predict(image).Values);
    }

    [Fact]
    public void A_network_of_dense_layers_keeps_all_but_the_last()
    {
        var model = Whole([new Rescaling(1f / 255), new Flatten(), new Dense(20, Activation.Relu), new Dropout(0.5f), new Dense(3, Activation.Softmax)]);
        Assert.Equal([20], ClassifierCut.Of(model, "net.keras").Base.OutputShape);
    }

    [Fact]
    public void Features_are_not_cut()
    {
        foreach (var model in (Model[])[Whole(Backbone()), Whole([.. Backbone(), new GlobalAveragePooling2D()]),
            Whole([.. Backbone(), new AveragePooling2D(2)])])
        {
            var cut = ClassifierCut.Of(model, "net.keras");
            Assert.Same(model, cut.Base);
            Assert.Null(cut.Note);
        }
    }

    [Fact]
    public void Features_of_a_model_within_are_those_of_the_whole()
    {
        var within = new Sequential("within") { new Input(8, 8, 3) };
        foreach (var layer in Backbone()) within.Add(layer);
        var model = Whole([new Rescaling(1f / 255), within, new GlobalAveragePooling2D(), new Dropout(0.5f), new Dense(1, Activation.Sigmoid)]);
        var cut = ClassifierCut.Of(model, "net.keras");
        Assert.Equal(
            "'net.keras' is a classifier of 1 output. Its layers after 'within' (6, 6, 6) are removed, and the head is trained on its features.", cut.Note);
        var image = Enumerable.Range(0, 192).Select(i => (float)i).ToArray();
        var scaled = Array.ConvertAll(image, value => value / 255);
        var (expected, actual) =
            (within.Predict(new Tensor(new Fovea.Shape(1, 8, 8, 3), scaled)), cut.Base.Predict(new Tensor(new Fovea.Shape(1, 8, 8, 3), image)));
        Assert.Equal(expected.Values.Length, actual.Values.Length);
        for (var i = 0; i < expected.Values.Length; i++) Assert.Equal(expected.Values[i], actual.Values[i], 1e-5f);
    }

    [Fact]
    public void A_classifier_of_a_model_within_is_refused()
    {
        var within = new Sequential("within") { new Input(8, 8, 3) };
        foreach (var layer in (Layer[])[.. Backbone(), new GlobalAveragePooling2D(), new Dense(3, Activation.Softmax)]) within.Add(layer);
        Assert.Equal(
            "--base: 'net.keras' ends in an inner model with a classifier, 'within'; expected a classifier among the network's own layers, or none.",
            Assert.Throws<CommandException>(() => ClassifierCut.Of(Whole([new Rescaling(1f / 255), within]), "net.keras")).Message);
    }

    [Theory]
    [InlineData("mobilenet-025-224-tfjs/mobilenet_model.json", new[] { 7, 7, 256 })]
    [InlineData("squeezenet11.onnx", new[] { 13, 13, 512 })]
    [InlineData("tflite/mobilenet_v1_0.25_128_quant.tflite", new[] { 4, 4, 256 })]
    [InlineData("tflite/mobilenet_v2_1.0_224_quant.tflite", new[] { 7, 7, 1280 })]
    public void Networks_by_others_are_cut_at_their_features(string file, int[] shape)
    {
        var path = TestData.Find($"pretrained/{file}");
        Assert.SkipWhen(path is null, "shared/data/pretrained is missing.");
        Assert.Equal(new Fovea.Shape(shape), ClassifierCut.Of(Model.Load(path!), file).Base.OutputShape);
    }

    private static Layer[] Backbone() => [new Conv2D(6, 3), new BatchNormalization(), new ReLU { Name = "features" }];

    private static Sequential Whole(Layer[] layers)
    {
        var model = new Sequential("net", 4) { new Input(8, 8, 3) };
        foreach (var layer in layers) model.Add(layer);
        return model;
    }
}
