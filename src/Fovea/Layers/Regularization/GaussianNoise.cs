using Fovea.Engine;

namespace Fovea;

/// <summary>In training, adds normally distributed noise of mean 0. In inference it returns its input. <c>keras.layers.GaussianNoise</c>.</summary>
/// <param name="standardDeviation">The standard deviation of the noise, at least 0.</param>
public sealed class GaussianNoise(double standardDeviation) : Layer
{
    /// <summary>The standard deviation of the noise.</summary>
    public double StandardDeviation { get; } = standardDeviation.AtLeast(0, nameof(GaussianNoise), nameof(standardDeviation));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) =>
        context.Training && StandardDeviation != 0 ? input + ((float)StandardDeviation * context.RandomNormal(input.Shape)) : input;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("stddev", StandardDeviation);
        config.SetNull("seed");
    }

    internal static GaussianNoise FromConfig(Config config) => new(config.GetFloat("stddev"));
}
