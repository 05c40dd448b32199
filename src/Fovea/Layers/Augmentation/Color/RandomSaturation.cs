using Fovea.Engine;

namespace Fovea;

/// <summary>
/// In training, multiplies the saturation of each image, in the model of hue, saturation and value, by f / (1 − f), with a factor f drawn for each image: 0
/// gives shades of gray, 0.5 keeps the image, 1 gives full colors. In inference it returns its input. <c>keras.layers.RandomSaturation</c>.
/// </summary>
/// <param name="factor">
/// The range of the factor, from −1 to 1; negative factors act as 0. As in Keras 3, whose documentation says otherwise, a single number f means −f to f: give a
/// pair, such as (0.4, 0.6).
/// </param>
public sealed class RandomSaturation(FactorRange factor) : ImageAugmentation
{
    /// <summary>The range from which the factor is drawn.</summary>
    public FactorRange Factor { get; } = factor.Within(-1, 1, nameof(RandomSaturation), nameof(factor));

    /// <summary>
    /// The range to which the new saturation is limited; the values of pixels need not be in it. Full saturation is 1, so (0, 1) is right for images of any
    /// range. The default is (0, 255), as in Keras: strong colors are then oversaturated, and their smallest value falls below 0.
    /// </summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomSaturation)); } = (0, 255);

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs) => RequireColors(inputs[0]);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var images = nodes.Images;
        var noTurn = 0 * AffineAugmentation.One(images);
        return nodes with { Images = images.AdjustColor(noTurn, Multiplier(context, images, Factor), ValueRange) };
    }

    /// <summary>The factor of the saturation of each image, (batch, 1).</summary>
    internal static Node Multiplier(CallContext context, Node images, FactorRange range)
    {
        const float Epsilon = 1e-7f;  // Keras' value, which keeps the quotient finite
        var factor = AffineAugmentation.Draw(context, images, range);
        return factor / (1 - factor + Epsilon);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetFactorAndValueRange(Factor, ValueRange);

    internal static RandomSaturation FromConfig(Config config) => new(config.GetFactor("factor")) { ValueRange = config.GetValueRange() };
}
