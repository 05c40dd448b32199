using Fovea.Engine;

namespace Fovea;

/// <summary>The mean of several values, element by element, with broadcasting. <c>keras.layers.Average</c>.</summary>
public sealed class Average : Layer
{
    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context) =>
        inputs.Aligned(Subject).Aggregate((sum, input) => sum + input) / inputs.Count;

    internal static Average FromConfig(Config _) => new();
}
