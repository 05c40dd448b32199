using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Formats.Keras;

/// <summary>What single versions of Keras write otherwise than the others.</summary>
public sealed class KerasVersionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// Keras 2.12 and 2.13 save the values of <c>_layer_checkpoint_dependencies</c>, in which a layer with weights occurs twice: the first time as
    /// <c>layer_with_weights-N</c>, the second time, when nothing is saved any more, as <c>layer-N</c>. Both count.
    /// </summary>
    [Fact]
    public void Layers_that_Keras_2_12_counts_twice_get_their_weights()
    {
        var inner =
            new Sequential("inner") { new Input(8, 8, 3), new Conv2D(2, 3, padding: Padding.Same), new ActivationLayer(Activation.Tanh), new Conv2D(4, 1) };
        var model = new Sequential("outer", seed: 3)
        {
            new Input(8, 8, 3), inner, new Conv2D(3, 3), new BatchNormalization(), new ActivationLayer(Activation.Relu), new Conv2D(5, 3),
                new ActivationLayer(Activation.Tanh), new BatchNormalization(), new Flatten(), new Dense(4), new Dense(2),
        };
        var path = Path.Combine(folder, "old.keras");
        model.EnsureInitialized();
        KerasArchiveWriter.Write(
            path, KerasJson.ToJson(ModelDescribing.Describe(model)), CountedTwice(model, "_layer_checkpoint_dependencies"), DateTimeOffset.UnixEpoch);
        var loaded = Model.Load(path, out var report);
        Assert.Equal(model.Weights.Select(weight => weight.Values.ToArray()), loaded.Weights.Select(weight => weight.Values.ToArray()));
        Assert.Equal(model.Weights.Count, report.Count(TensorOutcome.Loaded));
        Assert.Equal(model.Weights.Count, report.Tensors.Count);
        Assert.Contains(report.Tensors, tensor => tensor.Source == "layers/conv2d_2/vars/0");
    }

    /// <summary>An activation may be a layer, an object with a function's name, or a name of a package.</summary>
    [Theory]
    [InlineData("""{"class_name":"LeakyReLU","config":{"name":"leaky_re_lu","trainable":true,"dtype":"float32","alpha":0.25}}""", new[] { -1f, 0, 2 })]
    [InlineData("""{"module":"keras.layers","class_name":"LeakyReLU","config":{"negative_slope":0.5},"registered_name":null}""", new[] { -2f, 0, 2 })]
    [InlineData("""{"class_name":"ReLU","config":{"max_value":1.5,"negative_slope":0.125,"threshold":0}}""", new[] { -0.5f, 0, 1.5f })]
    [InlineData("""{"class_name":"ELU","config":{"alpha":1}}""", new[] { -0.98168436f, 0, 2 })]
    [InlineData("""{"class_name":"Activation","config":{"name":"a","activation":"relu"}}""", new[] { 0f, 0, 2 })]
    [InlineData("""{"module":"keras.activations","class_name":"function","config":"relu","registered_name":"function"}""", new[] { 0f, 0, 2 })]
    [InlineData("\"LeakyReLU\"", new[] { -1.2f, 0, 2 })]
    [InlineData("\"Custom>relu6\"", new[] { 0f, 0, 2 })]
    public void An_activation_that_is_a_layer_is_computed_and_kept(string activation, float[] expected)
    {
        var model = Model.FromJson($$$"""
            {"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"InputLayer","config":{"name":"i","batch_input_shape":[null,1]}},
             {"class_name":"Dense","config":{"name":"d","units":1,"use_bias":0,"trainable":1,"activation":{{{activation}}}}}]}}
            """);
        model.Layer("d").Weights[0].Write([1]);
        Assert.Single(model.Weights);
        Assert.Equal(expected, Predict(model));
        foreach (var name in (string[])["a.keras", "a.h5"])
        {
            var path = Path.Combine(folder, name);
            model.Save(path);
            Assert.Equal(expected, Predict(Model.Load(path)));
        }

        static float[] Predict(Model model) => model.Predict(new Tensor([3, 1], [-4, 0, 2])).Values;
    }

    [Theory]
    [InlineData(
        """{"class_name":"PReLU","config":{}}""",
        "Dense 'd': the activation is a layer of the class 'PReLU'; expected a name, or one of ELU, LeakyReLU, ReLU, Softmax, ThresholdedReLU.")]
    [InlineData("3", "Dense 'd': expected the name of an activation, or a layer for 'activation'; received 3.")]
    [InlineData("\"reluu\"", "Dense 'd': the activation 'reluu' is not known; the nearest known names are relu, relu6, celu.")]
    public void Another_activation_is_refused(string activation, string sentence) =>
        Assert.EndsWith(sentence, Fails("Dense", $"\"units\":1,\"activation\":{activation}"), StringComparison.Ordinal);

    [Fact]
    public void A_layer_that_is_not_known_is_answered_with_the_nearest_names()
    {
        Assert.EndsWith(
            "Conv2DTranspos 'd': the layer 'Conv2DTranspos' is not known; the nearest known names are Conv2DTranspose, Conv2D.",
            Fails("Conv2DTranspos", ""), StringComparison.Ordinal);
        Assert.EndsWith("LSTM 'd': the layer 'LSTM' is not known; no known name is near it.", Fails("LSTM", ""), StringComparison.Ordinal);
    }

    /// <summary>Classes of packages are taken for Keras' layers of their names, and that is said.</summary>
    [Theory]
    [InlineData("\"class_name\":\"Custom>Dense\"", "Dense 'd' is of the class Custom>Dense; it is read as Keras' layer of that name.")]
    [InlineData(
        "\"class_name\":\"Dense\",\"module\":\"keras_cv.layers\"",
        "Dense 'd' is of the class keras_cv.layers.Dense; it is read as Keras' layer of that name.")]
    [InlineData("\"class_name\":\"Dense\",\"module\":\"keras.src.layers.core.dense\"", null)]
    [InlineData("\"class_name\":\"keras.src.layers.core.dense.Dense\"", null)]
    public void A_class_of_a_package_is_said(string className, string? note)
    {
        var report = new LoadReport("m");
        var json = (JsonObject)JsonNode.Parse($$$"""
            {"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"InputLayer","config":{"name":"i","batch_input_shape":[null,2]}},
             { {{{className}}},"config":{"name":"d","units":1}}]}}
            """)!;
        _ = KerasLoading.Create(KerasJson.ParseModel(json, "m"), null, report);
        Assert.Equal(note is null ? [] : [note], report.Notes);
    }

    /// <summary>Theano convolves: it turns kernels by 180°. The sum of an image under a kernel with one 1 at its end is then its first pixel.</summary>
    [Fact]
    public void Kernels_by_Theano_are_turned()
    {
        var path = Path.Combine(folder, "old.h5");
        var model =
            new Sequential(
            "s") { new Input(3, 3, 2), new Conv2D(1, 2) { UseBias = false }, new DepthwiseConv2D(2) { UseBias = false }, new Flatten(), new Dense(1) };
        model.Save(path);
        var kernels = model.Weights.Select(weight => weight.Values.ToArray()).ToList();
        var bytes = File.ReadAllBytes(path);
        var changes = 0;
        for (var i = 0; i + 10 <= bytes.Length; i++)
        {
            if (!bytes.AsSpan(i, 10).SequenceEqual("tensorflow"u8)) continue;
            "theano\0\0\0\0"u8.CopyTo(bytes.AsSpan(i));
            changes++;
        }

        Assert.True(changes > 0);
        File.WriteAllBytes(path, bytes);
        var loaded = Model.Load(path, out var report);

        // (row, column, channel, filter): pixels in the other order, channels as they were.
        Assert.Equal([.. kernels[0][6..8], .. kernels[0][4..6], .. kernels[0][2..4], .. kernels[0][0..2]], loaded.Weights[0].Values.ToArray());
        Assert.Equal(kernels[1].AsEnumerable().Reverse(), loaded.Weights[1].Values.ToArray());
        Assert.Equal(kernels[2], loaded.Weights[2].Values.ToArray());
        Assert.Equal(["rotated by 180°", "rotated by 180°", null, null], report.Tensors.Select(tensor => tensor.Note));
        model.LoadWeights(path);
        Assert.Equal(loaded.Weights[0].Values.ToArray(), model.Weights[0].Values.ToArray());
    }

    /// <summary>How a model was compiled: unknown settings are noted, or the model is not compiled.</summary>
    [Theory]
    [InlineData(
        "{\"class_name\":\"Adam\",\"config\":{\"learning_rate\":0.1,\"jit_compile\":true,\"is_legacy_optimizer\":false}}", "\"mse\"",
        "\"run_eagerly\":true", "")]
    [InlineData(
        "{\"class_name\":\"Adam\",\"config\":{\"learning_rate\":0.1,\"warmth\":2}}", "\"mse\"", "",
        "the setting warmth = 2 of the optimizer Adam is unknown and was ignored.")]
    [InlineData(
        "\"adam\"", "\"mse\"", "\"weighted_metrics\":[\"mae\"]", "it was compiled with weighted_metrics = [\"mae\"], which is unknown and was ignored.")]
    [InlineData(
        "\"adam\"", "{\"class_name\":\"Huber\",\"config\":{\"delta\":2,\"steepness\":3}}", "",
        "its compile settings do not fit: loss: Huber: the setting steepness = 3 is unknown. Compile the model before training it.")]
    public void What_a_model_was_compiled_with_is_read_noted_or_left_out(string optimizer, string loss, string rest, string note)
    {
        var path = Path.Combine(folder, "compiled.keras");
        var model = new Sequential("s") { new Input(2), new Dense(1) };
        model.EnsureInitialized();
        var json = KerasJson.ToJson(ModelDescribing.Describe(model));
        json["compile_config"] = JsonNode.Parse($"{{\"optimizer\":{optimizer},\"loss\":{loss}{(rest.Length == 0 ? "" : $",{rest}")}}}");
        KerasArchiveWriter.Write(
            path, json,
            [new WeightGroup("layers/dense", null, [.. model.Weights.Select((weight, i) => StoredArray.From($"{i}", weight.Shape, weight.Values.ToArray()))])],
            DateTimeOffset.UnixEpoch);
        var loaded = Model.Load(path, out var report);
        Assert.Equal(note.Length == 0 ? [] : [note], report.Notes);
        Assert.Equal(note.Contains("loss", StringComparison.Ordinal), loaded.Optimizer is null);
    }

    /// <summary>Keras 2's hard sigmoid, 0.2 x + 0.5, wherever its name occurs in a file of Keras 2: at 1 it is 0.7, and Keras 3's 2/3.</summary>
    [Theory]
    [InlineData("Dense", "\"units\":1,\"use_bias\":false,\"activation\":\"hard_sigmoid\"", 0.7f)]
    [InlineData("Dense", "\"units\":1,\"use_bias\":false,\"activation\":{\"class_name\":\"function\",\"config\":\"hard_sigmoid\"}", 0.7f)]
    [InlineData("Dense", "\"units\":1,\"use_bias\":false,\"activation\":{\"class_name\":\"Activation\",\"config\":{\"activation\":\"hard_sigmoid\"}}", 0.7f)]
    [InlineData("Activation", "\"activation\":\"Custom>hard_sigmoid\"", 0.7f)]
    [InlineData("Activation", "\"activation\":\"tanh\"", 0.7615942f)]
    [InlineData("Identity", "", 1f)]
    public void A_function_means_what_it_meant(string className, string settings, float expected)
    {
        var description = KerasJson.ParseModel((JsonObject)JsonNode.Parse($$$"""
            {"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"InputLayer","config":{"name":"i","batch_input_shape":[null,1]}},
             {"class_name":"{{{className}}}","config":{"name":"d"{{{(settings.Length == 0 ? "" : "," + settings)}}}}}]}}
            """)!, "m");
        var report = new LoadReport("m");
        Keras2HardSigmoid.Keep(description, report);
        var model = KerasLoading.Create(description, null, report);
        if (className == "Dense") model.Layer("d").Weights[0].Write([1]);
        Assert.Equal(expected, model.Predict(new Tensor([1, 1], [1])).Values[0], 1e-6f);
        Assert.Equal(expected == 0.7f ? 1 : 0, report.Notes.Count);
    }

    /// <summary>The configuration alone gives a report too.</summary>
    [Fact]
    public void A_configuration_tells_what_it_understood_otherwise()
    {
        var model = Model.FromJson("""
            {"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"MaxPooling2D","config":{"name":"p","pool_size":2,
             "data_format":"channels_first","batch_input_shape":[null,3,4,6]}}]}}
            """, out var report);
        Assert.Equal(new Shape(2, 3, 3), model.OutputShape);
        Assert.Equal(2, report.Notes.Count);
    }

    private static string Fails(string className, string config) => Assert.Throws<ModelFormatException>(() => Model.FromJson($$$"""
        {"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"InputLayer","config":{"name":"i","batch_input_shape":[null,1]}},
         {"class_name":"{{{className}}}","config":{"name":"d"{{{(config.Length == 0 ? "" : "," + config)}}}}}]}}
        """)).Message;

    /// <summary>The groups as Keras 2.12 names them, the layers of a class one after the other and those with weights twice.</summary>
    private static List<WeightGroup> CountedTwice(Model model, string container)
    {
        var (groups, counts) = (new List<WeightGroup>(), new Dictionary<string, int>());
        foreach (var layer in model.Layers.Where(layer => layer is not Input))
        {
            var stem =
                layer.ClassName switch
                {
                    "Conv2D" => "conv2d",
                    "BatchNormalization" => "batch_normalization",
                    "Sequential" => "sequential",
                    var other => other.ToLowerInvariant()
                };
            var count = counts.GetValueOrDefault(stem);
            var path = $"{container}/{(count == 0 ? stem : $"{stem}_{count}")}";
            groups.Add(
                new(path, null, layer is Model
                ? []
                : [.. layer.Weights.Select((weight, i) => StoredArray.From($"{i}", weight.Shape, weight.Values.ToArray()))]));
            if (layer is Model within) groups.AddRange(CountedTwice(within, $"{path}/_layer_checkpoint_dependencies"));
            counts[stem] = count + (layer.Weights.Count > 0 ? 2 : 1);
        }

        return groups;
    }
}
