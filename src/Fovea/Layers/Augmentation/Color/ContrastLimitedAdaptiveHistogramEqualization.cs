using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Equalizes histograms locally, with limited contrast (CLAHE; Zuiderveld 1994). Each image is divided into tiles, and each channel of a tile has its own
/// histogram of 256 bins; a new value is interpolated between the tables of the four nearest tiles. It acts in training and in inference, as in Keras.
/// <c>keras.layers.ContrastLimitedAdaptiveHistogramEqualization</c>.
/// </summary>
/// <remarks>
/// Counts above <paramref name="clipLimit"/> · (pixels of a tile) / 256 are cut, and their sum is spread evenly over all bins, once. Where tiles exceed the
/// image, it is reflected at its lower and right border. Values are looked up as whole numbers from 0 to 255, so the derivative of the output is 0.
/// </remarks>
/// <param name="clipLimit">The limit of a count, relative to an even histogram; small values keep the contrast low, and 0 sets no limit.</param>
/// <param name="tileGridSize">The number of tiles from top to bottom and from left to right; 8 × 8 by default.</param>
public sealed class ContrastLimitedAdaptiveHistogramEqualization(double clipLimit = 4, Size2D? tileGridSize = null) : ImageAugmentation
{
    /// <summary>The limit of a count, relative to an even histogram.</summary>
    public double ClipLimit { get; } = clipLimit.AtLeast(0, nameof(ContrastLimitedAdaptiveHistogramEqualization), nameof(clipLimit));

    /// <summary>The number of tiles from top to bottom and from left to right.</summary>
    public Size2D TileGridSize { get; } =
        (tileGridSize ?? 8).AtLeastOne(nameof(ContrastLimitedAdaptiveHistogramEqualization), nameof(tileGridSize));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange
    {
        get;
        init => field = AffineAugmentation.Range(value, nameof(ContrastLimitedAdaptiveHistogramEqualization));
    }
    = (0, 255);

    /// <summary>False: the layer draws nothing and acts in inference too.</summary>
    public override bool ActsOnlyInTraining => false;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var op = new TileEqualizeOp(TileGridSize.Height, TileGridSize.Width, (float)ClipLimit);
        return nodes with { Images = new Node(op, nodes.Images.ToBytes(ValueRange)).FromBytes(ValueRange) };
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.SetValueRange(ValueRange);
        config.Set("clip_limit", ClipLimit);
        config.Set("tile_grid_size", TileGridSize);
    }

    internal static ContrastLimitedAdaptiveHistogramEqualization FromConfig(Config config) =>
        new(config.GetFloat("clip_limit", 4), config.GetSize("tile_grid_size", 8)) { ValueRange = config.GetValueRange() };
}
