namespace Fovea;

/// <summary>
/// Crops images to their center. <c>keras.layers.CenterCrop</c>. An image that is smaller in one direction is first cropped to the largest centered part with
/// the requested aspect ratio, then resized bilinearly. It computes the same in training and inference.
/// </summary>
/// <param name="height">The height of the output, in pixels.</param>
/// <param name="width">The width of the output, in pixels.</param>
public sealed class CenterCrop(int height, int width) : ImageAugmentation
{
    /// <summary>The height of the output, in pixels.</summary>
    public int Height { get; } = height.AtLeast(1, nameof(CenterCrop), nameof(height));

    /// <summary>The width of the output, in pixels.</summary>
    public int Width { get; } = width.AtLeast(1, nameof(CenterCrop), nameof(width));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => false;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var images = nodes.Images;
        Size2D size = (Height, Width);
        return (images.Shape[1] >= Height && images.Shape[2] >= Width ? Frame.Center(images, size) : Frame.LargestPart(images, size)).Of(nodes, size);
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
