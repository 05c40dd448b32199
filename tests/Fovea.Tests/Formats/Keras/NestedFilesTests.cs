using System.Text.Json.Nodes;
using Fovea.Formats.Keras;
using Fovea.Tests.Data;
using Fovea.Tests.Models;
using Fovea.Tests.Training;

namespace Fovea.Tests.Formats.Keras;

/// <summary>Models within models in files.</summary>
public sealed class NestedFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Saved => Path.Combine(folder.Path, "model.keras");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_with_a_model_in_it_is_saved_and_loaded_with_the_same_predictions(bool functional)
    {
        var model = functional ? Functional() : NestedModelTests.Transfer(NestedModelTests.Base());
        model.Layers.OfType<Model>().First().Layer("conv2d").Trainable = false;
        model.ClassNames = ["cat", "dog", "owl"];
        NestedModelTests.Fit(model);
        model.Save(Saved);
        var loaded = Model.Load(Saved);
        var images = NestedModelTests.Images(4);
        Assert.Equal(model.Predict(images).Values, loaded.Predict(images).Values);
        Assert.Equal(new ModelGraph(model).Layers.Select(value => value.Path), new ModelGraph(loaded).Layers.Select(value => value.Path));
        Assert.Equal(model.Leaves.Select(layer => layer.Trainable), loaded.Leaves.Select(layer => layer.Trainable));
        Assert.Equal(["cat", "dog", "owl"], loaded.ClassNames);

        // Training goes on to the same bits, which a lost "training=False" or a lost frozen layer would change.
        foreach (var half in (Model[])[model, loaded]) half.Fit(SmallNets.Images(40), epochs: 1, batchSize: 16);
        Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
    }

    /// <summary>A model that says of itself that it is frozen would freeze, in Keras and here, the layers within that are not.</summary>
    [Fact]
    public void Layers_of_a_frozen_model_that_were_unfrozen_stay_so()
    {
        var convolutions = NestedModelTests.Base();
        var model = NestedModelTests.Transfer(convolutions);
        convolutions.Trainable = false;
        convolutions.Layer("conv2d_1").Trainable = true;
        NestedModelTests.Fit(model);
        model.Save(Saved);
        static IEnumerable<bool> Learns(Model whole) => whole.Leaves.Where(layer => layer is not Input).Select(layer => layer.Trainable);
        Assert.Equal(Learns(model), Learns(Model.Load(Saved)));
        convolutions.Trainable = false;
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        model.Save(Saved);
        var loaded = Model.Load(Saved);
        Assert.Equal((false, false, true), (loaded.Layer("base").Trainable, loaded.Layer("base/conv2d_1").Trainable, loaded.Layer("dense").Trainable));
    }

    /// <summary>As Keras 3 writes it: the uses of a functional model within another are counted from 1 (keras/src/models/functional.py).</summary>
    [Fact]
    public void The_configuration_is_that_of_Keras()
    {
        Functional().Save(Saved);
        var layers = Config()["config"]!["layers"]!.AsArray();
        Assert.Equal(["InputLayer", "Functional", "Sequential", "Dense"], layers.Select(layer => (string)layer!["class_name"]!));
        Assert.Equal(["input_layer", "convolutions", "rest", "dense"], layers.Select(layer => (string)layer!["name"]!));
        var call = layers[1]!["inbound_nodes"]![0]!;
        Assert.Equal("""["input_layer",0,0]""", call["args"]![0]!["config"]!["keras_history"]!.ToJsonString());
        Assert.Equal("""{"training":false}""", call["kwargs"]!.ToJsonString());
        Assert.Equal("""["convolutions",1,0]""", layers[2]!["inbound_nodes"]![0]!["args"]![0]!["config"]!["keras_history"]!.ToJsonString());
        Assert.Equal("""["rest",0,0]""", layers[3]!["inbound_nodes"]![0]!["args"]![0]!["config"]!["keras_history"]!.ToJsonString());
        Assert.Equal("keras.src.models.functional", (string?)layers[1]!["module"]);
        Assert.Equal("""["conv2d",0,0]""", layers[1]!["config"]!["output_layers"]!.ToJsonString());
    }

    [Fact]
    public void H5py_finds_the_weights_where_Keras_puts_them()
    {
        H5py.Require();
        Functional().Save(Saved);
        var output = H5py.Run("""
            import h5py, io, sys, zipfile
            h = h5py.File(io.BytesIO(zipfile.ZipFile(sys.argv[1]).read('model.weights.h5')), 'r')
            h.visititems(lambda name, o: print(name, o.shape) if isinstance(o, h5py.Dataset) else None)
            """, Saved);
        Assert.Equal("""
            layers/dense/vars/0 (10, 3)
            layers/dense/vars/1 (3,)
            layers/functional/layers/batch_normalization/vars/0 (1,)
            layers/functional/layers/batch_normalization/vars/1 (1,)
            layers/functional/layers/batch_normalization/vars/2 (1,)
            layers/functional/layers/batch_normalization/vars/3 (1,)
            layers/functional/layers/conv2d/vars/0 (3, 3, 1, 8)
            layers/functional/layers/conv2d/vars/1 (8,)
            layers/sequential/layers/dense/vars/0 (800, 10)
            layers/sequential/layers/dense/vars/1 (10,)

            """.ReplaceLineEndings("\n"), output);
    }

    /// <summary>Keras 2 keeps all weights of a model within in one group, those that training changes first, and counts its uses from 1.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_model_within_a_Keras_2_file_is_read(bool namesTell)
    {
        H5py.Require();
        var path = Path.Combine(folder.Path, "model.h5");
        H5py.Run("""
            import h5py, json, sys, numpy as np
            norm = lambda n: {'class_name': 'BatchNormalization', 'config': {'name': n, 'axis': [1], 'epsilon': 0.0}}
            layer = lambda d, inputs: dict(d, name=d['config']['name'], inbound_nodes=[[[i, k, 0, {}] for i, k in inputs]] if inputs else [])
            entry = lambda n: {'class_name': 'InputLayer', 'config': {'name': n, 'batch_input_shape': [None, 2]}}
            inner = {'name': 'inner', 'layers': [layer(entry('in'), []), layer(norm('n1'), [('in', 0)]), layer(norm('n2'), [('n1', 0)])],
                'input_layers': [['in', 0, 0]], 'output_layers': [['n2', 0, 0]]}
            outer = {'name': 'outer', 'layers': [
                layer(entry('x'), []),
                dict(class_name='Functional', name='inner', config=inner, inbound_nodes=[[['x', 0, 0, {'training': False}]]]),
                layer({'class_name': 'Flatten', 'config': {'name': 'flat'}}, [('inner', 1)])],
                'input_layers': [['x', 0, 0]], 'output_layers': [['flat', 0, 0]]}
            f = h5py.File(sys.argv[1], 'w')
            f.attrs['model_config'] = json.dumps({'class_name': 'Functional', 'config': outer})
            w = f.create_group('model_weights')
            w.attrs['layer_names'] = [b'x', b'inner', b'flat']
            for name in ['x', 'inner', 'flat']: w.create_group(name).attrs['weight_names'] = []
            names, values = [], {'n1/gamma': [2, 3], 'n1/beta': [1, 0], 'n2/gamma': [5, 7], 'n2/beta': [0, 1],
                'n1/moving_mean': [0, 1], 'n1/moving_variance': [4, 1], 'n2/moving_mean': [1, 0], 'n2/moving_variance': [1, 1]}
            for i, (key, value) in enumerate(values.items()):
                name = key + ':0' if sys.argv[2] == 'True' else 'Variable_%d:0' % i
                w['inner'][name] = np.array(value, 'f4')
                names.append(name.encode())
            w['inner'].attrs['weight_names'] = names
            """, path, namesTell.ToString());
        var model = Model.Load(path);

        // (4, 2): n1 gives (2·4/2 + 1, 3·1 + 0) = (5, 3); n2 gives (5·4, 7·3 + 1) = (20, 22).
        Assert.Equal([20, 22], model.Predict(new Tensor([1, 2], [4, 2])).Values);
        Assert.Equal(["inner/n1", "inner/n2", "inner", "flat"], new ModelGraph(model).Layers.Select(value => value.Path));
    }

    [Fact]
    public void Missing_weights_of_a_layer_within_are_named()
    {
        NestedModelTests.Transfer(NestedModelTests.Base()).Save(Saved);
        using (var archive = KerasArchive.Open(Saved))
        using (var weights = archive.OpenWeights())
        {
            var kept = weights.Groups.Where(group => group.Path != "layers/sequential/layers/conv2d_1").ToList();
            KerasArchiveWriter.Write(Path.Combine(folder.Path, "less.keras"), archive.ReadConfig(), kept, DateTimeOffset.UnixEpoch);
        }

        var error = Assert.Throws<ModelFormatException>(() => Model.Load(Path.Combine(folder.Path, "less.keras")));
        Assert.Equal("'less.keras': expected 2 weights of Conv2D 'conv2d_1'; received 0.", error.Message);
    }

    private static Model Functional()
    {
        var inner = new Input(12, 12, 1);
        var convolutions = new Model(inner, new Conv2D(8, 3).Call(new BatchNormalization().Call(inner)), "convolutions");
        var rest = new Sequential("rest") { new Input(10, 10, 8), new Flatten(), new Dense(10, Activation.Relu) };
        var input = new Input(12, 12, 1);
        return new Model(input, new Dense(3, Activation.Softmax).Call(rest.Call(convolutions.Call(input, training: false))), "outer", seed: 3);
    }

    private JsonObject Config()
    {
        using var archive = KerasArchive.Open(Saved);
        return archive.ReadConfig();
    }
}
