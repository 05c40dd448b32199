using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Adam with Nesterov's look-ahead; <c>keras.optimizers.Nadam</c>, Dozat 2016, algorithm 2 with its schedule of the momentum, μₜ = β₁·(1 − 0.96ᵗ / 2):
/// m ← m + (1 − β₁)·(g − m), v ← v + (1 − β₂)·(g² − v), m̂ = μₜ₊₁·m / (1 − Πᵗ⁺¹μ) + (1 − μₜ)·g / (1 − Πᵗμ), w ← w − η·m̂ / (√(v / (1 − β₂ᵗ)) + ε).
/// </summary>
/// <param name="learningRate">η, 0.001 by default.</param>
/// <param name="beta1">β₁, the share of the mean that is kept in each step; from 0 to below 1.</param>
/// <param name="beta2">β₂, the share of the mean square that is kept in each step; from 0 to below 1.</param>
/// <param name="epsilon">ε, which keeps the division finite; at least 0.</param>
public sealed class Nadam(LearningRateSchedule? learningRate = null, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7)
    : Optimizer(learningRate ?? 0.001f)
{
    /// <summary>The share of the mean that is kept in each step.</summary>
    public double Beta1 { get; } = beta1.Rate("Nadam", nameof(beta1));

    /// <summary>The share of the mean square that is kept in each step.</summary>
    public double Beta2 { get; } = beta2.Rate("Nadam", nameof(beta2));

    /// <summary>The number that keeps the division finite.</summary>
    public double Epsilon { get; } = epsilon.AtLeast(0, "Nadam", nameof(epsilon));

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Slot> Slots => ["momentum", "velocity"];

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Func<double, long, double>> Factors =>
    [
        (learningRate, step) => learningRate * Momentum(step + 1) / (1 - MomentumProduct(step + 1)),
        (learningRate, step) => learningRate * (1 - Momentum(step)) / (1 - MomentumProduct(step)),
        (_, step) => 1 / (1 - Math.Pow((float)Beta2, step)),
    ];

    /// <inheritdoc/>
    protected internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var m = slots[0] + ((1 - (float)Beta1) * (gradient - slots[0]));
        var v = slots[1] + ((1 - (float)Beta2) * (gradient.Square() - slots[1]));
        return (weight - (((factors[0] * m) + (factors[1] * gradient)) / ((factors[2] * v).Sqrt() + (float)Epsilon)), [m, v]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("beta_1", Beta1);
        config.Set("beta_2", Beta2);
        config.Set("epsilon", Epsilon);
    }

    internal static Nadam FromConfig(Config config) => new(
        null, config.GetFloat("beta_1", 0.9f), config.GetFloat("beta_2", 0.999f), config.GetFloat("epsilon", 1e-7f));

    /// <inheritdoc/>
    internal override IReadOnlyList<(string Name, Func<long, double> Value)> DerivedScalars => [("u_product", MomentumProduct)];

    /// <summary>Πᵗμ: the product of the momenta of steps 1 to t; 0 once it is too small to change 1 − Πᵗμ.</summary>
    private double MomentumProduct(long step)
    {
        var product = 1.0;
        for (var t = 1L; t <= step; t++)
        {
            product *= Momentum(t);
            if (product < 1e-20) return 0;
        }

        return product;
    }

    private double Momentum(long step) => (float)Beta1 * (1 - (0.5 * Math.Pow(0.96, step)));
}
