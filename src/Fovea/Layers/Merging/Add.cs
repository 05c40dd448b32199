using Fovea.Engine;

namespace Fovea;

/// <summary>
/// The sum of several values, element by element, with broadcasting. <c>keras.layers.Add</c>. Residual networks add a shortcut with it: <c>new Add().Call(x,
/// shortcut)</c>, or <c>x + shortcut</c>.
/// </summary>
public sealed class Add : Layer
{
    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context) => inputs.Aligned(Subject).Aggregate((sum, input) => sum + input);

    internal static Add FromConfig(Config _) => new();
}
