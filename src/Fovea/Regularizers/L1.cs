using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>factor · Σ|x|; <c>keras.regularizers.L1</c>. Weights that matter little become 0.</summary>
/// <param name="Factor">The factor of the absolute values, at least 0.</param>
public sealed record L1(float Factor = 0.01f) : Regularizer
{
    /// <summary>The factor of the absolute values.</summary>
    public float Factor { get; } = Factor.AtLeast(0, "L1", "factor");

    /// <inheritdoc/>
    public override Node Penalty(Node x) => Factor * x.Abs().Sum();

    private protected override (string ClassName, JsonObject Config)? Describe() => ("L1", new JsonObject { ["l1"] = Config.Shortest(Factor) });
}
