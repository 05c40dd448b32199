using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Weights below 0 become 0; <c>keras.constraints.NonNeg</c>.</summary>
public sealed record NonNegative : Constraint
{
    /// <inheritdoc/>
    public override Node Apply(Node weight) => weight.Relu();

    private protected override string ClassName => "NonNeg";
}
