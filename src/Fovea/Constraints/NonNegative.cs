using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Sets weights below 0 to 0; <c>keras.constraints.NonNeg</c>.</summary>
public sealed record NonNegative : Constraint
{
    /// <inheritdoc/>
    public override Node Apply(Node weight) => weight.Relu();

    private protected override string ClassName => "NonNeg";
}
