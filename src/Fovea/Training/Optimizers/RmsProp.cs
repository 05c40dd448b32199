using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// RMSprop divides steps by a moving root mean square of the gradient; <c>keras.optimizers.RMSprop</c>, Tieleman and Hinton 2012:
/// v ← ρ·v + (1 − ρ)·g², w ← w − η·g / √(v + ε). With momentum μ: m ← μ·m + η·g / √(v + ε), w ← w − m. Centered (Graves 2013, eq. 38 to 45), the
/// moving variance replaces v: a ← ρ·a + (1 − ρ)·g, √(v − a² + ε).
/// </summary>
/// <param name="learningRate">η, 0.001 by default.</param>
/// <param name="rho">ρ, the share of the mean square that is kept in each step; from 0 to below 1.</param>
/// <param name="momentum">μ, from 0 (none) to below 1.</param>
/// <param name="epsilon">ε, which keeps the division finite; at least 0.</param>
/// <param name="centered">Whether the variance replaces the mean square.</param>
public sealed class RmsProp(LearningRateSchedule? learningRate = null, double rho = 0.9, double momentum = 0, double epsilon = 1e-7, bool centered = false)
    : Optimizer(learningRate ?? 0.001f)
{
    /// <summary>The share of the mean square that is kept in each step.</summary>
    public double Rho { get; } = rho.Rate("RmsProp", nameof(rho));

    /// <summary>The share of the last step that is kept.</summary>
    public double Momentum { get; } = momentum.Rate("RmsProp", nameof(momentum));

    /// <summary>The number that keeps the division finite.</summary>
    public double Epsilon { get; } = epsilon.AtLeast(0, "RmsProp", nameof(epsilon));

    /// <summary>Whether the variance replaces the mean square.</summary>
    public bool Centered { get; } = centered;

    internal override string ClassName => "RMSprop";

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Slot> Slots
    {
        get
        {
            var slots = new List<Slot> { "velocity" };
            if (Momentum != 0) slots.Add(new("momentum") { IsGrouped = true });
            if (Centered) slots.Add(new("average_gradient") { IsGrouped = true });
            return slots;
        }
    }

    /// <inheritdoc/>
    protected internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var velocity = Moved(slots[0], gradient.Square());
        var next = new List<Node> { velocity };
        var average = Centered ? Moved(slots[^1], gradient) : null;
        var step = factors[0] * gradient / ((average is null ? velocity : velocity - average.Square()) + (float)Epsilon).Sqrt();
        if (Momentum != 0) next.Add(step = ((float)Momentum * slots[1]) + step);
        if (average is not null) next.Add(average);
        return (weight - step, [.. next]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("rho", Rho);
        config.Set("momentum", Momentum);
        config.Set("epsilon", Epsilon);
        config.Set("centered", Centered);
    }

    internal static RmsProp FromConfig(Config config) => new(
        null, config.GetFloat("rho", 0.9f), config.GetFloat("momentum", 0), config.GetFloat("epsilon", 1e-7f), config.GetBool("centered", false));

    private Node Moved(Node average, Node value) => ((float)Rho * average) + ((1 - (float)Rho) * value);
}
