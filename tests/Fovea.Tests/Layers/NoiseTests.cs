namespace Fovea.Tests.Layers;

/// <summary>Means, variances and whole channels after random layers. Tolerances are five standard deviations, and seeds are fixed.</summary>
public class NoiseTests
{
    private static readonly Shape Sample = [32, 32, 8];
    private static readonly float[] Ones = [.. Enumerable.Repeat(1f, 8 * Sample.Count)];

    [Fact]
    public void GaussianNoise_has_the_given_deviation_and_a_normal_distribution()
    {
        var noise = Draw(new GaussianNoise(2), Ones).Select(value => (value - 1.0) / 2).ToArray();
        AssertMoments(noise, 0, 1);

        // 68.27 % of a normal distribution are within one deviation and 95.45 % within two. The fourth moment is 3, with variance 96 / n.
        double n = noise.Length;
        Assert.Equal(0.6827, noise.Count(z => Math.Abs(z) < 1) / n, 5 * Math.Sqrt(0.6827 * 0.3173 / n));
        Assert.Equal(0.9545, noise.Count(z => Math.Abs(z) < 2) / n, 5 * Math.Sqrt(0.9545 * 0.0455 / n));
        Assert.Equal(3, noise.Average(z => z * z * z * z), 5 * Math.Sqrt(96 / n));
    }

    [Fact]
    public void GaussianDropout_has_the_variance_of_dropout() =>
        AssertMoments(Draw(new GaussianDropout(0.2f), Ones).Select(value => (double)value).ToArray(), 1, Math.Sqrt(0.2 / 0.8));

    /// <summary>Zero mean and unit variance stay, and the dropped have the value a · (−αλ) (1 − rate) with a = 1 / √((1 − rate) (1 + rate (αλ)²)).</summary>
    [Fact]
    public void AlphaDropout_keeps_mean_and_variance()
    {
        var output = Draw(new AlphaDropout(0.3f), LayerRunner.Normal(8 * Sample.Count));
        AssertMoments(output.Select(value => (double)value).ToArray(), 0, 1);
        var lowest = 1.6732632423543772 * 1.0507009873554805;
        var dropped = (float)(-lowest * 0.7 / Math.Sqrt(0.7 * (1 + (0.3 * lowest * lowest))));
        var share = output.Count(value => Math.Abs(value - dropped) < 1e-6f) / (double)output.Length;
        Assert.Equal(0.3, share, 5 * Math.Sqrt(0.3 * 0.7 / output.Length));
    }

    [Fact]
    public void SpatialDropout2D_drops_whole_channels_of_single_images()
    {
        Shape sample = [4, 4, 50];
        var output = LayerRunner.Run(new SpatialDropout2D(0.4f), sample, [.. Enumerable.Repeat(1f, 40 * sample.Count)], training: true);
        var channels = Enumerable.Range(0, 40).SelectMany(image => Enumerable.Range(0, 50).Select(channel =>
            Enumerable.Range(0, 16).Select(pixel => output[(image * sample.Count) + (pixel * 50) + channel]).Distinct().Single())).ToArray();
        Assert.All(channels, value => Assert.True(value == 0 || value == 1 / (1 - 0.4f)));
        Assert.Equal(0.4, channels.Count(value => value == 0) / 2000.0, 5 * Math.Sqrt(0.4 * 0.6 / 2000));
    }

    [Fact]
    public void The_same_seed_and_step_give_the_same_noise_and_others_do_not()
    {
        float[] Noise(long seed, long step) => LayerRunner.Run(new GaussianNoise(1), [64], new float[64], training: true, seed: seed, step: step);
        Assert.Equal(Noise(1, 1), Noise(1, 1));
        Assert.NotEqual(Noise(1, 1), Noise(1, 2));
        Assert.NotEqual(Noise(1, 1), Noise(2, 1));
    }

    [Fact]
    public void Inference_and_rates_of_0_change_nothing()
    {
        var values = LayerRunner.Normal(Sample.Count);
        foreach (var layer in (Layer[])[new GaussianNoise(1), new GaussianDropout(0.5f), new AlphaDropout(0.5f), new SpatialDropout2D(0.5f)])
            Assert.Equal(values, LayerRunner.Run(layer, Sample, values));
        foreach (var layer in (Layer[])[new GaussianNoise(0), new GaussianDropout(0), new AlphaDropout(0), new SpatialDropout2D(0)])
            Assert.Equal(values, LayerRunner.Run(layer, Sample, values, training: true));
    }

    private static float[] Draw(Layer layer, float[] values) => LayerRunner.Run(layer, Sample, values, training: true);

    /// <summary>The mean of n numbers deviates by σ / √n; their variance by about σ² √(κ / n), where κ is at most 4 in these tests.</summary>
    private static void AssertMoments(double[] values, double mean, double deviation)
    {
        Assert.Equal(mean, values.Average(), 5 * deviation / Math.Sqrt(values.Length));
        var variance = values.Average(value => (value - mean) * (value - mean));
        Assert.Equal(deviation * deviation, variance, 5 * deviation * deviation * Math.Sqrt(4.0 / values.Length));
    }
}
