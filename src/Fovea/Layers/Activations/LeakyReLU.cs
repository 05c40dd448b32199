using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>x above 0, slope · x below, so that a unit that is off still learns; <c>keras.layers.LeakyReLU</c>; Maas et al. 2013.</summary>
/// <param name="negativeSlope">What numbers below 0 are multiplied with, at least 0.</param>
public sealed class LeakyReLU(double negativeSlope = 0.3) : Layer
{
    /// <summary>What numbers below 0 are multiplied with.</summary>
    public float NegativeSlope { get; } = negativeSlope.AtLeast(0, "LeakyReLU", nameof(negativeSlope));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.LeakyRelu(NegativeSlope);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("negative_slope", NegativeSlope);

    // Keras 2 called it alpha.
    internal static LeakyReLU FromConfig(Config config) => new(config.GetFloat("negative_slope", config.GetFloat("alpha", 0.3f)));
}
