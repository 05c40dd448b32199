using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>factor · Σx²; <c>keras.regularizers.L2</c>. Weights stay small; the classic weight decay.</summary>
/// <param name="Factor">The factor of the squares, at least 0.</param>
public sealed record L2(float Factor = 0.01f) : Regularizer
{
    /// <summary>The factor of the squares.</summary>
    public float Factor { get; } = Factor.AtLeast(0, "L2", "factor");

    /// <inheritdoc/>
    public override Node Penalty(Node x) => Factor * x.Square().Sum();

    private protected override (string ClassName, JsonObject Config)? Describe() => ("L2", new JsonObject { ["l2"] = Config.Shortest(Factor) });
}
