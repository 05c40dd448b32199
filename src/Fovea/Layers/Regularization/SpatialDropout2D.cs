using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, sets whole channels of images to 0 with a given probability and scales the others by 1 / (1 − rate). In inference it returns its input.
/// Neighbouring pixels are correlated, so that dropping single ones would remove little information. <c>keras.layers.SpatialDropout2D</c>; Tompson et al. 2015.
/// </summary>
/// <param name="rate">The probability of dropping a channel, from 0 up to but not including 1.</param>
public sealed class SpatialDropout2D(double rate) : Layer
{
    /// <summary>The probability of dropping a channel.</summary>
    public double Rate { get; } = rate.Rate(nameof(SpatialDropout2D), nameof(rate));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        if (!context.Training || Rate == 0) return input;
        return (input * Arithmetic.Constant(1 / (1 - (float)Rate))).Mask(context.RandomKept([input.Shape[0], 1, 1, input.Shape[3]], (float)Rate));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("rate", Rate);
        config.SetNull("seed");
        config.Set("data_format", "channels_last");
    }

    internal static SpatialDropout2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new SpatialDropout2D(config.GetFloat("rate"));
    }
}
