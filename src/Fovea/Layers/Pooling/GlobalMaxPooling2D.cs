using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The maximum of each channel over the whole image. <c>keras.layers.GlobalMaxPooling2D</c>.</summary>
/// <param name="keepDimensions">Whether the output remains an image, (1, 1, channels), instead of a row.</param>
public sealed class GlobalMaxPooling2D(bool keepDimensions = false) : Layer
{
    /// <summary>Whether the output remains an image, (1, 1, channels), instead of a row.</summary>
    public bool KeepDimensions { get; } = keepDimensions;

    internal override bool IsPooling => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        var pixel = input.MaxPool2D((input.Shape[1], input.Shape[2]), (1, 1), Padding.Valid);
        return KeepDimensions ? pixel : pixel.Reshape([input.Shape[0], input.Shape[3]]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("keepdims", KeepDimensions);
    }

    internal static GlobalMaxPooling2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new GlobalMaxPooling2D(config.GetBool("keepdims", false));
    }
}
