using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Keeps the middle of images, in training and inference; <c>keras.layers.CenterCrop</c>. Of a smaller image it keeps the largest part in the
/// middle that has the proportions asked for and resizes it, bilinearly.
/// </summary>
/// <param name="height">The rows that images get.</param>
/// <param name="width">The columns that images get.</param>
public sealed class CenterCrop(int height, int width) : Layer
{
    /// <summary>The rows that images get.</summary>
    public int Height { get; } = height.AtLeast(1, nameof(CenterCrop), nameof(height));

    /// <summary>The columns that images get.</summary>
    public int Width { get; } = width.AtLeast(1, nameof(CenterCrop), nameof(width));

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        return input.Shape[1] >= Height && input.Shape[2] >= Width
            ? Framing.Center(input, (Height, Width))
            : Framing.CropTo(input, (Height, Width)).Resize(Height, Width);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("height", Height);
        config.Set("width", Width);
        config.Set("data_format", "channels_last");
    }

    internal static CenterCrop FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new CenterCrop(config.GetInt("height"), config.GetInt("width"));
    }
}
