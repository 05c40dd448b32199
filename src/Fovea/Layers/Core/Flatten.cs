using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Reshapes each sample to one row, in row-major order: height first, channels last. <c>keras.layers.Flatten</c>.</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override bool OnlyReshapes => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.Reshape([input.Shape[0], input.Shape.Count / input.Shape[0]]);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("data_format", "channels_last");

    internal static Flatten FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new Flatten();
    }
}
