using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>All vectors get the length 1; <c>keras.constraints.UnitNorm</c>.</summary>
public sealed record UnitNorm : NormConstraint
{
    private protected override Node Wanted(Node norms) => Arithmetic.Constant(1);

    private protected override (string ClassName, JsonObject Config)? Describe() => ("UnitNorm", new JsonObject { ["axis"] = AxesJson() });
}
