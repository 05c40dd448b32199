using Fovea.Tests.Data;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Formats.TensorFlowJs;

/// <summary>The weights of a TensorFlow.js model in a model that exists.</summary>
public sealed class LayersModelWeightsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => Path.Combine(folder.Path, "model.json");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("other", WeightMatching.Order)]
    [InlineData("stem", WeightMatching.Order)]
    [InlineData("stem", WeightMatching.Name)]
    public void Layers_are_matched_by_order_or_by_name(string name, WeightMatching matching)
    {
        var saved = Net("stem", 1);
        saved.Save(File);
        var model = Net(name, 2);
        var report = model.LoadWeights(File, matching);
        var images = new Tensor([2, 6, 6, 1], LayerRunner.Normal(72));
        Assert.Equal(saved.Predict(images).Values, model.Predict(images).Values);
        Assert.Equal((4, 0), (report.Count(TensorOutcome.Loaded), report.Count(TensorOutcome.Missing)));
        Assert.Equal("TensorFlow.js layers model (model.json)", report.Format);
        Assert.Equal(("stem/kernel", $"{name}/kernel"), (report.Tensors[0].Source, report.Tensors[0].Target));
    }

    [Fact]
    public void By_name_layers_that_the_file_lacks_keep_their_weights()
    {
        Net("stem", 1).Save(File);
        var model = Net("other", 2);
        var kept = model.Weights[0].ToTensor();
        var report = model.LoadWeights(File, WeightMatching.Name);
        Assert.Equal(kept.Values, model.Weights[0].Values);
        Assert.Equal((2, 2), (report.Count(TensorOutcome.Loaded), report.Count(TensorOutcome.Missing)));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        Net("stem", 1).Save(File);
        Refused(
            "expected weights of 1 layers, the number of layers with weights in the model; received weights of 2.",
            new Sequential { new Input(6), new Dense(3) });
        Refused("expected the shape (3, 3, 1, 5) for the kernel of 'conv2d'; received (3, 3, 1, 4).", Net(null, 2, filters: 5));
        Refused("expected 1 weights of Conv2D 'conv2d'; received 2 in 'stem'.", Net(null, 2, useBias: false));
    }

    private void Refused(string problem, Model model)
    {
        var before = model.Weights.Select(weight => weight.Values.ToArray()).ToList();
        var error = Assert.Throws<ModelFormatException>(() => { model.LoadWeights(File); });
        Assert.Equal($"'model.json': {problem}", error.Message);
        Assert.Equal(before, model.Weights.Select(weight => weight.Values.ToArray()));
    }

    private static Sequential Net(string? name, long seed, int filters = 4, bool useBias = true)
    {
        var first = new Conv2D(filters, 3) { UseBias = useBias };
        if (name is not null) first.Name = name;
        return new Sequential("net", seed) { new Input(6, 6, 1), first, new Flatten(), new Dense(3) };
    }
}
