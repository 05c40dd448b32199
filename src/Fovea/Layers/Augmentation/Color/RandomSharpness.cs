namespace Fovea;

/// <summary>
/// In training, smooths or sharpens each image: smooth + 2 · f · (x − smooth), with a factor f drawn for each image. The smoothing kernel is 5/13 at a pixel
/// and 1/13 at each of its 8 neighbors; zeros surround the image, as in Keras. In inference it returns its input. <c>keras.layers.RandomSharpness</c>.
/// </summary>
/// <param name="factor">The range of the factor, from 0 to 1: 0 smooths, 0.5 keeps the image, 1 sharpens. A single number f means 0 to f.</param>
public sealed class RandomSharpness(FactorRange factor) : ImageAugmentation
{
    /// <summary>The range from which the factor is drawn.</summary>
    public FactorRange Factor { get; } = factor.From(0).Within(0, 1, nameof(RandomSharpness), nameof(factor));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomSharpness)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) =>
        nodes with { Images = nodes.Images.Sharpen(context, 2 * AffineAugmentation.Draw(context, nodes.Images, Factor), ValueRange) };

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetFactorAndValueRange(Factor, ValueRange);

    internal static RandomSharpness FromConfig(Config config) => new(config.GetFactor("factor")) { ValueRange = config.GetValueRange() };
}
