using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Keeps the maximum of each channel over the whole image: whether something was seen anywhere. <c>keras.layers.GlobalMaxPooling2D</c>.</summary>
/// <param name="keepDimensions">Whether the output stays an image, of one pixel.</param>
public sealed class GlobalMaxPooling2D(bool keepDimensions = false) : Layer
{
    /// <summary>Whether the output stays an image, of one pixel.</summary>
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
