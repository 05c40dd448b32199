using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, keeps only the highest bits of the values of an image, which are rounded down to 8 bits before. The number of bits is drawn for each image. In
/// inference it returns its input. <c>keras.layers.RandomPosterization</c>.
/// </summary>
/// <param name="factor">
/// The number of bits: two whole numbers from 1 to 8. As in Keras, the upper one is excluded: (4, 8) draws 4, 5, 6 or 7 bits. Two equal numbers always give
/// this number. A single number f means 1 to f.
/// </param>
public sealed class RandomPosterization(FactorRange factor) : ImageAugmentation
{
    /// <summary>The range from which the number of bits is drawn. The upper number is excluded unless both are equal.</summary>
    public FactorRange Factor { get; } = Checked(factor.From(1));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomPosterization)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var bits = AffineAugmentation.Draw(context, nodes.Images, Factor).Floor();
        return nodes with { Images = nodes.Images.Posterize(context, bits, ValueRange) };
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetFactorAndValueRange(Factor, ValueRange);

    internal static RandomPosterization FromConfig(Config config) => new(config.GetFactor("factor")) { ValueRange = config.GetValueRange() };

    private static FactorRange Checked(FactorRange factor) =>
        double.IsInteger(factor.Low) && double.IsInteger(factor.High) && factor is { Low: >= 1, High: <= 8 } && factor.Low <= factor.High
            ? factor
            : throw ArgumentRules.Wrong(nameof(RandomPosterization), nameof(factor), $"two whole numbers from 1 to 8, the lower one first", factor);
}
