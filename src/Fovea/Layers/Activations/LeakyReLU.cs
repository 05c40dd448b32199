using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The leaky rectified linear unit: x above 0, slope · x below, so that units below 0 still have a gradient. <c>keras.layers.LeakyReLU</c>; Maas et al. 2013.
/// As a function it is <see cref="Activation.LeakyRelu"/>.
/// </summary>
/// <param name="negativeSlope">The slope below 0, at least 0.</param>
public sealed class LeakyReLU(double negativeSlope = 0.3) : Layer
{
    /// <summary>The slope below 0.</summary>
    public double NegativeSlope { get; } = negativeSlope.AtLeast(0, nameof(LeakyReLU), nameof(negativeSlope));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.LeakyRelu((float)NegativeSlope);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("negative_slope", NegativeSlope);

    // Keras 2 called it alpha.
    internal static LeakyReLU FromConfig(Config config) => new(config.GetFloat("negative_slope", config.GetFloat("alpha", 0.3f)));
}
