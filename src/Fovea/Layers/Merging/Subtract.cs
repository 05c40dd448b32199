using Fovea.Engine;

namespace Fovea;

/// <summary>The first value minus the second, element by element, with broadcasting. <c>keras.layers.Subtract</c>.</summary>
public sealed class Subtract : Layer
{
    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context) =>
        inputs.ExactlyTwo(Subject).Aligned(Subject).Aggregate((first, second) => first - second);

    internal static Subtract FromConfig(Config _) => new();
}
