using Fovea.Engine;

namespace Fovea;

/// <summary>
/// The product of several values, element by element, with broadcasting. <c>keras.layers.Multiply</c>. Attention multiplies an image (height, width, channels)
/// by weights (1, 1, channels) with it.
/// </summary>
public sealed class Multiply : Layer
{
    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context) => inputs.Aligned(Subject).Aggregate((product, input) => product * input);

    internal static Multiply FromConfig(Config _) => new();
}
