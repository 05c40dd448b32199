namespace Fovea;

/// <summary>
/// In training, adds a random number to all pixels of an image, a factor times the width of the range of values, and clips the result to that range. In
/// inference it returns its input. <c>keras.layers.RandomBrightness</c>.
/// </summary>
/// <param name="factor">The range of the factor, from −1, which makes the image black, to 1, which makes it white; a single number f means −f to f.</param>
public sealed class RandomBrightness(FactorRange factor) : ImageAugmentation
{
    /// <summary>The range from which the factor is drawn.</summary>
    public FactorRange Factor { get; } = factor.Within(-1, 1, nameof(RandomBrightness), nameof(factor));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomBrightness)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var added = ((float)ValueRange.High - (float)ValueRange.Low) * AffineAugmentation.Draw(context, nodes.Images, Factor);
        return nodes with { Images = nodes.Images.Brighten(added, ValueRange) };
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("factor", Factor);
        config.Set("value_range", (FactorRange)ValueRange);
        config.SetNull("seed");
    }

    internal static RandomBrightness FromConfig(Config config)
    {
        var range = config.GetFactor("value_range", (0, 255));
        return new RandomBrightness(config.GetFactor("factor")) { ValueRange = (range.Low, range.High) };
    }
}
