namespace Fovea;

/// <summary>
/// In training, inverts images at random: each value x becomes the highest value − x. In inference it returns its input. <c>keras.layers.RandomInvert</c>.
/// </summary>
/// <param name="factor">
/// The range from which the probability is drawn for each image, from 0 to 1; a single number f means 0 to f. So the default, 1, inverts half of the images on
/// average, as in Keras; (1, 1) inverts all.
/// </param>
public sealed class RandomInvert(FactorRange? factor = null) : ImageAugmentation
{
    /// <summary>The range from which the probability is drawn.</summary>
    public FactorRange Factor { get; } = (factor ?? 1).From(0).Within(0, 1, nameof(RandomInvert), nameof(factor));

    /// <summary>
    /// The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images. As in Keras, only the largest is used.
    /// </summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomInvert)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) =>
        nodes with { Images = nodes.Images.Invert(AffineAugmentation.Coin(context, nodes.Images, Factor), ValueRange.High) };

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetFactorAndValueRange(Factor, ValueRange);

    internal static RandomInvert FromConfig(Config config) => new(config.GetFactor("factor", 1)) { ValueRange = config.GetValueRange() };
}
