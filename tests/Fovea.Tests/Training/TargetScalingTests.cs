using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

public class TargetScalingTests
{
    private static readonly Dataset Data = Dataset.From(new Tensor([4, 1], [0, 1, 2, 3]), new Tensor([4, 2], [10, 1, 20, 1, 30, 3, 40, 3]));

    [Fact]
    public void Targets_get_the_mean_0_and_the_deviation_1()
    {
        var scaling = TargetScaling.Of(Data);
        Assert.Equal([25, 2], scaling.Mean);
        Assert.Equal([Math.Sqrt(125), 1], scaling.Deviation);
        var standardized = scaling.Standardize(Data);
        Assert.Equal([(float)(-15 / Math.Sqrt(125)), -1], standardized[0].Target.Values);
        Assert.Equal(Data[2].Input.Values, standardized[2].Input.Values);
    }

    [Fact]
    public void A_model_with_the_last_layer_predicts_in_the_unit_of_the_targets()
    {
        var scaling = TargetScaling.Of(Data);
        var network = new Sequential { new Input(1), new Dense(2) };
        network.ValueNames = ["length", "width"];
        var model = scaling.AddTo(network);
        var (inner, outer) = (network.Predict(new Tensor([1, 1], [3]), verbose: 0).Values, model.Predict(new Tensor([1, 1], [3]), verbose: 0).Values);
        Assert.Equal((inner[0] * Math.Sqrt(125)) + 25, outer[0], 1e-4);
        Assert.Equal(inner[1] + 2, outer[1], 1e-5);
        Assert.Equal(OutputKind.Values, model.OutputKind);
    }

    [Theory]
    [InlineData("model.keras")]
    [InlineData("model.onnx")]
    public void A_saved_model_keeps_its_scaling_and_the_names_of_its_values(string name)
    {
        using var folder = new TemporaryFolder();
        var network = new Sequential { new Input(1), new Dense(2) };
        network.ValueNames = ["length", "width"];
        var file = Path.Combine(folder.Path, name);
        TargetScaling.Of(Data).AddTo(network).Save(file);
        var loaded = Model.Load(file);
        Assert.Equal(["length", "width"], loaded.ValueNames);
        Assert.Equal(OutputKind.Values, loaded.OutputKind);
        if (name == "model.onnx") return;  // its last layer is a computation without a name
        Assert.Equal([25, 2], TargetScaling.Find(loaded)!.Mean);
        var trained = TargetScaling.WithoutScaling(loaded);
        Assert.Null(TargetScaling.Find(trained));
        Assert.Equal(network.Predict(new Tensor([1, 1], [3]), verbose: 0).Values, trained.Predict(new Tensor([1, 1], [3]), verbose: 0).Values);
    }

    [Fact]
    public void Targets_that_are_all_equal_are_refused()
    {
        var equal = Dataset.From(new Tensor([2, 1], [0, 1]), new Tensor([2, 2], [1, 7, 2, 7]));
        Assert.StartsWith(
            "TargetScaling: expected targets that differ; all 2 samples have 7 as number 1.",
            Assert.Throws<ArgumentException>(() => TargetScaling.Of(equal)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "TargetScaling: expected a finite mean and a deviation above 0 for each number; received [1] and [0].",
            Assert.Throws<ArgumentException>(() => new TargetScaling([1], [0])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.keras")]
    [InlineData("model.h5")]
    [InlineData("model.onnx")]
    public void A_saved_model_keeps_the_thresholds_of_its_labels(string name)
    {
        using var folder = new TemporaryFolder();
        var model = new Sequential { new Input(1), new Dense(2, Activation.Sigmoid) };
        model.LabelThresholds = [0.25, 0.75];
        model.ClassNames = ["a", "b"];
        var file = Path.Combine(folder.Path, name);
        model.Save(file);
        Assert.Equal([0.25, 0.75], Model.Load(file).LabelThresholds);
        Assert.Equal([0.25, 0.75], model.WithInput(1).LabelThresholds);
        Assert.StartsWith(
            "sequential: expected thresholds of the labels for its outputs (None, 2); received 1.",
            Assert.Throws<ArgumentException>(() => model.LabelThresholds = [0.5]).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "sequential: expected thresholds from 0 to 1; received 0.5, 2.",
            Assert.Throws<ArgumentException>(() => model.LabelThresholds = [0.5, 2]).Message, StringComparison.Ordinal);
    }
}
