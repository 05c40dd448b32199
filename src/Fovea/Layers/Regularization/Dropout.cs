using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, sets each input to 0 with a given probability and scales the others by 1 / (1 − rate), so that the expected sum stays the same. In inference it
/// returns its input. <c>keras.layers.Dropout</c>; Srivastava et al. 2014.
/// </summary>
/// <param name="rate">The probability of dropping an input, from 0 up to but not including 1.</param>
public sealed class Dropout(double rate) : Layer
{
    /// <summary>The probability of dropping an input.</summary>
    public double Rate { get; } = rate.Rate(nameof(Dropout), nameof(rate));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => context.Training && Rate != 0
        ? (input * Arithmetic.Constant(1 / (1 - (float)Rate))).Mask(context.RandomKept(input.Shape, (float)Rate))
        : input;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("rate", Rate);
        config.SetNull("seed", "noise_shape");
    }

    internal static Dropout FromConfig(Config config) => new(config.GetFloat("rate"));
}
