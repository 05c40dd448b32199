using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The minimum of several values, element by element, with broadcasting. <c>keras.layers.Minimum</c>. Where several are equal, the first of them gets the
/// gradient, as in TensorFlow.
/// </summary>
public sealed class Minimum : Layer
{
    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context) =>
        inputs.Aligned(Subject).Aggregate((minimum, input) => minimum.Minimum(input));

    internal static Minimum FromConfig(Config _) => new();
}
