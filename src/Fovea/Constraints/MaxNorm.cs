using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Vectors longer than a greatest length are cut to it; <c>keras.constraints.MaxNorm</c>; Srivastava et al. 2014, section 5.1.</summary>
/// <param name="MaxValue">The greatest length, at least 0.</param>
public sealed record MaxNorm(float MaxValue = 2) : NormConstraint
{
    /// <summary>The greatest length.</summary>
    public float MaxValue { get; } = MaxValue.AtLeast(0, "MaxNorm", "maxValue");

    private protected override Node Wanted(Node norms) => norms.Clip(0, MaxValue);

    private protected override (string ClassName, JsonObject Config)? Describe() =>
        ("MaxNorm", new JsonObject { ["max_value"] = Config.Shortest(MaxValue), ["axis"] = AxesJson() });
}
