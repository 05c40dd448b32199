using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Stochastic gradient descent; <c>keras.optimizers.SGD</c>. Without momentum w ← w − η·g; with it m ← μ·m − η·g and w ← w + m, or
/// with Nesterov's look-ahead w ← w + μ·m − η·g (Sutskever et al. 2013).
/// </summary>
/// <param name="learningRate">η.</param>
/// <param name="momentum">μ, from 0 (none) to below 1.</param>
/// <param name="nesterov">Whether the gradient counts as taken after the step.</param>
public sealed class Sgd(float learningRate = 0.01f, float momentum = 0, bool nesterov = false) : Optimizer(learningRate)
{
    /// <summary>How much of the last step is kept.</summary>
    public float Momentum { get; } = InUnit(momentum, "Sgd", nameof(momentum));

    /// <summary>Whether the gradient counts as taken after the step.</summary>
    public bool Nesterov { get; } = nesterov;

    internal override string ClassName => "SGD";

    internal override IReadOnlyList<string> Slots => Momentum == 0 ? [] : ["momentum"];

    internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node stepSize)
    {
        var step = stepSize * gradient;
        if (Momentum == 0) return (weight - step, []);
        var m = (Momentum * slots[0]) - step;
        return (Nesterov ? weight + ((Momentum * m) - step) : weight + m, [m]);
    }

    internal override void WriteConfig(JsonObject config)
    {
        config["momentum"] = LayerConfig.Shortest(Momentum);
        config["nesterov"] = Nesterov;
    }
}
