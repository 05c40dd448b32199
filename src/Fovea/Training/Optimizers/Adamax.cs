using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Adam with the maximum norm; <c>keras.optimizers.Adamax</c>, Kingma and Ba 2014, section 7.1:
/// m ← m + (1 − β₁)·(g − m), u ← max(β₂·u, |g|), w ← w − η / (1 − β₁ᵗ) · m / (u + ε).
/// </summary>
/// <param name="learningRate">η, 0.001 by default.</param>
/// <param name="beta1">β₁, the share of the mean that is kept in each step; from 0 to below 1.</param>
/// <param name="beta2">β₂, the share of the norm that is kept in each step; from 0 to below 1.</param>
/// <param name="epsilon">ε, which keeps the division finite; at least 0.</param>
public sealed class Adamax(LearningRateSchedule? learningRate = null, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7)
    : Optimizer(learningRate ?? 0.001f)
{
    /// <summary>The share of the mean that is kept in each step.</summary>
    public double Beta1 { get; } = beta1.Rate("Adamax", nameof(beta1));

    /// <summary>The share of the norm that is kept in each step.</summary>
    public double Beta2 { get; } = beta2.Rate("Adamax", nameof(beta2));

    /// <summary>The number that keeps the division finite.</summary>
    public double Epsilon { get; } = epsilon.AtLeast(0, "Adamax", nameof(epsilon));

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Slot> Slots => ["momentum", "norm"];

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Func<double, long, double>> Factors =>
        [(learningRate, step) => learningRate / (1 - Math.Pow((float)Beta1, step))];

    /// <inheritdoc/>
    protected internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var m = slots[0] + ((1 - (float)Beta1) * (gradient - slots[0]));
        var u = ((float)Beta2 * slots[1]).Maximum(gradient.Abs());
        return (weight - (factors[0] * m / (u + (float)Epsilon)), [m, u]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("beta_1", Beta1);
        config.Set("beta_2", Beta2);
        config.Set("epsilon", Epsilon);
    }

    internal static Adamax FromConfig(Config config) => new(
        null, config.GetFloat("beta_1", 0.9f), config.GetFloat("beta_2", 0.999f), config.GetFloat("epsilon", 1e-7f));
}
