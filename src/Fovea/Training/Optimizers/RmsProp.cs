using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Steps divided by a moving root mean square of the gradient; <c>keras.optimizers.RMSprop</c>, Tieleman and Hinton 2012:
/// v ← ρ·v + (1 − ρ)·g², w ← w − η·g / √(v + ε). With momentum μ: m ← μ·m + η·g / √(v + ε), w ← w − m.
/// </summary>
/// <param name="learningRate">η.</param>
/// <param name="rho">ρ, how slowly the mean square moves; from 0 to below 1.</param>
/// <param name="momentum">μ, from 0 (none) to below 1.</param>
/// <param name="epsilon">ε, which keeps the division finite.</param>
public sealed class RmsProp(float learningRate = 0.001f, float rho = 0.9f, float momentum = 0, float epsilon = 1e-7f) : Optimizer(learningRate)
{
    /// <summary>How slowly the mean square moves.</summary>
    public float Rho { get; } = InUnit(rho, "RmsProp", nameof(rho));

    /// <summary>How much of the last step is kept.</summary>
    public float Momentum { get; } = InUnit(momentum, "RmsProp", nameof(momentum));

    /// <summary>What keeps the division finite.</summary>
    public float Epsilon { get; } = epsilon;

    internal override string ClassName => "RMSprop";

    internal override IReadOnlyList<string> Slots => Momentum == 0 ? ["velocity"] : ["velocity", "momentum"];

    internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node stepSize)
    {
        var velocity = (Rho * slots[0]) + ((1 - Rho) * gradient.Square());
        var step = stepSize * gradient / (velocity + Epsilon).Sqrt();
        if (Momentum == 0) return (weight - step, [velocity]);
        var m = (Momentum * slots[1]) + step;
        return (weight - m, [velocity, m]);
    }

    internal override void WriteConfig(JsonObject config)
    {
        config["rho"] = LayerConfig.Shortest(Rho);
        config["momentum"] = LayerConfig.Shortest(Momentum);
        config["epsilon"] = LayerConfig.Shortest(Epsilon);
        config["centered"] = false;
    }
}
