using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>l1 Σ|x| + l2 Σx²; <c>keras.regularizers.L1L2</c>.</summary>
/// <param name="L1">The factor of the absolute values, at least 0.</param>
/// <param name="L2">The factor of the squares, at least 0.</param>
public sealed record L1L2(float L1 = 0, float L2 = 0) : Regularizer
{
    /// <summary>The factor of the absolute values.</summary>
    public float L1 { get; } = L1.AtLeast(0, "L1L2", "l1");

    /// <summary>The factor of the squares.</summary>
    public float L2 { get; } = L2.AtLeast(0, "L1L2", "l2");

    /// <inheritdoc/>
    public override Node Penalty(Node x) => (L1, L2) switch
    {
        (_, 0) => L1 * x.Abs().Sum(),
        (0, _) => L2 * x.Square().Sum(),
        _ => (L1 * x.Abs().Sum()) + (L2 * x.Square().Sum()),
    };

    private protected override (string ClassName, JsonObject Config)? Describe() =>
        ("L1L2", new JsonObject { ["l1"] = Config.Shortest(L1), ["l2"] = Config.Shortest(L2) });
}
