using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Crops images to their center. <c>keras.layers.CenterCrop</c>. An image that is smaller in one direction is first cropped to the largest centered part with
/// the requested aspect ratio, then resized bilinearly. It computes the same in training and inference.
/// </summary>
/// <param name="height">The height of the output, in pixels.</param>
/// <param name="width">The width of the output, in pixels.</param>
public sealed class CenterCrop(int height, int width) : Layer
{
    /// <summary>The height of the output, in pixels.</summary>
    public int Height { get; } = height.AtLeast(1, nameof(CenterCrop), nameof(height));

    /// <summary>The width of the output, in pixels.</summary>
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
