using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Adadelta: the size of a step follows from that of the last steps, not from the scale of the gradient; <c>keras.optimizers.Adadelta</c>, Zeiler 2012,
/// algorithm 1: s ← ρ·s + (1 − ρ)·g², δ = √(d + ε) / √(s + ε) · g, d ← ρ·d + (1 − ρ)·δ², w ← w − η·δ. In the paper η = 1.
/// </summary>
/// <param name="learningRate">η, 0.001 by default.</param>
/// <param name="rho">ρ, the share of both mean squares that is kept in each step; from 0 to below 1.</param>
/// <param name="epsilon">ε, which sets the size of the first steps; at least 0.</param>
public sealed class Adadelta(LearningRateSchedule? learningRate = null, double rho = 0.95, double epsilon = 1e-7) : Optimizer(learningRate ?? 0.001f)
{
    /// <summary>The share of both mean squares that is kept in each step.</summary>
    public double Rho { get; } = rho.Rate("Adadelta", nameof(rho));

    /// <summary>The number that sets the size of the first steps.</summary>
    public double Epsilon { get; } = epsilon.AtLeast(0, "Adadelta", nameof(epsilon));

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Slot> Slots => ["accumulated_grad", "accumulated_delta_var"];

    /// <inheritdoc/>
    protected internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var squares = Moved(slots[0], gradient.Square());
        var delta = (slots[1] + (float)Epsilon).Sqrt() * gradient / (squares + (float)Epsilon).Sqrt();
        return (weight - (factors[0] * delta), [squares, Moved(slots[1], delta.Square())]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("rho", Rho);
        config.Set("epsilon", Epsilon);
    }

    internal static Adadelta FromConfig(Config config) => new(rho: config.GetFloat("rho", 0.95f), epsilon: config.GetFloat("epsilon", 1e-7f));

    private Node Moved(Node average, Node value) => ((float)Rho * average) + ((1 - (float)Rho) * value);
}
