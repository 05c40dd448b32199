using Fovea.Engine;

namespace Fovea;

/// <summary>
/// The sum of two values, of which the second is multiplied by a number: x + scale · y. It is the layer of that name in Keras' Inception-ResNet-v2 (Szegedy et
/// al. 2017, section 3.3).
/// </summary>
internal sealed class CustomScaleLayer(double scale) : Layer
{
    /// <summary>The factor of the second value.</summary>
    public double Scale { get; } = scale.Finite(nameof(CustomScaleLayer), nameof(scale));

    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context)
    {
        var both = inputs.ExactlyTwo(Subject).Aligned(Subject);
        return both[0] + (both[1] * (float)Scale);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("scale", Scale);

    internal static CustomScaleLayer FromConfig(Config config) => new(config.GetDouble("scale"));
}
