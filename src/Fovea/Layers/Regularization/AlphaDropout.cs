using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, sets each input at random to the lowest value of selu, then scales and shifts all so that a mean of 0 and a variance of 1 are preserved. In
/// inference it returns its input. It is meant for networks with <see cref="Activation.Selu"/>. <c>keras.layers.AlphaDropout</c>; Klambauer et al. 2017,
/// section "New Dropout Technique".
/// </summary>
/// <param name="rate">The probability of dropping an input, from 0 up to but not including 1.</param>
public sealed class AlphaDropout(double rate) : Layer
{
    private const double Lowest = -1.6732632423543772 * 1.0507009873554805;

    /// <summary>The probability of dropping an input.</summary>
    public double Rate { get; } = rate.Rate(nameof(AlphaDropout), nameof(rate));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        if (!context.Training || Rate == 0) return input;
        var scale = 1 / Math.Sqrt((1 - (float)Rate) * (1 + ((float)Rate * Lowest * Lowest)));
        var kept = context.RandomKept(input.Shape, (float)Rate);

        // scale · (x where kept, else lowest) − scale · lowest · rate, written so that dropped inputs are 0.
        return ((float)scale * (input - (float)Lowest)).Mask(kept) + (float)(scale * Lowest * (1 - (float)Rate));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("rate", Rate);
        config.SetNull("seed", "noise_shape");
    }

    internal static AlphaDropout FromConfig(Config config) => new(config.GetFloat("rate"));
}
