using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Lion steps by the sign of a mean gradient; <c>keras.optimizers.Lion</c>, Chen et al. 2023, algorithm 2:
/// w ← w − η·sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g. Learning rates are three to ten times lower than Adam's, decays three to ten times higher.
/// </summary>
/// <param name="learningRate">η, 0.001 by default.</param>
/// <param name="beta1">β₁, the weight of the mean in the direction; above 0, at most 1.</param>
/// <param name="beta2">β₂, the share of the mean that is kept in each step; from 0 to below 1.</param>
public sealed class Lion(LearningRateSchedule? learningRate = null, double beta1 = 0.9, double beta2 = 0.99) : Optimizer(learningRate ?? 0.001f)
{
    /// <summary>The weight of the mean in the direction.</summary>
    public double Beta1 { get; } = (float)beta1 is > 0 and <= 1 and var given
        ? Config.Shortest(given)
        : throw ArgumentRules.Wrong("Lion", nameof(beta1), $"above 0 and at most 1", (float)beta1);

    /// <summary>The share of the mean that is kept in each step.</summary>
    public double Beta2 { get; } = beta2.Rate("Lion", nameof(beta2));

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Slot> Slots => ["momentum"];

    /// <inheritdoc/>
    protected internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var direction = ((float)Beta1 * slots[0]) + ((1 - (float)Beta1) * gradient);
        var step = factors[0].Mask(direction) - factors[0].Mask(-direction);
        return (weight - step, [((float)Beta2 * slots[0]) + ((1 - (float)Beta2) * gradient)]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("beta_1", Beta1);
        config.Set("beta_2", Beta2);
    }

    internal static Lion FromConfig(Config config) => new(null, config.GetFloat("beta_1", 0.9f), config.GetFloat("beta_2", 0.99f));
}
