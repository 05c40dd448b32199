using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The maximum of several values, element by element, with broadcasting. <c>keras.layers.Maximum</c>. Where several are equal, the first of them gets the
/// gradient, as in TensorFlow.
/// </summary>
public sealed class Maximum : Layer
{
    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context) =>
        inputs.Aligned(Subject).Aggregate((maximum, input) => maximum.Maximum(input));

    internal static Maximum FromConfig(Config _) => new();
}
