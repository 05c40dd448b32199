namespace Fovea;

/// <summary>
/// In training, equalizes the histogram of each channel of an image, so that all values become about equally frequent. A channel whose values are all in one
/// bin is not changed. In inference it returns its input. <c>keras.layers.Equalization</c>.
/// </summary>
/// <remarks>
/// The new value of a bin is round(255 · (C − C₀) / (C₁ − C₀)), mapped to the range of values, where C counts the pixels up to this bin, C₀ those of the lowest
/// bin that is not empty, and C₁ all pixels. Its derivative is 0.
/// </remarks>
/// <param name="bins">The number of bins of the histogram, at least 2.</param>
public sealed class Equalization(int bins = 256) : ImageAugmentation
{
    /// <summary>The number of bins of the histogram.</summary>
    public int Bins { get; } = bins.AtLeast(2, nameof(Equalization), nameof(bins));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(Equalization)); } = (0, 255);

    /// <summary>
    /// Whether one histogram for each channel counts the pixels of all images of a batch, as Keras does; by default each image has its own. It is true for
    /// layers of a file by Keras. In training in shards a batch is a shard.
    /// </summary>
    public bool PerBatch { get; init; }

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) =>
        nodes with { Images = nodes.Images.Equalize(ValueRange, Bins, PerBatch) };

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("bins", Bins);
        config.SetValueRange(ValueRange);
        config.SetPerBatch(PerBatch);
    }

    internal static Equalization FromConfig(Config config) =>
        new(config.GetInt("bins", 256)) { ValueRange = config.GetValueRange(), PerBatch = config.GetPerBatch() };
}
