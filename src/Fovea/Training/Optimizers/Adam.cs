using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Adaptive moments; <c>keras.optimizers.Adam</c>, Kingma and Ba 2014 in the form of their section 2 with ε̂:
/// m ← m + (1 − β₁)·(g − m), v ← v + (1 − β₂)·(g² − v), w ← w − α·m / (√v + ε) with α = η·√(1 − β₂ᵗ) / (1 − β₁ᵗ).
/// </summary>
/// <param name="learningRate">η.</param>
/// <param name="beta1">β₁, how slowly the mean moves; from 0 to below 1.</param>
/// <param name="beta2">β₂, how slowly the mean square moves; from 0 to below 1.</param>
/// <param name="epsilon">ε, which keeps the division finite.</param>
public sealed class Adam(float learningRate = 0.001f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-7f) : Optimizer(learningRate)
{
    /// <summary>How slowly the mean moves.</summary>
    public float Beta1 { get; } = InUnit(beta1, "Adam", nameof(beta1));

    /// <summary>How slowly the mean square moves.</summary>
    public float Beta2 { get; } = InUnit(beta2, "Adam", nameof(beta2));

    /// <summary>What keeps the division finite.</summary>
    public float Epsilon { get; } = epsilon;

    internal override string ClassName => "Adam";

    internal override IReadOnlyList<string> Slots => ["momentum", "velocity"];

    internal override double StepSize(long step) => LearningRate * Math.Sqrt(1 - Math.Pow(Beta2, step)) / (1 - Math.Pow(Beta1, step));

    internal override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node stepSize)
    {
        var m = slots[0] + ((1 - Beta1) * (gradient - slots[0]));
        var v = slots[1] + ((1 - Beta2) * (gradient.Square() - slots[1]));
        return (weight - (stepSize * m / (v.Sqrt() + Epsilon)), [m, v]);
    }

    internal override void WriteConfig(JsonObject config)
    {
        config["beta_1"] = LayerConfig.Shortest(Beta1);
        config["beta_2"] = LayerConfig.Shortest(Beta2);
        config["epsilon"] = LayerConfig.Shortest(Epsilon);
        config["amsgrad"] = false;
    }
}
