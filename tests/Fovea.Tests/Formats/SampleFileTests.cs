using Fovea.Formats.Keras;

namespace Fovea.Tests.Formats;

public class SampleFileTests
{
    [Theory]
    [InlineData("models/mnist-moonflower-k311.keras", "3.1.1", 7, 14)]
    [InlineData("models/mnist-gosolna-k3140.keras", "3.14.0", 8, 18)]
    [InlineData("models/mnist-kunritty-k333-aug-bn.keras", "3.3.3", 20, 34)]
    public void Keras_3_archives_are_read_whole(string file, string version, int layers, int optimizerVariables)
    {
        using var archive = KerasArchive.Open(Require(file));
        Assert.Equal(version, archive.ReadMetadata().KerasVersion);
        var model = archive.ReadModel();
        Assert.Equal(ModelKind.Sequential, model.Kind);
        Assert.Equal([null, 28, 28, 1], model.InputShape!.Value);
        Assert.Equal("InputLayer", model.Layers[0].ClassName);
        Assert.Equal("float32", KerasJson.DataType(model.Layers[1].Config["dtype"]));

        using var weights = archive.OpenWeights();
        var counted = WeightPaths.Counted(model);
        Assert.Equal(layers, counted.Length);
        var paths = WeightPaths.ForReading(weights, [.. counted.Select(layer => (layer.ClassName, layer.Name, true))]);
        Assert.DoesNotContain(null, paths);
        Assert.Equal(layers + 2, weights.Groups.Count);
        foreach (var variable in weights.Groups.SelectMany(group => group.Variables))
            Assert.All(variable.ReadFloats(), value => Assert.True(float.IsFinite(value)));

        var optimizer = weights.Find(OptimizerVariables.Path)!.Variables;
        Assert.Equal(optimizerVariables, optimizer.Count);
        Assert.True(optimizer[0].ReadIntegers()[0] > 100);
        var trainable = (optimizerVariables - 2) / 2;
        var described = KerasOptimizers.Create(PartDescription.Parse(model.Compile!.Optimizer)!);
        var order = OptimizerVariables.Order(described, described.Slots, trainable);
        Assert.Equal(optimizerVariables, order.Count);
        Assert.Equal([("iteration", -1), ("learning_rate", -1), ("momentum", 0), ("velocity", 0), ("momentum", 1)],
            order.Take(5).Select(variable => (variable.Slot, variable.Variable)));
    }

    [Fact]
    public void A_layer_is_found_by_its_class_although_its_name_counts_otherwise()
    {
        using var archive = KerasArchive.Open(Require("models/mnist-kunritty-k333-aug-bn.keras"));
        var counted = WeightPaths.Counted(archive.ReadModel());
        using var weights = archive.OpenWeights();
        var paths = WeightPaths.ForReading(weights, [.. counted.Select(layer => (layer.ClassName, layer.Name, true))]);
        var first = counted.IndexOf(counted.First(layer => layer.Name == "conv2d_3"));
        Assert.Equal("layers/conv2d", paths[first]);
        Assert.Equal("layers/batch_normalization", paths[first + 1]);
        Assert.Equal("layers/global_average_pooling2d", paths.Single(path => path!.Contains("global", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_group_says_the_name_of_its_layer_in_current_files()
    {
        using var archive = KerasArchive.Open(Require("models/mnist-gosolna-k3140.keras"));
        using var weights = archive.OpenWeights();
        Assert.Equal("conv2d_1", weights.Find("layers/conv2d_1")!.Name);
        Assert.Equal("adam", weights.Find("optimizer")!.Name);
        Assert.Equal("sequential", weights.Find("")!.Name);
    }

    [Theory]
    [InlineData("models/cifar10-mlcommons-resnet8-k240.h5", "2.4.0", 30, 78_666, 69, "Adam")]
    [InlineData("models/mnist-kilneta-k2100.h5", "2.10.0", 11, 242_062, 17, "Adam")]
    [InlineData("pretrained/mobilenet_1_0_224_through_conv_pw_12.h5", "2.1.4", 76, 2_162_880, 0, null)]
    public void Keras_2_models_are_read_whole(string file, string version, int layers, int parameters, int optimizerWeights, string? optimizer)
    {
        using var legacy = KerasHdf5File.Open(Require(file));
        Assert.Equal(version, legacy.KerasVersion);
        Assert.Equal(layers, legacy.Layers.Count);
        Assert.Equal(parameters, legacy.Layers.Sum(layer => layer.Weights.Sum(weight => weight.Shape.Count)));
        Assert.Equal(optimizerWeights, legacy.OptimizerWeights.Count);
        foreach (var weight in legacy.Layers.SelectMany(layer => layer.Weights).Concat(legacy.OptimizerWeights))
            Assert.All(weight.ReadFloats(), value => Assert.True(float.IsFinite(value)));
        var model = legacy.ReadModel()!;
        Assert.Equal(optimizer, PartDescription.Parse(model.Compile?.Optimizer)?.ClassName);
        var names = model.Layers.Select(layer => layer.Name).ToHashSet();
        Assert.All(legacy.Layers, layer => Assert.Contains(layer.Name, names));
    }

    [Fact]
    public void A_functional_Keras_2_model_keeps_its_connections()
    {
        using var legacy = KerasHdf5File.Open(Require("models/cifar10-mlcommons-resnet8-k240.h5"));
        var model = legacy.ReadModel()!;
        Assert.Equal(ModelKind.Functional, model.Kind);
        Assert.Equal([null, 32, 32, 3], model.InputShape!.Value);
        Assert.Equal(new TensorReference("input_1"), Assert.Single(model.Inputs));
        Assert.Equal(new TensorReference("dense"), Assert.Single(model.Outputs));
        var add = model.Layers.First(layer => layer.ClassName == "Add");
        var node = Assert.Single(add.Nodes);
        Assert.True(node.IsList);
        Assert.Equal(["activation", "batch_normalization_2"], node.Inputs.Select(input => input.Layer));
    }

    internal static string Require(string file)
    {
        var path = TestData.Find(file);
        Assert.SkipWhen(path is null, $"{file} is not there; set FOVEA_DATA to the folder of real data.");
        return path!;
    }
}
