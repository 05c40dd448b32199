using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Formats.Keras;
using Fovea.Tests.Training;

namespace Fovea.Tests.Formats;

/// <summary>Models written, read, and trained further.</summary>
public sealed class SavingModelsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public static TheoryData<string> Optimizers =>
    [
        "sgd", "sgd momentum", "sgd nesterov", "rmsprop", "rmsprop momentum", "rmsprop centered", "adam", "amsgrad", "adamw", "adamax", "nadam", "adagrad",
            "adadelta", "ftrl",
        "lion", "options",
    ];

    private string Saved => Path.Combine(folder, "model.keras");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>With dropout and shuffling: the position in the random numbers is part of the state.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Training_goes_on_to_the_same_bits_after_saving_and_loading(string optimizer)
    {
        var (whole, parts, data) = (SmallNets.Convnet(seed: 77), SmallNets.Convnet(seed: 77), SmallNets.Images(50));
        foreach (var model in (Model[])[whole, parts]) model.Compile(Create(optimizer), Loss.SparseCategoricalCrossentropy, new Accuracy());
        var expected = whole.Fit(data, epochs: 3, batchSize: 8);
        parts.Fit(data, epochs: 2, batchSize: 8);
        parts.Save(Saved);
        var loaded = Model.Load(Saved);
        Assert.Equal(SmallNets.AllBits(parts), SmallNets.AllBits(loaded));
        var received = loaded.Fit(data, epochs: 1, batchSize: 8);
        Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(loaded));
        Assert.Equal(expected["loss"][2], received["loss"][0]);
        Assert.Equal(expected["accuracy"][2], received["accuracy"][0]);
    }

    [Fact]
    public void Options_and_averages_survive()
    {
        var model = SmallNets.Convnet();
        model.Compile(
            new Nadam { WeightDecay = 0.01f, ClipNorm = 2, UseEma = true, EmaMomentum = 0.5f, EmaOverwriteFrequency = 5, GradientAccumulationSteps = 2 },
                Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(40), batchSize: 8);
        model.Save(Saved);
        var (loaded, data) = (Model.Load(Saved), SmallNets.Images(24));
        var nadam = Assert.IsType<Nadam>(loaded.Optimizer);
        Assert.Equal((0.01, 2.0, null, null), (nadam.WeightDecay, nadam.ClipNorm, nadam.ClipValue, nadam.GlobalClipNorm));
        Assert.Equal((true, 0.5, 5, 2), (nadam.UseEma, nadam.EmaMomentum, nadam.EmaOverwriteFrequency, nadam.GradientAccumulationSteps));
        foreach (var each in (Model[])[model, loaded]) each.Fit(data, batchSize: 8);
        Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
    }

    /// <summary>What <c>get_config</c> of keras/src/optimizers/base_optimizer.py and adamw.py give, in their order.</summary>
    [Fact]
    public void The_optimizer_is_described_as_Keras_describes_it()
    {
        var model = SmallNets.Perceptron();
        model.Compile(
            new AdamW(0.25f, 0.125f) { ClipNorm = 0.1f, UseEma = true, EmaOverwriteFrequency = 3, GradientAccumulationSteps = 2 },
            Loss.SparseCategoricalCrossentropy);
        model.Save(Saved);
        Assert.Equal(
            """
            {"module":"keras.optimizers","class_name":"AdamW","config":{"name":"adam_w","learning_rate":0.25,"weight_decay":0.125,"clipnorm":0.1,
            "global_clipnorm":null,"clipvalue":null,
            "use_ema":true,"ema_momentum":0.99,"ema_overwrite_frequency":3,"loss_scale_factor":null,"gradient_accumulation_steps":2,
            "beta_1":0.9,"beta_2":0.999,"epsilon":1E-07,"amsgrad":false},"registered_name":null}
            """.ReplaceLineEndings(""),
            Config(Saved)["compile_config"]!["optimizer"]!.ToJsonString());
    }

    /// <summary>Before Keras 3.10 <c>u_product</c> stood before the slots.</summary>
    [Fact]
    public void Older_files_of_Nadam_are_read()
    {
        var (model, loaded) = (SmallNets.Perceptron(), SmallNets.Perceptron());
        foreach (var each in (Model[])[model, loaded]) each.Compile(new Nadam(), Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(20), batchSize: 8);
        var stored = KerasOptimizers.StoreState(model.Trainer!);

        // (0.9·(1 − 0.5·0.96)) · (0.9·(1 − 0.5·0.96²)) · (0.9·(1 − 0.5·0.96³))
        Assert.Equal(0.468 * 0.48528 * 0.5018688, stored.Variables[^1].ReadFloats()[0], 1e-7);
        var report = new LoadReport("model.keras");
        KerasOptimizers.ReadState(
            loaded.Trainer!, stored with { Variables = [.. stored.Variables.Take(2), stored.Variables[^1], .. stored.Variables.Skip(2).SkipLast(1)] },
            new WeightFilling(report), report);
        Assert.Equal(
            model.Trainer!.Weights.SelectMany(weight => weight.Slots)
            .SelectMany(slot => slot.Values.ToArray()), loaded.Trainer!.Weights.SelectMany(weight => weight.Slots).SelectMany(slot => slot.Values.ToArray()));
        Assert.Equal(3, loaded.Trainer.Steps);
    }

    [Fact]
    public void With_an_optimizer_of_ones_own_a_model_is_saved_as_not_compiled()
    {
        var model = SmallNets.Perceptron();
        model.Compile(new SignDescent(), Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(20), batchSize: 8);
        model.Save(Saved);
        var loaded = Model.Load(Saved);
        Assert.Null(loaded.Optimizer);
        Assert.Equal(SmallNets.Bits(model), SmallNets.Bits(loaded));
    }

    [Fact]
    public void Frozen_layers_a_changed_rate_and_a_loss_on_logits_survive()
    {
        var (model, data) = (SmallNets.Perceptron(), SmallNets.Images(20));
        model.Layer("dense").Trainable = false;
        model.Compile(new Adam(0.5f, 0.8f, 0.99f, 1e-5f), new SparseCategoricalCrossentropy { FromLogits = true }, new Accuracy());
        model.Fit(data);
        model.Optimizer!.LearningRate = 0.125f;
        model.Save(Saved);
        var loaded = Model.Load(Saved);
        var adam = Assert.IsType<Adam>(loaded.Optimizer);
        Assert.Equal((0.125, 0.8, 0.99, 1e-5), (adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon));
        Assert.True(Assert.IsType<SparseCategoricalCrossentropy>(loaded.Loss).FromLogits);
        Assert.False(loaded.Layer("dense").Trainable);
        foreach (var each in (Model[])[model, loaded]) each.Fit(data);
        Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
    }

    [Fact]
    public void A_model_that_is_not_compiled_is_loaded_so()
    {
        SmallNets.Strided().Save(Saved);
        var loaded = Model.Load(Saved);
        Assert.Null(loaded.Optimizer);
        Assert.IsType<Sequential>(loaded);
        Assert.Equal(SmallNets.Bits(SmallNets.Strided()), SmallNets.Bits(loaded));
        Assert.Equal("strided", loaded.Name);
        Assert.Equal(2, loaded.Seed);
    }

    [Fact]
    public void A_negative_seed_survives()
    {
        SmallNets.Strided(seed: -7).Save(Saved);
        Assert.Equal(-7, Model.Load(Saved).Seed);
    }

    [Fact]
    public void A_tensor_layout_is_refused_for_other_formats_than_safetensors()
    {
        Assert.Equal(
            $"strided: expected a name that ends in .safetensors, since a tensor layout is given; received '{Saved}'. (Parameter 'path')",
            Assert.Throws<ArgumentException>(() => SmallNets.Strided().Save(Saved, TensorLayout.PyTorch)).Message);
    }

    [Fact]
    public void A_functional_model_with_a_shared_layer_survives()
    {
        var input = new Input(8, 8, 2) { Name = "image" };
        var shared = new Conv2D(2, 3, padding: Padding.Same, activation: Activation.Relu) { Name = "shared" };
        var x = shared.Call(shared.Call(input));
        var model =
            new Model(
            input, new Dense(4, Activation.Softmax) { Name = "head" }.Call(new Flatten().Call(shared.Call(new MaxPooling2D().Call(x)))), "residual", seed: 5);
        model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy);
        model.Save(Saved);
        var loaded = Model.Load(Saved);
        Assert.IsNotType<Sequential>(loaded);
        Assert.Equal(model.Layers.Select(layer => (layer.Name, layer.ClassName)), loaded.Layers.Select(layer => (layer.Name, layer.ClassName)));
        Assert.Equal(3, loaded.Topology.Calls.Count(call => call.Layer.Name == "shared"));
        var images = new Tensor([5, 8, 8, 2], Layers.LayerRunner.Normal(5 * 128));
        Assert.Equal(model.Predict(images).Values, loaded.Predict(images).Values);

        var again = Path.Combine(folder, "again.keras");
        loaded.Save(again);
        Assert.Equal(Config(Saved).ToJsonString(), Config(again).ToJsonString());
    }

    /// <summary>
    /// Loaded from a file that Keras 3.14 wrote and saved here: the same configuration but for what Keras fills in by itself (marks of
    /// shared objects, the shape Flatten was built for) and two settings so new that older versions of Keras 3 would refuse them.
    /// </summary>
    [Fact]
    public void A_model_of_Keras_is_saved_as_Keras_saved_it()
    {
        var original = SampleFileTests.Require("models/mnist-gosolna-k3140.keras");
        Model.Load(original).Save(Saved);
        Assert.Equal(
            [
                ".config.layers[0].config.optional: false, nothing",
                ".config.layers[5].build_config: {\"input_shape\":[null,5,5,64]}, nothing",
                ".config.layers[6].config.quantization_config: null, nothing",
                ".config.layers[8].config.quantization_config: null, nothing",
            ],
            JsonDifferences.Find(Config(original), Config(Saved)).Where(difference => !difference.Contains(".shared_object_id", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("models/mnist-gosolna-k3140.keras")]
    [InlineData("models/mnist-moonflower-k311.keras")]
    public void Weights_and_optimizer_of_Keras_are_saved_bit_for_bit(string sample)
    {
        var original = SampleFileTests.Require(sample);
        Model.Load(original).Save(Saved);
        using var expected = KerasArchive.Open(original);
        using var received = KerasArchive.Open(Saved);
        using var expectedWeights = expected.OpenWeights();
        using var receivedWeights = received.OpenWeights();
        Assert.Equal(
            expectedWeights.Groups.Select(group => group.Path).Order(StringComparer.Ordinal), receivedWeights.Groups.Select(group => group.Path)
            .Order(StringComparer.Ordinal));
        foreach (var group in expectedWeights.Groups)
        {
            var same = receivedWeights.Find(group.Path)!.Variables;
            Assert.Equal(group.Variables.Select(variable => (variable.Name, variable.Shape)), same.Select(variable => (variable.Name, variable.Shape)));
            foreach (var (before, after) in group.Variables.Zip(same))
                Assert.Equal(before.Type == StoredType.Float32 ? before.ReadBytes() : BitConverter.GetBytes(before.ReadIntegers()[0]), after.ReadBytes());
        }
    }

    [Fact]
    public void H5py_finds_Keras_structure()
    {
        H5py.Require();
        var model = SmallNets.Convnet();
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Fit(SmallNets.Images(20), batchSize: 8);
        model.Save(Saved);
        var output = H5py.Run("""
            import h5py, io, json, sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            print(z.namelist(), z.testzip())
            print(sorted(json.loads(z.read('metadata.json'))))
            c = json.loads(z.read('config.json'))
            print(c['class_name'], [l['class_name'] for l in c['config']['layers']], c['compile_config']['optimizer']['class_name'])
            h = h5py.File(io.BytesIO(z.read('model.weights.h5')), 'r')
            h.visititems(lambda name, o: print(name, o.shape, o.dtype) if isinstance(o, h5py.Dataset) and not name.startswith('optimizer') else None)
            o = h['optimizer/vars']
            print(len(o), int(o['0'][()]), o['0'].dtype, round(float(o['1'][()]), 6), [o[str(i)].shape for i in range(2, 6)])
            print(repr(float(h['layers/conv2d/vars/0'][0, 0, 0, 0])))
            """, Saved);
        Assert.Equal($"""
            ['metadata.json', 'config.json', 'model.weights.h5', 'fovea.json'] None
            ['date_saved', 'keras_version']
            Sequential ['InputLayer', 'Conv2D', 'MaxPooling2D', 'Dropout', 'Conv2D', 'Flatten', 'Dense', 'Dropout', 'Dense'] Adam
            layers/conv2d/vars/0 (3, 3, 1, 8) float32
            layers/conv2d/vars/1 (8,) float32
            layers/conv2d_1/vars/0 (3, 3, 8, 12) float32
            layers/conv2d_1/vars/1 (12,) float32
            layers/dense/vars/0 (300, 20) float32
            layers/dense/vars/1 (20,) float32
            layers/dense_1/vars/0 (20, 3) float32
            layers/dense_1/vars/1 (3,) float32
            18 3 int64 0.001 [(3, 3, 1, 8), (3, 3, 1, 8), (8,), (8,)]
            {(double)model.Weights[0].Values[0]}

            """.ReplaceLineEndings("\n"), output);
    }

    [Fact]
    public void A_layer_of_ones_own_is_refused_and_the_old_file_kept()
    {
        SmallNets.Perceptron().Save(Saved);
        var before = File.ReadAllBytes(Saved);
        var model = new Sequential { new Input(3), new Twice() };
        var error = Assert.Throws<NotSupportedException>(() => model.Save(Saved));
        Assert.Equal(
            "Twice 'twice': a custom layer cannot be saved unless its class is registered, as in CustomObjects.Register(\"MyPackage>Twice\", config => "
                + "new Twice(…)).",
            error.Message);
        Assert.Equal(before, File.ReadAllBytes(Saved));
        Assert.Equal([Saved], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void An_activation_of_ones_own_is_refused()
    {
        var model = new Sequential { new Input(3), new Dense(2, new Activation("relu", x => x.Relu() * x)) { Name = "head" } };
        var error = Assert.Throws<NotSupportedException>(() => model.Save(Saved));
        Assert.Equal(
            "Dense 'head': the activation 'relu' has no name in Keras' files and cannot be saved unless it is registered, as in "
                + "CustomObjects.Register(\"MyPackage>relu\", activation).",
            error.Message);
    }

    /// <summary><see cref="AtomicFileTests"/> has what else can fail.</summary>
    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        var path = Path.Combine(folder, "m.keras");
        SmallNets.Perceptron().Save(path);
        var before = File.ReadAllBytes(path);
        File.SetAttributes(path, FileAttributes.ReadOnly);
        Assert.Throws<UnauthorizedAccessException>(() => SmallNets.Convnet().Save(path));
        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
        Assert.ThrowsAny<IOException>(() => SmallNets.Convnet().Save(Path.Combine(folder, "missing", "model.keras")));
    }

    [Fact]
    public void Saving_again_replaces_the_file()
    {
        SmallNets.Perceptron().Save(Saved);
        SmallNets.Convnet().Save(Saved);
        Assert.Equal("convnet", Model.Load(Saved).Name);
        Assert.Equal([Saved], Directory.GetFileSystemEntries(folder));
    }

    private static JsonObject Config(string path)
    {
        using var archive = KerasArchive.Open(path);
        return archive.ReadJson(KerasArchive.ConfigName)!;
    }

    internal static Optimizer Create(string name) => name switch
    {
        "sgd" => new Sgd(0.05f),
        "sgd momentum" => new Sgd(0.05f, 0.9f),
        "sgd nesterov" => new Sgd(0.05f, 0.9f, nesterov: true),
        "rmsprop" => new RmsProp(0.003f),
        "rmsprop momentum" => new RmsProp(0.003f, 0.8f, 0.5f, 1e-5f),
        "rmsprop centered" => new RmsProp(0.003f, 0.8f, 0.5f, 1e-5f, centered: true),
        "amsgrad" => new Adam(0.003f, amsgrad: true),
        "adamw" => new AdamW(0.003f, 0.1f, 0.8f, 0.98f, 1e-6f, amsgrad: true),
        "adamax" => new Adamax(0.003f, 0.8f, 0.98f, 1e-6f),
        "nadam" => new Nadam(0.003f, 0.8f, 0.98f, 1e-6f),
        "adagrad" => new Adagrad(0.01f, 0.2f, 1e-6f),
        "adadelta" => new Adadelta(1, 0.9f, 1e-6f),
        "ftrl" => new Ftrl(0.01f, -0.4f, 0.2f, 1e-3f, 1e-4f, 1e-5f) { Beta = 0.1f },
        "lion" => new Lion(0.001f, 0.8f, 0.98f),
        "options" => new Sgd(0.05f) { WeightDecay = 0.1f, GlobalClipNorm = 0.5f, GradientAccumulationSteps = 4 },
        _ => new Adam(0.003f, 0.85f, 0.99f, 1e-6f),
    };

    private sealed class SignDescent() : Optimizer(0.01f)
    {
        protected internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors) =>
            (weight - factors[0].Mask(gradient) + factors[0].Mask(-gradient), []);
    }

    private sealed class Twice : Layer
    {
        protected override Node Call(Node input, CallContext context) => 2 * input;
    }
}
