using Fovea.Engine;

namespace Fovea;

/// <summary>
/// In training, multiplies each input with a normally distributed number of mean 1 and variance rate / (1 − rate), the mean and variance that
/// dropout's factors have; otherwise does nothing. <c>keras.layers.GaussianDropout</c>; Srivastava et al. 2014, section 10.
/// </summary>
/// <param name="rate">As of <see cref="Dropout"/>, from 0 up to but not including 1.</param>
public sealed class GaussianDropout(float rate) : Layer
{
    /// <summary>As of <see cref="Dropout"/>.</summary>
    public float Rate { get; } = rate.Rate(nameof(GaussianDropout), nameof(rate));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) =>
        context.Training && Rate != 0 ? input * ((MathF.Sqrt(Rate / (1 - Rate)) * context.RandomNormal(input.Shape)) + 1) : input;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("rate", Rate);
        config.SetNull("seed");
    }

    internal static GaussianDropout FromConfig(Config config) => new(config.GetFloat("rate"));
}
