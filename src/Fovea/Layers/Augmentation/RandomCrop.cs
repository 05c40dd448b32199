using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, crops each image at a random position. In inference, and for images that are not larger in both directions, it takes the largest centered part
/// with the requested aspect ratio and resizes it bilinearly. <c>keras.layers.RandomCrop</c>, which draws one position for all images of a batch: see
/// <see cref="PerBatch"/>.
/// </summary>
/// <param name="height">The height of the output, in pixels.</param>
/// <param name="width">The width of the output, in pixels.</param>
public sealed class RandomCrop(int height, int width) : ImageAugmentation
{
    /// <summary>The height of the output, in pixels.</summary>
    public int Height { get; } = height.AtLeast(1, nameof(RandomCrop), nameof(height));

    /// <summary>The width of the output, in pixels.</summary>
    public int Width { get; } = width.AtLeast(1, nameof(RandomCrop), nameof(width));

    /// <summary>
    /// Whether all images of a batch are cropped at the same position, as in Keras. By default each image has its own position. A layer from a file by Keras,
    /// which has a seed for each RandomCrop, crops per batch.
    /// </summary>
    public bool PerBatch { get; init; }

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => false;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var images = nodes.Images;
        Size2D size = (Height, Width);
        var (rows, columns) = (images.Shape[1] - Height, images.Shape[2] - Width);
        if (!context.Training || rows <= 0 || columns <= 0) return Frame.LargestPart(images, size).Of(nodes, size);
        var one = AffineAugmentation.One(images);
        return new ProjectiveMap(one, null, Start(columns), null, one, Start(rows)).ApplyTo(nodes, FillMode.Constant, Interpolation.Nearest, 0, size);

        Node Start(int last) => ((last + 1) * context.RandomUniform([PerBatch ? 1 : images.Shape[0], 1], PerBatch)).Floor();
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("height", Height);
        config.Set("width", Width);
        config.SetNull("seed");
        config.Set("data_format", "channels_last");
        if (PerBatch) config.Set("fovea_per_batch", true);
    }

    internal static RandomCrop FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new RandomCrop(config.GetInt("height"), config.GetInt("width")) { PerBatch = config.GetBool("fovea_per_batch", !config.IsAbsent("seed")) };
    }
}
