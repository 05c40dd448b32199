namespace Fovea;

/// <summary>
/// In training, changes the contrast of each image at random: (x − mean) · factor + mean, where the mean is that of the image's channel and the factor is drawn
/// for each image from 1 − lower to 1 + upper. The result is clipped to the range of values. In inference it returns its input.
/// <c>keras.layers.RandomContrast</c>.
/// </summary>
/// <param name="lower">The largest reduction of contrast, from 0 to 1.</param>
/// <param name="upper">The largest increase of contrast, from 0 to 1.</param>
public sealed class RandomContrast(double lower, double upper) : ImageAugmentation
{
    /// <summary>Creates the layer with the same largest reduction and increase.</summary>
    /// <param name="factor">The largest change of contrast, from 0 to 1.</param>
    public RandomContrast(double factor)
        : this(factor, factor)
    {
    }

    /// <summary>The largest reduction of contrast.</summary>
    public double Lower { get; } = lower.Within(0, 1, nameof(RandomContrast), nameof(lower));

    /// <summary>The largest increase of contrast.</summary>
    public double Upper { get; } = upper.Within(0, 1, nameof(RandomContrast), nameof(upper));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomContrast)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var factor = AffineAugmentation.Draw(context, nodes.Images, (-(float)Lower, (float)Upper), 1);
        return nodes with { Images = nodes.Images.AdjustContrast(factor, ValueRange) };
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("factor", new FactorRange(Lower, Upper));
        config.Set("value_range", (FactorRange)ValueRange);
        config.SetNull("seed");
    }

    internal static RandomContrast FromConfig(Config config)
    {
        var factor = config.GetFactor("factor");
        var range = config.GetFactor("value_range", (0, 255));
        return new RandomContrast(config.IsPair("factor") ? factor.Low : factor.High, factor.High) { ValueRange = (range.Low, range.High) };
    }
}
