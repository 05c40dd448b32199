using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>x · scale + offset, in training and inference; <c>keras.layers.Rescaling</c>. Pixels from 0..255 to 0..1: <c>new Rescaling(1f / 255)</c>.</summary>
public sealed class Rescaling(float scale, float offset = 0) : Layer
{
    /// <summary>The factor.</summary>
    public float Scale { get; } = scale.Finite("Rescaling", nameof(scale));

    /// <summary>What is added after scaling.</summary>
    public float Offset { get; } = offset.Finite("Rescaling", nameof(offset));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => (Scale * input) + Offset;

    /// <inheritdoc/>
    protected internal override void WriteConfig(LayerConfig config)
    {
        config.Set("scale", Scale);
        config.Set("offset", Offset);
    }

    internal static Rescaling FromConfig(LayerConfig config) => new(config.GetFloat("scale"), config.GetFloat("offset", 0));
}
