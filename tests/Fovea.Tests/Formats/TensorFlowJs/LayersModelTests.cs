using System.Text.Json.Nodes;

namespace Fovea.Tests.Formats.TensorFlowJs;

public sealed class LayersModelTests : IDisposable
{
    /// <summary>As TensorFlow.js saves a model: no model_config around the layers, and its own names.</summary>
    private const string Sequential = """
        {"class_name":"Sequential","config":{"name":"sequential_1","layers":[
          {"class_name":"Conv2D","config":{"filters":2,"kernel_size":[1,2],"strides":[1,1],"padding":"valid","data_format":"channels_last",
           "dilation_rate":[1,1],"activation":"relu","use_bias":true,
            "kernel_initializer":{"class_name":"VarianceScaling","config":{"scale":1,"mode":"fan_avg","distribution":"normal","seed":null}},
             "bias_initializer":{"class_name":"Zeros","config":{}},
            "kernel_regularizer":null,"bias_regularizer":null,"activity_regularizer":null,"kernel_constraint":null,"bias_constraint":null,
             "name":"conv2d_Conv2D1","trainable":true,"batch_input_shape":[null,1,3,1],"dtype":"float32"}},
          {"class_name":"Flatten","config":{"name":"flatten_Flatten1","trainable":true}},
          {"class_name":"Dense","config":{"units":1,"activation":"linear","use_bias":false,"name":"dense_Dense1","trainable":true}}]},
         "keras_version":"tfjs-layers 4.22.0","backend":"tensor_flow.js"}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_TensorFlow_js_saves_is_read()
    {
        var path = Put(Sequential, ["./m.weights.bin"], Weights("float32"));
        Put("m.weights.bin", Floats(1, -1, 2, 0.5f, 0, 1, 1, 2, 3, 4));
        var model = Model.Load(path, out var report);
        // relu of (1·x0 + 2·x1, −x0 + x1/2 + 1) at both places, times 1 2 3 4.
        Assert.Equal([(1f * 5) + (2 * 1) + (3 * 8) + (4 * 0.5f)], model.Predict(new Tensor([1, 1, 3, 1], [1, 2, 3])).Values.ToArray());
        Assert.Equal("tfjs-layers 4.22.0", report.WrittenBy);
        Assert.Equal(["conv2d_Conv2D1/kernel", "conv2d_Conv2D1/bias", "dense_Dense1/kernel"], report.Tensors.Select(tensor => tensor.Target));
    }

    [Fact]
    public void What_is_not_read_is_said()
    {
        var path =
            Put(Sequential.Replace("\"backend\"", "\"training_config\":{\"loss\":\"mse\"},\"backend\"", StringComparison.Ordinal), ["m.bin"],
            Weights("float32"));
        Put("m.bin", new byte[40]);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"convertedBy\":null", "\"modelInitializer\":{}", StringComparison.Ordinal));
        Model.Load(path, out var report);
        Assert.Equal(
            ["how the model was compiled is not read from TensorFlow.js' files; compile it before training it.",
            "the file's entry 'modelInitializer', an object, is unknown and was ignored."], report.Notes);
    }

    [Fact]
    public void Files_are_one_after_the_other_and_numbers_may_be_quantized()
    {
        var path = Put(Sequential, ["group1-shard1of2.bin", "group1-shard2of2.bin"], """
            {"name":"conv2d_Conv2D1/kernel","shape":[1,2,1,2],"dtype":"float32","quantization":{"dtype":"uint8","min":-1,"scale":0.5,
             "original_dtype":"float32"}},
            {"name":"conv2d_Conv2D1/bias","shape":[2],"dtype":"float32","quantization":{"dtype":"float16","original_dtype":"float32"}},
            {"name":"dense_Dense1/kernel","shape":[4,1],"dtype":"float32","quantization":{"dtype":"uint16","min":0,"scale":0.25,"original_dtype":"float32"}}
            """);
        // The halves are cut within the bias.
        byte[] bytes = [4, 0, 6, 3, 0, 0, 0, 0x3C, 4, 0, 8, 0, 12, 0, 16, 0];
        Put("group1-shard1of2.bin", bytes[..5]);
        Put("group1-shard2of2.bin", bytes[5..]);
        var model = Model.Load(path, out var report);
        Assert.Equal([1, -1, 2, 0.5f], model.Weights[0].Values.ToArray());
        Assert.Equal([0, 1], model.Weights[1].Values.ToArray());
        Assert.Equal([1, 2, 3, 4], model.Weights[2].Values.ToArray());
        Assert.Equal(2, report.Notes.Count);
    }

    [Fact]
    public void Names_by_Keras_3_are_those_of_its_weights_file_and_Teachable_Machine_tells_the_classes()
    {
        var topology = """
            {"keras_version":"3.0.5","backend":"tensorflow","model_config":{"module":"keras","class_name":"Sequential","config":{"name":"s","layers":[
              {"module":"keras.layers","class_name":"InputLayer","config":{"batch_shape":[null,2],"name":"i"}},
              {"module":"keras.layers","class_name":"Dense","config":{"name":"dense_7","units":2,"use_bias":false}},
              {"module":"keras.layers","class_name":"Dense","config":{"name":"dense_8","units":2,"use_bias":false}}]}}}
            """;
        var path =
            Put(topology, ["w.bin"],
            """
            {"name":"layers/dense_1/vars/0","shape":[2,2],"dtype":"float32"},{"name":"_layer_checkpoint_dependencies/dense/vars/0","shape":[2,2],
             "dtype":"float32"}
            """);
        Put("w.bin", Floats(1, 2, 3, 4, 5, 6, 7, 8));
        File.WriteAllText(Path.Combine(folder, "metadata.json"), """{"labels":["cat","dog"],"imageSize":224}""");
        var model = Model.Load(path);
        Assert.Equal([5, 6, 7, 8], model.Layer("dense_7").Weights[0].Values.ToArray());
        Assert.Equal(["cat", "dog"], model.ClassNames);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("cats")]
    public void A_model_that_Fovea_wrote_comes_back_to_the_bit(string name)
    {
        var model = Branched();
        model.ClassNames = ["a", "b", "c"];
        var path = Path.Combine(folder, $"{name}.json");
        model.Save(path);
        var loaded = Model.Load(path, out var report);
        Assert.Equal(model.Weights.Select(weight => weight.Values.ToArray()), loaded.Weights.Select(weight => weight.Values.ToArray()));
        Assert.All(report.Tensors, tensor => Assert.Equal(TensorOutcome.Loaded, tensor.Outcome));
        Assert.Equal(model.ClassNames, loaded.ClassNames);
        var image = new Tensor(model.InputShape.Prepend(1), [.. Enumerable.Range(0, model.InputShape.Count).Select(i => i % 5 / 5f)]);
        Assert.Equal(model.Predict(image).Values.ToArray(), loaded.Predict(image).Values.ToArray());
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.Equal("layers-model", (string)json["format"]!);
        var prefix = name == "model" ? "" : "cats-";
        Assert.Equal(
            [$"{prefix}group1-shard1of2.bin", $"{prefix}group1-shard2of2.bin"], json["weightsManifest"]![0]!["paths"]!.AsArray()
            .Select(shard => (string)shard!));
        Assert.Equal(4 << 20, new FileInfo(Path.Combine(folder, $"{prefix}group1-shard1of2.bin")).Length);
        Assert.DoesNotContain("registered_name", json.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public void Layers_that_TensorFlow_js_does_not_have_are_named_and_augmentation_does_nothing()
    {
        var path = Path.Combine(folder, "model.json");
        var model = new Sequential { new Input(4, 4, 4), new RandomFlip(), new Conv2D(4, 1, activation: Activation.Silu), new LeakyReLU(0.2f) };
        model.Save(path);
        var layers = JsonNode.Parse(File.ReadAllText(path))!["modelTopology"]!["model_config"]!["config"]!["layers"]!.AsArray();
        Assert.Equal(["InputLayer", "Activation", "Conv2D", "LeakyReLU"], layers.Select(layer => (string)layer!["class_name"]!));
        Assert.Equal("swish", (string)layers[2]!["config"]!["activation"]!);
        Assert.Equal(0.2f, (float)layers[3]!["config"]!["alpha"]!);
        var before = File.ReadAllBytes(path);
        Assert.Equal("GroupNormalization 'group_normalization': TensorFlow.js does not have this layer.",
            Assert.Throws<NotSupportedException>(() => new Sequential { new Input(4, 4, 4), new GroupNormalization(2) }.Save(path)).Message);
        Assert.StartsWith("Conv2D 'conv2d': TensorFlow.js has another function of the name hard_sigmoid",
            Assert.Throws<NotSupportedException>(() => new Sequential { new Input(4, 4, 4), new Conv2D(4, 1, activation: Activation.HardSigmoid) }.Save(path))
                .Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    /// <summary>
    /// TensorFlow.js 4.22 has these classes and settings; what it would pass over or refuse is put into its words, or refused when it is written.
    /// </summary>
    [Fact]
    public void Layers_are_written_in_the_words_of_TensorFlow_js()
    {
        var penalty =
            new Sequential { new Input(4, 4, 2),
            new Conv2D(2, 2) { KernelRegularizer = new L2(0.5f), BiasRegularizer = new L1(0.25f), KernelInitializer = Initializer.LecunNormal } };
        var conv = LayerOf(penalty)["config"]!;
        Assert.Equal("""{"class_name":"L1L2","config":{"l1":0,"l2":0.5}}""", conv["kernel_regularizer"]!.ToJsonString());
        Assert.Equal("""{"class_name":"L1L2","config":{"l1":0.25,"l2":0}}""", conv["bias_regularizer"]!.ToJsonString());
        Assert.Equal("LeCunNormal", (string)conv["kernel_initializer"]!["class_name"]!);
        Assert.Equal(("Cropping2D", "[[1,2],[0,1]]"), Words(new Sequential { new Input(6, 5, 2), new CenterCrop(3, 4) }, "cropping"));
        Assert.Equal(
            ("AveragePooling2D", "[6,5]"), Words(new Sequential { new Input(6, 5, 2), new GlobalAveragePooling2D(keepDimensions: true) }, "pool_size"));
        Assert.Equal(("LeakyReLU", "0.25"), Words(new Sequential { new Input(6), new ReLU(negativeSlope: 0.25f) }, "alpha"));
        Assert.Equal(("LeakyReLU", "0.2"), Words(new Sequential { new Input(6), new ActivationLayer(Activation.LeakyRelu) }, "alpha"));
        Assert.Equal(("Activation", "\"linear\""), Words(new Sequential { new Input(6), new Flatten() }, "activation"));
        Assert.Equal(("Concatenate", "3"), Words(new Model(Two(out var one), new Concatenate().Call(one, one)), "axis"));

        (string, string) Words(Model model, string key) => ((string)LayerOf(model)["class_name"]!, LayerOf(model)["config"]![key]!.ToJsonString());

        static Input Two(out SymbolicTensor value)
        {
            var input = new Input(2, 2, 3);
            value = input.Output;
            return input;
        }
    }

    public static TheoryData<string, Layer> NotOfTensorFlowJs => new()
    {
        { "TensorFlow.js does not have 'groups' = 2; it computes with 1 alone.", new Conv2D(4, 1) { Groups = 2 } },
        { "TensorFlow.js does not have 'dilation_rate' = [2,2]; it computes with [1,1] alone.", new DepthwiseConv2D(2) { DilationRate = 2 } },
        { "TensorFlow.js does not have 'interpolation' = bilinear; it computes with nearest alone.", new UpSampling2D(2, ResizeInterpolation.Bilinear) },
        { "TensorFlow.js does not have 'threshold' = 0.5; it computes with 0 alone.", new ReLU(6, threshold: 0.5f) },
        { "TensorFlow.js does not have 'alpha' = 2; it computes with 1 alone.", new ELU(2) },
        { "TensorFlow.js takes one scale and one offset for all channels.", new Rescaling([1, 2, 3, 4], [0, 0, 0, 0]) },
        { "TensorFlow.js has a softmax along the last axis alone.", new Softmax(1) },
        { "TensorFlow.js does not have the activation 'squareplus'; it has elu, gelu, linear, log_softmax, mish, relu, relu6, selu, sigmoid, swish, softmax, "
            + "softplus, softsign, tanh, hard_sigmoid.", new Dense(2, Activation.Squareplus) },
        { "TensorFlow.js does not have the regularizer OrthogonalRegularizer; it has L1, L2 and both.",
            new Dense(2) { KernelRegularizer = new OrthogonalRegularizer() } },
        { "TensorFlow.js does not have this layer.", new Resizing(2, 2) },
        { "TensorFlow.js does not have this layer.", new Normalization() },
    };

    [Theory]
    [MemberData(nameof(NotOfTensorFlowJs))]
    public void What_TensorFlow_js_would_compute_otherwise_is_not_written(string sentence, Layer layer)
    {
        layer.Name = "it";
        var model = new Sequential { new Input(4, 4, 4), layer };
        Assert.Equal($"{layer.ClassName} 'it': {sentence}", Assert.Throws<NotSupportedException>(() => model.Save(Path.Combine(folder, "model.json"))).Message);
        Assert.Empty(Directory.GetFiles(folder));
    }

    private JsonNode LayerOf(Model model)
    {
        var path = Path.Combine(folder, "words.json");
        model.Save(path);
        return JsonNode.Parse(File.ReadAllText(path))!["modelTopology"]!["model_config"]!["config"]!["layers"]!.AsArray()[^1]!;
    }

    [Theory]
    [InlineData("../m.bin", "'model.json': its weights are in '../m.bin'; expected the name of a file in the same folder.")]
    [InlineData("/etc/passwd", "'model.json': its weights are in '/etc/passwd'; expected the name of a file in the same folder.")]
    [InlineData("a\\\\b.bin", "'model.json': its weights are in 'a\\b.bin'; expected the name of a file in the same folder.")]
    [InlineData("none.bin", "'model.json': its weights are in 'none.bin' in the same folder, and there is no such file.")]
    [InlineData("link.bin", "'model.json': its weights are in 'link.bin', which is a link out of the folder; expected a file.")]
    [InlineData("short.bin", "'model.json': the weight 'dense_Dense1/kernel' of shape [4,1] takes 16 bytes; the files of its group have 12 left.")]
    [InlineData("long.bin", "'model.json': the weights of a group take 40 bytes; its files have 44.")]
    public void Files_elsewhere_and_of_other_sizes_are_refused(string shard, string sentence)
    {
        Put("short.bin", new byte[36]);
        Put("long.bin", new byte[44]);
        File.CreateSymbolicLink(Path.Combine(folder, "link.bin"), "/etc/hostname");
        Assert.Equal(sentence, Fails(Put(Sequential, [shard], Weights("float32"))));
    }

    [Fact]
    public void What_is_no_layers_model_is_named()
    {
        Put("m.bin", new byte[40]);
        Assert.Equal(
            "'model.json': the weight 'conv2d_Conv2D1/kernel' is stored as complex64, which is not supported; expected float32, float16, int32, uint8, uint16 "
            + "or bool.", Fails(Put(Sequential, ["m.bin"], Weights("complex64"))));
        var path = Path.Combine(folder, "model.json");
        File.WriteAllText(path, """{"format":"graph-model","modelTopology":{"node":[]},"weightsManifest":[]}""");
        Assert.StartsWith("'model.json': it is a TensorFlow.js graph model", Fails(path), StringComparison.Ordinal);
        File.WriteAllText(path, """{"class_name":"Sequential","config":{"layers":[]}}""");
        Assert.StartsWith("'model.json': it has a model's configuration and no weights", Fails(path), StringComparison.Ordinal);
        File.WriteAllText(path, """{"name":"package","version":"1"}""");
        Assert.Equal("'model.json': expected 'modelTopology', as a TensorFlow.js layers model has it; it has name, version.", Fails(path));
        File.WriteAllText(path, """{"modelTopology":""");
        Assert.StartsWith("'model.json': 'model.json' is not JSON", Fails(path), StringComparison.Ordinal);
    }

    /// <summary>More than one file of weights; a model within, a sum, and layers whose weights have special names.</summary>
    internal static Model Branched()
    {
        var input = new Input(16, 16, 3);
        var inner =
            new Sequential(
            "features") { new Input(16, 16, 3), new Conv2D(8, 3, padding: Fovea.Padding.Same, activation: Activation.Relu), new BatchNormalization(),
            new DepthwiseConv2D(3) };
        var x = inner.Call(input);
        var y = new Add().Call(new SeparableConv2D(8, 3, padding: Fovea.Padding.Same).Call(x), new PReLU(1, 2).Call(x));
        y = new Dense(3000).Call(new Flatten().Call(new MaxPooling2D(2).Call(y)));
        return new Model(input, new Dense(3, Activation.Softmax).Call(new ReLU(6).Call(y)), "branched", seed: 4);
    }

    [Fact]
    public void Where_TensorFlow_js_computes_something_else_under_the_same_name_is_kept_or_noted()
    {
        const string Layers =
            """
            {"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"CLASS","config":{"name":"it","CONFIG","batch_input_shape":[null,
             2,2,1]}}]}}
            """;
        Model.Load(
            Put(Layers.Replace("CLASS", "UpSampling2D", StringComparison.Ordinal).Replace("CONFIG", "interpolation\":\"bilinear", StringComparison.Ordinal), [],
            ""), out var report);
        Assert.Equal("UpSampling2D 'it' is bilinear as in Keras; TensorFlow.js places its samples half a pixel away.", Assert.Single(report.Notes));
        var model =
            Model.Load(
            Put(Layers.Replace("CLASS", "Activation", StringComparison.Ordinal)
            .Replace("CONFIG", "activation\":\"hard_sigmoid", StringComparison.Ordinal), [], ""));
        Assert.Equal([0.3f, 0.5f, 1, 0], model.Predict(new Tensor([1, 2, 2, 1], [-1, 0, 3, -3])).Values.ToArray());
    }

    private static string Weights(string dtype) => $$"""
        {"name":"conv2d_Conv2D1/kernel","shape":[1,2,1,2],"dtype":"{{dtype}}"},{"name":"conv2d_Conv2D1/bias","shape":[2],"dtype":"float32"},
         {"name":"dense_Dense1/kernel","shape":[4,1],"dtype":"float32"}
        """;

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static string Fails(string path) => Assert.Throws<ModelFormatException>(() => Model.Load(path)).Message;

    private string Put(string topology, string[] shards, string weights)
    {
        var path = Path.Combine(folder, "model.json");
        File.WriteAllText(path, $$"""
            {"modelTopology":{{topology}},"format":"layers-model","generatedBy":"someone","convertedBy":null,
             "weightsManifest":[{"paths":[{{string.Join(',', shards.Select(shard => $"\"{shard}\""))}}],"weights":[{{weights}}]}]}
            """);
        return path;
    }

    private void Put(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(folder, name), bytes);
}
