using Fovea.Tests.Data;

namespace Fovea.Tests.Layers;

/// <summary>Normalization by means and variances computed from data.</summary>
public class NormalizationTests
{
    /// <summary>Computed by hand: channels (1, 3, 5, 7) and (10, 10, 20, 20) of two images.</summary>
    [Fact]
    public void Means_and_variances_are_those_of_all_the_data()
    {
        var samples = new Tensor([2, 1, 2, 2], [1, 10, 3, 10, 5, 20, 7, 20]);
        var layer = new Normalization();
        layer.Adapt(samples);
        Assert.Equal(["mean", "variance", "count"], layer.Weights.Select(weight => weight.Name));
        Assert.All(layer.Weights, weight => Assert.False(weight.Trainable));
        Assert.Equal([4, 15], layer.Weights[0].Values.ToArray());
        Assert.Equal([5, 25], layer.Weights[1].Values.ToArray());
        Assert.Equal([-1, 1], LayerRunner.Run(layer, [1, 2, 2], samples.Values).Where((_, i) => i is 1 or 5).ToArray());

        var all = new Normalization([]);
        all.Adapt(samples);
        Assert.Equal((9.5f, 45.25f), (all.Weights[0].Values[0], all.Weights[1].Values[0]));

        var places = new Normalization(2, 3);
        places.Adapt(samples);
        Assert.Equal([3, 15, 5, 15], places.Weights[0].Values.ToArray());
        Assert.Equal([4, 25, 4, 25], places.Weights[1].Values.ToArray());
    }

    /// <summary>A variance of 2/3 · 10⁻⁴ with a mean of a million: sums of squares would lose it in float32 and keep three digits in float64.</summary>
    [Fact]
    public void A_large_mean_causes_no_cancellation()
    {
        float[] values = [.. Enumerable.Range(0, 3000).Select(i => 1_000_000 + (i % 3 * 0.0625f))];
        var layer = new Normalization();
        layer.Adapt(new Tensor([3000, 1], values));
        Assert.Equal(1_000_000.0625f, layer.Weights[0].Values[0]);
        Assert.Equal(2 / 3.0 * 0.0625 * 0.0625, layer.Weights[1].Values[0], 1e-9);
    }

    [Fact]
    public void A_constant_channel_becomes_zero_and_inverting_undoes_it()
    {
        var samples = new Tensor([3, 2], [1, 7, 2, 7, 6, 7]);
        var layer = new Normalization();
        layer.Adapt(samples);
        var normalized = LayerRunner.Run(layer, [2], samples.Values);
        Assert.All(normalized.Where((_, i) => i % 2 == 1), value => Assert.Equal(0, value));
        var inverse = new Normalization { Invert = true, Mean = layer.Weights[0].Values.ToArray(), Variance = layer.Weights[1].Values.ToArray() };
        Assert.Equal(samples.Values, LayerRunner.Run(inverse, [2], normalized), (left, right) => MathF.Abs(left - right) <= 1e-6f);
    }

    [Fact]
    public void An_adapted_layer_keeps_its_moments_in_a_model_and_its_file()
    {
        using var folder = new TemporaryFolder();
        var samples = new Tensor([4, 2], [1, 10, 3, 10, 5, 20, 7, 20]);
        var layer = new Normalization();
        layer.Adapt(samples);
        var model = new Sequential { new Input(2), layer, new Dense(3) };
        var expected = model.Predict(samples).Values;
        Assert.Equal([4, 15], layer.Weights[0].Values.ToArray());
        var path = Path.Combine(folder.Path, "model.keras");
        model.Save(path);
        Assert.Equal(expected, Model.Load(path).Predict(samples).Values);
    }

    [Fact]
    public void Adapt_refuses_data_that_do_not_fit()
    {
        var given = new Normalization { Mean = [1], Variance = [1] };
        Assert.Equal(
            "Normalization: mean and variance were given; leave them out to compute them from data.",
            Assert.Throws<InvalidOperationException>(() => given.Adapt(new Tensor([1, 2], [1, 2]))).Message);
        var built = new Normalization();
        built.Adapt(new Tensor([1, 2], [1, 2]));
        Assert.Equal(
            "Normalization: the means have the shape (2); a sample (None, 3) needs (3).",
            Assert.Throws<ShapeException>(() => built.Adapt(new Tensor([1, 3], [1, 2, 3]))).Message);
        Assert.Equal(
            "Normalization: the means have the shape (2); the input (None, 3) needs (3).",
            Assert.Throws<ShapeException>(() => built.Call(new Input(3))).Message);
        Assert.StartsWith(
            "Normalization: expected at least one sample to adapt to; received none.",
            Assert.Throws<ArgumentException>(() => new Normalization().Adapt(new NoSamples())).Message,
            StringComparison.Ordinal);
    }

    private sealed class NoSamples : Dataset
    {
        public override int Count => 0;

        public override Shape InputShape => [2];

        public override Shape TargetShape => Shape.Scalar;

        public override void Read(int index, Span<float> input, Span<float> target) => throw new NotSupportedException();
    }
}
