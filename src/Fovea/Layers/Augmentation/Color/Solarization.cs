using Fovea.Engine;

namespace Fovea;

/// <summary>
/// In training, adds a number to the values of an image and inverts those that are not below a threshold: x becomes 255 − x, for values from 0 to 255, to which
/// other ranges are mapped. Both numbers are drawn for each image. In inference it returns its input. <c>keras.layers.Solarization</c>.
/// </summary>
/// <remarks>
/// As in Keras, only the upper ends of the factors are multiplied by 255: a factor (a, b) draws a number from a to 255 · b. So (0.5, 0.5) draws from 0.5 to
/// 127.5. Without factors all values are inverted.
/// </remarks>
/// <param name="additionFactor">The range of the number that is added, from 0 to 1; a single number f means 0 to f.</param>
/// <param name="thresholdFactor">The range of the threshold, from 0 to 1; a single number f means 0 to f.</param>
public sealed class Solarization(FactorRange? additionFactor = null, FactorRange? thresholdFactor = null) : ImageAugmentation
{
    /// <summary>The range of the number that is added.</summary>
    public FactorRange AdditionFactor { get; } = (additionFactor ?? 0).From(0).Within(0, 1, nameof(Solarization), nameof(additionFactor));

    /// <summary>The range of the threshold.</summary>
    public FactorRange ThresholdFactor { get; } = (thresholdFactor ?? 0).From(0).Within(0, 1, nameof(Solarization), nameof(thresholdFactor));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(Solarization)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        return nodes with { Images = nodes.Images.Solarize(Draw(AdditionFactor), Draw(ThresholdFactor), ValueRange) };

        Node Draw(FactorRange factor) => AffineAugmentation.Draw(context, nodes.Images, (factor.Low, 255 * factor.High));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.SetValueRange(ValueRange);
        config.Set("addition_factor", AdditionFactor);
        config.Set("threshold_factor", ThresholdFactor);
        config.SetNull("seed");
    }

    internal static Solarization FromConfig(Config config) =>
        new(config.GetFactor("addition_factor", 0), config.GetFactor("threshold_factor", 0)) { ValueRange = config.GetValueRange() };
}
