using System.IO.Compression;
using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

/// <summary>Layers with their own learning rates.</summary>
public sealed class LearningRateMultiplierTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Descent with a tenth of the rate in one layer is that layer's step times a tenth; decay is a tenth too, the other layer as ever.</summary>
    [Theory]
    [InlineData(0.1f)]
    [InlineData(0f)]
    public void A_layer_takes_steps_by_its_own_rate(float multiplier)
    {
        var (model, plain) = (Net(multiplier), Net(1));
        var start = plain.Weights.Select(weight => weight.Values.ToArray()).ToList();
        foreach (var each in (Model[])[model, plain])
        {
            each.Compile(new Sgd(0.5f) { WeightDecay = 0.25f }, Loss.SparseCategoricalCrossentropy);
            each.Fit(SmallNets.Images(8), batchSize: 8);
        }

        for (var w = 0; w < 4; w++)
        {
            var factor = w < 2 ? multiplier : 1;
            for (var i = 0; i < start[w].Length; i++)
                Assert.Equal(start[w][i] + (factor * (plain.Weights[w].Values[i] - start[w][i])), model.Weights[w].Values[i], 2e-7);
        }
    }

    [Fact]
    public void Set_on_a_model_it_is_set_on_all_within_and_files_keep_it()
    {
        var (input, inner) = (new Input(12, 12, 1).Output, Net(1));
        inner.Name = "base";
        var model = new Model(input, new Dense(3, Activation.Softmax) { Name = "head" }.Call(inner.Call(input)), seed: 4);
        inner.LearningRateMultiplier = 0.125f;
        model.Layer("base/second").LearningRateMultiplier = 0.5f;
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(16), batchSize: 8);
        var path = Path.Combine(folder.Path, "model.keras");
        model.Save(path);
        var loaded = Model.Load(path);
        Assert.Equal([0.125f, 0.5f, 1], new[] { "base/first", "base/second", "head" }.Select(name => loaded.Layer(name).LearningRateMultiplier));
        foreach (var each in (Model[])[model, loaded]) each.Fit(SmallNets.Images(16), batchSize: 8);
        Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
    }

    [Theory]
    [InlineData("""{"nowhere":0.5}""", "sequential: there is no layer 'nowhere'; there are input_layer, flatten, first, second.")]
    [InlineData("""{"first":"fast"}""", "expected numbers in 'learning_rate_multipliers' of 'fovea.json'; received \"fast\" for 'first'.")]
    [InlineData("""{"first":-1}""", "Dense 'first': LearningRateMultiplier must be a finite number of at least 0; received -1.")]
    public void A_damaged_file_is_refused(string multipliers, string error)
    {
        var path = Path.Combine(folder.Path, "model.keras");
        Net(1).Save(path);
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            archive.GetEntry("fovea.json")!.Delete();
            using var writer = new StreamWriter(archive.CreateEntry("fovea.json", CompressionLevel.NoCompression).Open());
            writer.Write($$"""{"seed":"9","epochs":0,"learning_rate_multipliers":{{multipliers}}}""");
        }

        Assert.Equal($"'model.keras': {error}", Assert.Throws<ModelFormatException>(() => Model.Load(path)).Message);
    }

    [Theory]
    [InlineData(-1f, "-1")]
    [InlineData(float.NaN, "NaN")]
    public void A_wrong_value_is_refused(float value, string printed)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Dense(1) { Name = "head", LearningRateMultiplier = value });
        Assert.Equal(
            $"Dense 'head': LearningRateMultiplier must be a finite number of at least 0; received {printed}. (Parameter 'LearningRateMultiplier')",
            error.Message);
    }

    private static Sequential Net(float multiplier) => new(seed: 9)
    {
        new Input(12, 12, 1),
        new Flatten(),
        new Dense(6, Activation.Tanh) { Name = "first", LearningRateMultiplier = multiplier },
        new Dense(3, Activation.Softmax) { Name = "second" },
    };
}
