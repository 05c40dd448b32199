using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Scales all vectors to length 1; <c>keras.constraints.UnitNorm</c>.</summary>
public sealed record UnitNorm : NormConstraint
{
    private protected override Node Constrained(Node norms) => Arithmetic.Constant(1);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteAxes(config);

    internal static UnitNorm FromConfig(Config config) => new() { Axes = ReadAxes(config) };
}
