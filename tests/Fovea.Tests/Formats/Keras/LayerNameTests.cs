using System.Text.Json.Nodes;
using Fovea.Formats.Keras;
using Fovea.Tests.Training;

namespace Fovea.Tests.Formats.Keras;

/// <summary>Names of layers that some readers refuse: with slashes, without letters, with letters of any alphabet.</summary>
public sealed class LayerNameTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("m.h5", "conv1/conv", "conv1", "conv1/conv", "conv1")]
    [InlineData("m.keras", "conv1/conv", "conv1", "conv1_conv", "conv1")]
    [InlineData("m.keras", "conv1/conv", "conv1_conv", "conv1_conv_1", "conv1_conv")]
    [InlineData("m.safetensors", "conv1/conv", "conv1", "conv1/conv", "conv1")]
    [InlineData("model.json", "conv1/conv", "conv1", "conv1/conv", "conv1")]
    [InlineData("m.h5", "a", "a/a", "a", "a/a")]
    [InlineData("m.h5", "/a", "b//c", "_/a", "b/_/c")]
    [InlineData("m.h5", "", ".", "_", "__1")]
    [InlineData("m.keras", "", "/", "_", "__1")]
    [InlineData("m.h5", "straße/漢字", "żółć ñ", "straße/漢字", "żółć ñ")]
    [InlineData("m.keras", "straße", "żółć ñ", "straße", "żółć ñ")]
    [InlineData("m.h5", "a\0b", "c", "a_b", "c")]
    [InlineData("m.keras", "a\0b", "c", "a_b", "c")]
    public void Models_come_back_whatever_their_layers_are_called(string file, string first, string second, string firstAgain, string secondAgain)
    {
        var model = new Sequential("net", seed: 3)
        {
            new Input(12, 12, 1), new Conv2D(3, 3, activation: Activation.Relu) { Name = first, LearningRateMultiplier = 0.5f }, new Flatten(),
                new Dense(4) { Name = second },
        };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(16), epochs: 1, batchSize: 8);
        var path = Path.Combine(folder, file);
        model.Save(path);
        var loaded = Model.Load(path);
        Assert.Equal([firstAgain, "flatten", secondAgain], loaded.Layers.Where(layer => layer is not Input).Select(layer => layer.Name));
        Assert.Equal(Bits(model), Bits(loaded));
        if (file is "m.h5" or "m.keras") Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
        if (file is not "m.h5") Assert.Equal(0.5f, loaded.Layer(firstAgain).LearningRateMultiplier);
    }

    [Theory]
    [InlineData("m.h5")]
    [InlineData("m.keras")]
    [InlineData("m.safetensors")]
    public void Functional_models_nested_ones_and_their_outputs_keep_their_connections(string file)
    {
        var inner =
            new Sequential(
            "block/1") { new Input(6, 6, 2), new Conv2D(2, 3, padding: Padding.Same) { Name = "0/conv" }, new BatchNormalization { Name = "0/bn" } };
        var input = new Input(6, 6, 2) { Name = "in/put" };
        var x = new Add { Name = "add/1" }.Call(inner.Call(input.Output), input.Output);
        var left = new Dense(3) { Name = "out/left" }.Call(new Flatten().Call(x));
        var right = new Dense(2) { Name = "out/right" }.Call(new GlobalAveragePooling2D().Call(x));
        var model = new Model([input.Output], [left, right], seed: 2);
        model.Compile(new Sgd(0.1f, 0.9f), new Objective("out/left", Loss.MeanSquaredError), new Objective("out/right", Loss.MeanSquaredError));
        var path = Path.Combine(folder, file);
        model.Save(path);
        var image = new Tensor([1, 6, 6, 2], [.. Enumerable.Range(0, 72).Select(i => MathF.Sin(i))]);
        var loaded = Model.Load(path, out var report);
        Assert.Equal(0, report.Count(TensorOutcome.Missing));
        Assert.Equal(model.Predict([image])[1].Values, loaded.Predict([image])[1].Values);
        Assert.Equal(model.Predict([image])[0].Values, loaded.Predict([image])[0].Values);
        if (!file.EndsWith("safetensors", StringComparison.Ordinal)) Assert.NotNull(loaded.Optimizer);
    }

    /// <summary>As in a DenseNet by Keras 2.4, whose layers are called so.</summary>
    [Fact]
    public void H5py_finds_layers_with_slashes_where_Keras_puts_them()
    {
        H5py.Require();
        var model =
            new Sequential { new Input(8, 8, 1), new Conv2D(3, 3) { Name = "conv1/conv" }, new BatchNormalization { Name = "conv1/bn" }, new Flatten(),
            new Dense(4) { Name = "fc" } };
        var path = Path.Combine(folder, "m.h5");
        model.Save(path);
        Assert.Equal("""
            conv1/conv ['conv1/conv/kernel:0', 'conv1/conv/bias:0'] (3, 3, 1, 3) (3,)
            conv1/bn ['conv1/bn/gamma:0', 'conv1/bn/beta:0', 'conv1/bn/moving_mean:0', 'conv1/bn/moving_variance:0'] (3,) (3,) (3,) (3,)
            flatten []
            fc ['fc/kernel:0', 'fc/bias:0'] (108, 4) (4,)
            ['conv1', 'fc', 'flatten', 'top_level_model_weights'] |S10

            """.ReplaceLineEndings("\n"), H5py.Run("""
            import h5py, sys
            w = h5py.File(sys.argv[1], 'r')['model_weights']
            for n in w.attrs['layer_names']:
                n = n.decode()
                g = w[n]
                k = [k.decode() for k in g.attrs.get('weight_names', [])]
                print(n, k, *[g[i].shape for i in k])
            print(sorted(w), w.attrs['layer_names'].dtype)
            """, path));
    }

    /// <summary>Slots of weights whose layers have the same name in two models within: each keeps its own.</summary>
    [Theory]
    [InlineData("m.h5")]
    [InlineData("m.keras")]
    public void The_optimizers_state_of_layers_of_the_same_name_is_kept_apart(string file)
    {
        var model = new Sequential(seed: 4)
        {
            new Input(12, 12, 1),
            new Sequential("a") { new Input(12, 12, 1), new Conv2D(2, 3, padding: Padding.Same) { Name = "conv" } },
            new Sequential("b") { new Input(12, 12, 2), new Conv2D(2, 3, padding: Padding.Same) { Name = "conv" } },
            new Flatten(), new Dense(4) { Name = "conv" },
        };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(16), epochs: 1, batchSize: 8);
        var path = Path.Combine(folder, file);
        model.Save(path);
        var loaded = Model.Load(path);
        Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
    }

    [Theory]
    [InlineData("w.h5")]
    [InlineData("w.weights.h5")]
    public void Weights_alone_are_found_by_name(string file)
    {
        var path = Path.Combine(folder, file);
        Sequential Net(long seed) =>
            new(seed: seed) { new Input(6, 6, 1), new Conv2D(4, 3) { Name = "stem/conv" }, new Flatten(), new Dense(2) { Name = "head" } };
        var (from, to) = (Net(1), Net(2));
        from.SaveWeights(path);
        to.LoadWeights(path, WeightMatching.Name);
        Assert.Equal(Bits(from), Bits(to));
    }

    private static float[][] Bits(Model model) => [.. model.Weights.Select(weight => weight.Values.ToArray())];

    /// <summary>More names than fit an attribute, in a file of a real size.</summary>
    [Fact]
    public void A_model_of_two_thousand_layers_with_long_names_comes_back_from_h5()
    {
        var model = new Sequential(seed: 1) { new Input(2) };
        for (var i = 0; i < 2000; i++) model.Add(new Dense(2) { Name = $"a_layer_with_a_name_of_some_length_as_exporters_make_them_{i}" });
        var path = Path.Combine(folder, "m.h5");
        model.Save(path);
        using var file = KerasHdf5File.Open(path);
        Assert.Equal(model.Layers.Where(layer => layer is not Input).Select(layer => layer.Name), file.Layers.Select(layer => layer.Name));
        Assert.Equal(
            model.Weights.Select(weight => weight.Values.ToArray()), file.Layers.SelectMany(layer => layer.Weights).Select(array => array.ReadFloats()));
        Assert.True(file.ReadConfig() is JsonObject config && config.ToJsonString().Length > 64 * 1024);
    }
}
