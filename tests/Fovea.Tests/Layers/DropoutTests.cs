using Fovea.Engine;

namespace Fovea.Tests.Layers;

public class DropoutTests
{
    private static readonly Shape Sample = [64, 64, 5];

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Training_drops_about_the_rate_and_scales_the_rest_so_that_the_mean_stays(float rate)
    {
        var ones = Enumerable.Repeat(1f, 5 * Sample.Count).ToArray();
        var output = LayerRunner.Run(new Dropout(rate), Sample, ones, training: true);
        Assert.All(output, value => Assert.True(value == 0 || value == 1 / (1 - rate), $"{value}"));

        // The number of zeros is binomial: it deviates by five standard deviations once in two million draws. The seed is fixed.
        double n = output.Length;
        Assert.Equal(rate, output.Count(value => value == 0) / n, 5 * Math.Sqrt(rate * (1 - rate) / n));
        Assert.Equal(1, output.Average(value => (double)value), 5 * Math.Sqrt(rate / (1 - rate) / n));
    }

    [Fact]
    public void Each_channel_row_and_sample_is_dropped_at_the_rate()
    {
        var ones = Enumerable.Repeat(1f, 5 * Sample.Count).ToArray();
        var output = LayerRunner.Run(new Dropout(0.3f), Sample, ones, training: true);
        for (var channel = 0; channel < 5; channel++)
        {
            var zeros = Enumerable.Range(0, output.Length / 5).Count(i => output[(i * 5) + channel] == 0);
            Assert.Equal(0.3, zeros / (output.Length / 5.0), 5 * Math.Sqrt(0.3 * 0.7 * 5 / output.Length));
        }

        Assert.Equal(
            5, output.Chunk(Sample.Count).Select(sample => string.Concat(sample.Take(100).Select(value => value == 0 ? '0' : '1'))).Distinct().Count());
    }

    [Fact]
    public void The_same_seed_and_step_drop_the_same_values_and_others_do_not()
    {
        var values = LayerRunner.Normal(Sample.Count);
        var first = LayerRunner.Run(new Dropout(0.5f), Sample, values, training: true, seed: 1, step: 1);
        Assert.Equal(first, LayerRunner.Run(new Dropout(0.5f), Sample, values, training: true, seed: 1, step: 1));
        Assert.NotEqual(first, LayerRunner.Run(new Dropout(0.5f), Sample, values, training: true, seed: 1, step: 2));
        Assert.NotEqual(first, LayerRunner.Run(new Dropout(0.5f), Sample, values, training: true, seed: 2, step: 1));
    }

    /// <summary>With one mask for both, a half of the values would be dropped instead of three quarters.</summary>
    [Fact]
    public void Two_dropouts_in_a_row_drop_independently()
    {
        var ones = Enumerable.Repeat(1f, Sample.Count).ToArray();
        var output = LayerRunner.Run(new TwoDropouts(), Sample, ones, training: true);
        double n = output.Length;
        Assert.Equal(0.75, output.Count(value => value == 0) / n, 5 * Math.Sqrt(0.75 * 0.25 / n));
    }

    /// <summary>Stochastic depth: a sample is dropped as a whole, or is scaled as a whole.</summary>
    [Fact]
    public void A_noise_shape_drops_whole_samples()
    {
        var ones = Enumerable.Repeat(1f, 2000).ToArray();
        var samples = LayerRunner.Run(new Dropout(0.25) { NoiseShape = [null, 1, 1, 1] }, [1, 2, 2], ones, training: true).Chunk(4).ToList();
        Assert.All(samples, sample => Assert.Single(sample.Distinct()));
        Assert.Equal([0, 1 / 0.75f], samples.Select(sample => sample[0]).Distinct().Order());
        Assert.Equal(0.25, samples.Count(sample => sample[0] == 0) / 500.0, 5 * Math.Sqrt(0.25 * 0.75 / 500));
    }

    [Fact]
    public void Inference_returns_the_input()
    {
        var values = LayerRunner.Normal(Sample.Count);
        Assert.Equal(values, LayerRunner.Run(new Dropout(0.5f), Sample, values));
        Assert.Equal(values, LayerRunner.Run(new Dropout(0), Sample, values, training: true));
    }

    private sealed class TwoDropouts : Layer
    {
        private readonly Dropout first = new(0.5f);
        private readonly Dropout second = new(0.5f);

        protected override Node Call(Node input, CallContext context) => second.Trace([first.Trace([input], context)], context);
    }
}
