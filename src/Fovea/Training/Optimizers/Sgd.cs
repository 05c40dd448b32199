using Fovea.Engine;

namespace Fovea;

/// <summary>
/// Stochastic gradient descent; <c>keras.optimizers.SGD</c>. Without momentum w ← w − η·g; with it m ← μ·m − η·g and w ← w + m, or
/// with Nesterov's look-ahead w ← w + μ·m − η·g (Sutskever et al. 2013).
/// </summary>
/// <param name="learningRate">η, 0.01 by default.</param>
/// <param name="momentum">μ, from 0 (none) to below 1.</param>
/// <param name="nesterov">Whether the gradient is used as if computed after the momentum step.</param>
public sealed class Sgd(LearningRateSchedule? learningRate = null, double momentum = 0, bool nesterov = false) : Optimizer(learningRate ?? 0.01f)
{
    /// <summary>The share of the last step that is kept.</summary>
    public double Momentum { get; } = momentum.Rate("Sgd", nameof(momentum));

    /// <summary>Whether the gradient is used as if computed after the momentum step.</summary>
    public bool Nesterov { get; } = nesterov;

    internal override string ClassName => "SGD";

    internal override double? ConstantMomentum => Momentum == 0 ? null : Momentum;

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Func<double, long, double>> Factors =>
        Momentum == 0 ? base.Factors : [.. base.Factors, (_, step) => MomentumAt(step)];

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Slot> Slots => Momentum == 0 ? [] : SlotsInFiles;

    /// <summary>Since version 2.11 Keras stores momenta without using them where μ is 0.</summary>
    internal override IReadOnlyList<Slot> SlotsInFiles => ["momentum"];

    /// <inheritdoc/>
    protected internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
    {
        var step = factors[0] * gradient;
        if (Momentum == 0) return (weight - step, []);
        var m = (factors[1] * slots[0]) - step;
        return (Nesterov ? weight + ((factors[1] * m) - step) : weight + m, [m]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("momentum", Momentum);
        config.Set("nesterov", Nesterov);
    }

    internal static Sgd FromConfig(Config config) => new(null, config.GetFloat("momentum", 0), config.GetBool("nesterov", false));
}
