namespace Fovea.Tests.Models;

/// <summary>A prediction follows the weights, however they were changed.</summary>
public sealed class ChangedWeightsTests : IDisposable
{
    private static readonly Tensor Image = new([1, 6, 6, 2], [.. Enumerable.Range(0, 72).Select(i => MathF.Sin(i))]);
    private readonly string file = Path.Combine(Path.GetTempPath(), $"fovea-{Guid.NewGuid():N}.keras");

    [Fact]
    public void Each_weight_that_is_written_changes_the_prediction()
    {
        var model = Create();
        var before = model.Predict(Image).Values;
        foreach (var weight in model.Weights)
        {
            var values = weight.Values.ToArray();
            weight.Write([.. values.Select((value, i) => value + 0.5f + (0.25f * i))]);
            Assert.NotEqual(before, model.Predict(Image).Values);
            weight.Variable.Write(values);
            Assert.Equal(before, model.Predict(Image).Values);
        }
    }

    [Fact]
    public void Training_changes_the_prediction_as_if_the_model_were_new()
    {
        var model = Create();
        var before = model.Predict(Image).Values;
        model.Compile(new Sgd(0.1f), Loss.MeanSquaredError);
        var data = new ArrayDataset([.. Enumerable.Range(0, 4 * 72).Select(i => MathF.Cos(i))], [6, 6, 2], [1, 0, 0, 1, 1, 0, 0, 1], [2]);
        model.Fit(data, batchSize: 2);
        var after = model.Predict(Image).Values;
        Assert.NotEqual(before, after);
        model.Save(file);
        Assert.Equal(after, Model.Load(file).Predict(Image).Values);
    }

    [Fact]
    public void Weights_loaded_from_a_file_change_the_prediction()
    {
        var (model, other) = (Create(), Create(seed: 5));
        var before = model.Predict(Image).Values;
        var wanted = other.Predict(Image).Values;
        Assert.NotEqual(before, wanted);
        foreach (var (weight, source) in model.Weights.Zip(other.Weights))
            weight.Write(source.Values);
        Assert.Equal(wanted, model.Predict(Image).Values);
    }

    public void Dispose() => File.Delete(file);

    private static Sequential Create(long seed = 1)
    {
        var model = new Sequential(seed: seed);
        Layer[] layers =
        [
            new Input(6, 6, 2), new Conv2D(4, 3) { UseBias = false }, new BatchNormalization(), new ReLU(),
            new DepthwiseConv2D(3), new BatchNormalization(), new ReLU(6), new Flatten(), new Dense(2),
        ];
        foreach (var layer in layers) model.Add(layer);
        return model;
    }
}
