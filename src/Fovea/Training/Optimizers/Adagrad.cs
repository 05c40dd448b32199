using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Adagrad divides steps by the root of the sum of all squared gradients; <c>keras.optimizers.Adagrad</c>, Duchi et al. 2011:
/// s ← s + g², w ← w − η·g / √(s + ε).
/// </summary>
/// <param name="learningRate">η, 0.001 by default.</param>
/// <param name="initialAccumulatorValue">s before the first step, at least 0.</param>
/// <param name="epsilon">ε, which keeps the division finite; at least 0.</param>
public sealed class Adagrad(LearningRateSchedule? learningRate = null, double initialAccumulatorValue = 0.1, double epsilon = 1e-7)
    : Optimizer(learningRate ?? 0.001f)
{
    /// <summary>The sum before the first step.</summary>
    public double InitialAccumulatorValue { get; } = initialAccumulatorValue.AtLeast(0, "Adagrad", nameof(initialAccumulatorValue));

    /// <summary>The number that keeps the division finite.</summary>
    public double Epsilon { get; } = epsilon.AtLeast(0, "Adagrad", nameof(epsilon));

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Slot> Slots => [new("accumulator", InitialAccumulatorValue)];

    /// <inheritdoc/>
    protected internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var sum = slots[0] + gradient.Square();
        return (weight - (factors[0] * gradient / (sum + (float)Epsilon).Sqrt()), [sum]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("initial_accumulator_value", InitialAccumulatorValue);
        config.Set("epsilon", Epsilon);
    }

    internal static Adagrad FromConfig(Config config) => new(
        initialAccumulatorValue: config.GetFloat("initial_accumulator_value", 0.1f), epsilon: config.GetFloat("epsilon", 1e-7f));
}
