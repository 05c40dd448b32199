using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Adaptive moments; <c>keras.optimizers.Adam</c>, Kingma and Ba 2014 in the form of their section 2 with ε̂:
/// m ← m + (1 − β₁)·(g − m), v ← v + (1 − β₂)·(g² − v), w ← w − α·m / (√v + ε) with α = η·√(1 − β₂ᵗ) / (1 − β₁ᵗ). With AMSGrad (Reddi et al.
/// 2018) the maximum of all v so far replaces v.
/// </summary>
public class Adam : Optimizer
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">η, 0.001 by default.</param>
    /// <param name="beta1">β₁, the share of the mean that is kept in each step; from 0 to below 1.</param>
    /// <param name="beta2">β₂, the share of the mean square that is kept in each step; from 0 to below 1.</param>
    /// <param name="epsilon">ε, which keeps the division finite; at least 0.</param>
    /// <param name="amsgrad">Whether the maximum of the mean squares replaces the present one, so that steps do not grow when gradients shrink.</param>
    public Adam(LearningRateSchedule? learningRate = null, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7, bool amsgrad = false)
        : base(learningRate ?? 0.001f)
    {
        Beta1 = beta1.Rate(Subject, nameof(beta1));
        Beta2 = beta2.Rate(Subject, nameof(beta2));
        Epsilon = epsilon.AtLeast(0, Subject, nameof(epsilon));
        Amsgrad = amsgrad;
    }

    /// <summary>The share of the mean that is kept in each step.</summary>
    public double Beta1 { get; }

    /// <summary>The share of the mean square that is kept in each step.</summary>
    public double Beta2 { get; }

    /// <summary>The number that keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <summary>Whether the maximum of all mean squares so far replaces the present one.</summary>
    public bool Amsgrad { get; }

    internal override string ClassName => "Adam";

    internal override double? ConstantMomentum => Beta1;

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<Slot> Slots => Amsgrad
        ? ["momentum", "velocity", new("velocity_hat") { IsGrouped = true }]
        : ["momentum", "velocity"];

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<Func<double, long, double>> Factors =>
    [
        (learningRate, step) => learningRate * Math.Sqrt(1 - Math.Pow((float)Beta2, step)) / (1 - Math.Pow((float)MomentumAt(step), step)),
        (_, step) => 1 - (float)MomentumAt(step),
    ];

    /// <inheritdoc/>
    protected internal sealed override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var m = slots[0] + (factors[1] * (gradient - slots[0]));
        var v = slots[1] + ((1 - (float)Beta2) * (gradient.Square() - slots[1]));
        var largest = Amsgrad ? slots[2].Maximum(v) : v;
        return (weight - (factors[0] * m / (largest.Sqrt() + (float)Epsilon)), Amsgrad ? [m, v, largest] : [m, v]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("beta_1", Beta1);
        config.Set("beta_2", Beta2);
        config.Set("epsilon", Epsilon);
        config.Set("amsgrad", Amsgrad);
    }

    internal static Adam FromConfig(Config config) => new(
        null, config.GetFloat("beta_1", 0.9f), config.GetFloat("beta_2", 0.999f), config.GetFloat("epsilon", 1e-7f), config.GetBool("amsgrad", false));
}
