using System.Text.Json.Nodes;
using Fovea.Tests.Training;

namespace Fovea.Tests.Formats.Keras;

/// <summary>Models and weights in the HDF5 layout of Keras 2.</summary>
public sealed class KerasHdf5Tests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    private string Saved => Path.Combine(folder, "model.h5");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("sgd momentum")]
    [InlineData("rmsprop")]
    [InlineData("adam")]
    [InlineData("adadelta")]
    [InlineData("adamax")]
    [InlineData("ftrl")]
    public void A_model_comes_back_from_h5_with_the_optimizers_state(string name)
    {
        var (model, data) = (SmallNets.Convnet(seed: 3), SmallNets.Images(24));
        model.Compile(SavingModelsTests.Create(name), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Fit(data, epochs: 1, batchSize: 8);
        model.Save(Saved);
        var loaded = Model.Load(Saved, out var report);
        Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
        Assert.Equal(model.Trainer!.Steps, loaded.Trainer!.Steps);
        Assert.Equal(0, report.Count(TensorOutcome.Missing));
        Assert.Equal(model.Weights.Count + 1 + (model.Trainer.Weights.Count * model.Optimizer!.Slots.Count), report.Count(TensorOutcome.Loaded));
    }

    [Fact]
    public void Nested_shared_and_several_outputs_come_back_from_h5()
    {
        var inner = new Sequential("inner") { new Input(8, 8, 2), new Conv2D(3, 3, activation: Activation.Relu), new BatchNormalization { Name = "bn" } };
        var shared = new Conv2D(2, 1) { Name = "shared" };
        var (a, b) = (new Input(8, 8, 2), new Input(8, 8, 2));
        var x = new Concatenate().Call(shared.Call(inner.Call(a.Output)), shared.Call(inner.Call(b.Output)));
        var y = new Dense(3, Activation.Softmax).Call(new Flatten().Call(x));
        var model = new Model([a.Output, b.Output], [y, new GlobalAveragePooling2D().Call(x)], seed: 5);
        var random = new Random(1);
        Tensor[] inputs = [Noise(random, 2, 8, 8, 2), Noise(random, 2, 8, 8, 2)];
        var expected = model.Predict(inputs);
        model.Save(Saved);
        var received = Model.Load(Saved).Predict(inputs);
        foreach (var (left, right) in expected.Zip(received)) Assert.Equal(left.Values, right.Values);
    }

    [Theory]
    [InlineData("w.weights.h5")]
    [InlineData("w.h5")]
    [InlineData("w.safetensors")]
    public void Weights_alone_come_back_by_order_whatever_the_layers_are_called(string file)
    {
        var (from, to) = (Small(1, "a"), Small(2, file.EndsWith("safetensors", StringComparison.Ordinal) ? "a" : "b"));
        var path = Path.Combine(folder, file);
        from.SaveWeights(path);
        var report = to.LoadWeights(path);
        Assert.Equal(Bits(from), Bits(to));
        Assert.Equal(from.Weights.Count, report.Count(TensorOutcome.Loaded));
        Assert.Equal(report.Tensors.Count, report.Count(TensorOutcome.Loaded));
    }

    [Theory]
    [InlineData("w.weights.h5")]
    [InlineData("w.h5")]
    public void By_name_only_layers_of_the_same_name_change(string file)
    {
        var path = Path.Combine(folder, file);
        var from = Small(1, "a");
        from.SaveWeights(path);
        var to = new Sequential(seed: 9) { new Input(6, 6, 1), new Conv2D(4, 3) { Name = "a1" }, new Flatten(), new Dense(5) { Name = "other" } };
        to.SaveWeights(Path.Combine(folder, "before.h5"));  // which initializes it
        var before = to.Layer("other").Weights[0].Values.ToArray();
        var report = to.LoadWeights(path, WeightMatching.Name);
        Assert.Equal(from.Layer("a1").Weights[0].Values.ToArray(), to.Layer("a1").Weights[0].Values.ToArray());
        Assert.Equal(before, to.Layer("other").Weights[0].Values.ToArray());
        Assert.Equal(["other/kernel", "other/bias"], report.Tensors.Where(tensor => tensor.Outcome == TensorOutcome.Missing).Select(tensor => tensor.Target));
        Assert.Equal(2, report.Count(TensorOutcome.Ignored));
    }

    [Theory]
    [InlineData("w.weights.h5", "expected the shape (3, 3, 1, 4) for the kernel of 'c'; received (3, 3, 1, 7).")]
    [InlineData("w.h5", "expected the shape (3, 3, 1, 4) for the kernel of 'c'; received (3, 3, 1, 7).")]
    public void Weights_of_another_shape_are_refused_and_change_nothing(string file, string sentence)
    {
        var path = Path.Combine(folder, file);
        new Sequential { new Input(6, 6, 1), new Conv2D(7, 3), new Flatten(), new Dense(2) }.SaveWeights(path);
        var to = new Sequential(seed: 1) { new Input(6, 6, 1), new Conv2D(4, 3) { Name = "c" }, new Flatten(), new Dense(2) { Name = "d" } };
        to.Predict(Noise(new Random(1), 1, 6, 6, 1));
        var before = Bits(to);
        Assert.Equal($"'{file}': {sentence}", Assert.Throws<ModelFormatException>(() => to.LoadWeights(path)).Message);
        Assert.Equal(before, Bits(to));
    }

    [Fact]
    public void A_whole_model_of_either_kind_gives_its_weights()
    {
        var from = Small(1, "a");
        foreach (var file in (string[])["m.keras", "m.h5", "m.safetensors"])
        {
            var path = Path.Combine(folder, file);
            from.Save(path);
            var to = Small(2, "a");
            to.LoadWeights(path);
            Assert.Equal(Bits(from), Bits(to));
        }
    }

    /// <summary>The layout is compared with a file that Keras 2 wrote of the same model.</summary>
    [Theory]
    [InlineData("models/mnist-kilneta-k2100.h5")]
    [InlineData("models/cifar10-mlcommons-resnet8-k240.h5")]
    public void H5py_finds_what_Keras_wrote(string file)
    {
        H5py.Require();
        var original = TestData.Find(file);
        Assert.SkipWhen(original is null, $"shared/data/{file} is missing; set FOVEA_DATA.");
        Model.Load(original).Save(Saved);
        var (theirs, ours) = (Layout(original), Layout(Saved));
        Assert.Equal(theirs["weights"]!.ToJsonString(), ours["weights"]!.ToJsonString());

        // Fovea's attribute, which Keras ignores, is the only additional one.
        Assert.Equal(theirs["attributes"]!.ToJsonString(), ours["attributes"]!.ToJsonString().Replace("\"fovea\",", "", StringComparison.Ordinal));
        Assert.Equal(theirs["classes"]!.ToJsonString(), ours["classes"]!.ToJsonString());

        // Keras 2 leaves out what is usual and was added after the file was written; nothing that it says is missing.
        foreach (var (layer, settings) in theirs["settings"]!.AsObject())
        {
            foreach (var (key, value) in settings!.AsObject())
            {
                if (key is "batch_input_shape" && ours["settings"]![layer]![key] is null) continue;  // the input layer says it
                Assert.True(
                    JsonNode.DeepEquals(value, ours["settings"]![layer]![key]) || key is "dtype" or "axis" or "epsilon" or "momentum" or "seed"
                    || value is JsonObject, $"{layer}.{key}: {value?.ToJsonString()} and {ours["settings"]![layer]![key]?.ToJsonString()}");
            }
        }
    }

    private static JsonNode Layout(string path) => JsonNode.Parse(H5py.Run("""
        import h5py, json, sys, hashlib
        f = h5py.File(sys.argv[1], 'r')
        text = lambda v: v.decode() if hasattr(v, 'decode') else str(v)
        w = f['model_weights']
        describe = lambda name, array: [name, list(array.shape), str(array.dtype), hashlib.sha256(array[()].tobytes()).hexdigest()]
        weights = {text(n): [describe(text(k), w[text(n)][text(k)]) for k in w[text(n)].attrs.get('weight_names', [])]
                   for n in w.attrs['layer_names'] if len(w[text(n)].attrs.get('weight_names', []))}
        config = json.loads(f.attrs['model_config'])
        layers = {l['config']['name']: l for l in config['config']['layers']}
        print(json.dumps({
            'weights': dict(sorted(weights.items())), 'attributes': sorted(f.attrs) + sorted(w.attrs),
            'classes': {n: l['class_name'] for n, l in sorted(layers.items())}, 'settings': {n: l['config'] for n, l in layers.items()}}))
        """, path))!;

    private static Sequential Small(long seed, string name) => new(seed: seed)
    {
        new Input(6, 6, 1), new Conv2D(4, 3) { Name = $"{name}1" }, new Flatten(), new Dense(2) { Name = $"{name}2" },
    };

    private static float[] Bits(Model model) => [.. model.Weights.SelectMany(weight => weight.Values.ToArray())];

    private static Tensor Noise(Random random, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (product, size) => product * size)];
        foreach (ref var value in values.AsSpan()) value = random.NextSingle();
        return new Tensor(new Shape(shape), values);
    }
}
