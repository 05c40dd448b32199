using Fovea.Engine;

namespace Fovea;

/// <summary>
/// In training, multiplies each input by a normally distributed number of mean 1 and variance rate / (1 − rate): the mean and variance of the factors of
/// <see cref="Dropout"/>. In inference it returns its input. <c>keras.layers.GaussianDropout</c>; Srivastava et al. 2014, section 10.
/// </summary>
/// <param name="rate">The rate of the <see cref="Dropout"/> with the same mean and variance, from 0 up to but not including 1.</param>
public sealed class GaussianDropout(double rate) : Layer
{
    /// <summary>The rate of the <see cref="Dropout"/> with the same mean and variance.</summary>
    public double Rate { get; } = rate.Rate(nameof(GaussianDropout), nameof(rate));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) =>
        context.Training && Rate != 0 ? input * ((MathF.Sqrt((float)Rate / (1 - (float)Rate)) * context.RandomNormal(input.Shape)) + 1) : input;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("rate", Rate);
        config.SetNull("seed");
    }

    internal static GaussianDropout FromConfig(Config config) => new(config.GetFloat("rate"));
}
