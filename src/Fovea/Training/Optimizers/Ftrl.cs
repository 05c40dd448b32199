using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Follow the regularized leader; <c>keras.optimizers.Ftrl</c>, McMahan et al. 2013, algorithm 1, which sets unimportant weights exactly to 0:
/// n′ = n + g², z ← z + g + 2·s·w − (n′ᵖ − nᵖ) / η · w, w ← (clip(z, −λ₁, λ₁) − z) / ((β + n′ᵖ) / η + 2·λ₂) with p the negative power.
/// </summary>
/// <param name="learningRate">η, 0.001 by default; above 0.</param>
/// <param name="learningRatePower">−p, at most 0: the exponent with which the rate of a weight falls as its squared gradients accumulate. With 0 the rate is
/// constant.</param>
/// <param name="initialAccumulatorValue">n before the first step, at least 0.</param>
/// <param name="l1RegularizationStrength">λ₁, at least 0.</param>
/// <param name="l2RegularizationStrength">λ₂, at least 0: a penalty on the weights.</param>
/// <param name="l2ShrinkageRegularizationStrength">s, at least 0: a penalty added to the gradient.</param>
public sealed class Ftrl(
    LearningRateSchedule? learningRate = null, double learningRatePower = -0.5, double initialAccumulatorValue = 0.1,
    double l1RegularizationStrength = 0, double l2RegularizationStrength = 0, double l2ShrinkageRegularizationStrength = 0)
    : Optimizer(learningRate ?? 0.001f)
{
    /// <summary>The exponent with which the rate of a weight falls as its squared gradients accumulate.</summary>
    public double LearningRatePower { get; } = (float)learningRatePower is <= 0 and > float.NegativeInfinity and var power
        ? Config.Shortest(power)
        : throw ArgumentRules.Wrong("Ftrl", nameof(learningRatePower), $"a finite number of at most 0", (float)learningRatePower);

    /// <summary>The sum of squared gradients before the first step.</summary>
    public double InitialAccumulatorValue { get; } = initialAccumulatorValue.AtLeast(0, "Ftrl", nameof(initialAccumulatorValue));

    /// <summary>The strength λ₁ of the L1 regularization.</summary>
    public double L1RegularizationStrength { get; } = l1RegularizationStrength.AtLeast(0, "Ftrl", nameof(l1RegularizationStrength));

    /// <summary>The strength λ₂ of the L2 regularization.</summary>
    public double L2RegularizationStrength { get; } = l2RegularizationStrength.AtLeast(0, "Ftrl", nameof(l2RegularizationStrength));

    /// <summary>The strength s of the shrinkage.</summary>
    public double L2ShrinkageRegularizationStrength { get; } = l2ShrinkageRegularizationStrength.AtLeast(0, "Ftrl", nameof(l2ShrinkageRegularizationStrength));

    /// <summary>β of the paper, at least 0; 0 by default.</summary>
    /// <exception cref="ArgumentException">It is negative, infinite or NaN.</exception>
    public double Beta
    {
        get;
        init => field = value.AtLeast(0, "Ftrl", nameof(Beta));
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Slot> Slots => [new("accumulator", InitialAccumulatorValue), "linear"];

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Func<double, long, double>> Factors => [(learningRate, _) => 1 / learningRate];

    /// <inheritdoc/>
    protected internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var sum = slots[0] + gradient.Square();
        var power = Power(sum);
        var linear = slots[1] + gradient + (2 * (float)L2ShrinkageRegularizationStrength * weight) - ((power - Power(slots[0])) * factors[0] * weight);
        var quadratic = ((power + (float)Beta) * factors[0]) + (2 * (float)L2RegularizationStrength);
        return ((linear.Clip(-(float)L1RegularizationStrength, (float)L1RegularizationStrength) - linear) / quadratic, [sum, linear]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("learning_rate_power", LearningRatePower);
        config.Set("initial_accumulator_value", InitialAccumulatorValue);
        config.Set("l1_regularization_strength", L1RegularizationStrength);
        config.Set("l2_regularization_strength", L2RegularizationStrength);
        config.Set("l2_shrinkage_regularization_strength", L2ShrinkageRegularizationStrength);
        config.Set("beta", Beta);
    }

    private protected override void CheckLearningRate(float rate)
    {
        if (rate == 0) throw ArgumentRules.Wrong("Ftrl", "learningRate", $"above 0", 0);
        base.CheckLearningRate(rate);
    }

    internal static Ftrl FromConfig(Config config) => new(
        null, config.GetFloat("learning_rate_power", -0.5f), config.GetFloat("initial_accumulator_value", 0.1f),
        config.GetFloat("l1_regularization_strength", 0), config.GetFloat("l2_regularization_strength", 0),
        config.GetFloat("l2_shrinkage_regularization_strength", 0))
    {
        Beta = config.GetFloat("beta", 0),
    };

    /// <summary>xᵖ of numbers that are not negative; 0⁰ is 1.</summary>
    private Node Power(Node x) => (float)LearningRatePower switch
    {
        0 => Arithmetic.Constant(1),
        -0.5f => x.Sqrt(),
        _ => (-(float)LearningRatePower * x.Log()).Exp(),
    };
}
