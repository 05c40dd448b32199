using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, rotates the hue of each image, in the model of hue, saturation and value. The angle is ½ · f of a whole turn, in a random direction, with a
/// factor f drawn for each image. In inference it returns its input. <c>keras.layers.RandomHue</c>.
/// </summary>
/// <param name="factor">The range of the factor, from 0 to 1; a single number f means 0 to f.</param>
public sealed class RandomHue(FactorRange factor) : ImageAugmentation
{
    /// <summary>The range from which the factor is drawn.</summary>
    public FactorRange Factor { get; } = factor.From(0).Within(0, 1, nameof(RandomHue), nameof(factor));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomHue)); } = (0, 255);

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs) => RequireColors(inputs[0]);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var (low, width) = ((float)ValueRange.Low, (float)ValueRange.High - (float)ValueRange.Low);
        var images = low == 0 ? nodes.Images : nodes.Images - low;
        var adjusted = images.AdjustColor(Turn(context, images, Factor), AffineAugmentation.One(images), (0, 1)).Clip(0, width);
        return nodes with { Images = low == 0 ? adjusted : adjusted + low };
    }

    /// <summary>The angle of each image in whole turns, (batch, 1).</summary>
    internal static Node Turn(CallContext context, Node images, FactorRange factor) =>
        (0.5 - AffineAugmentation.Coin(context, images, 0.5f)) * AffineAugmentation.Draw(context, images, factor);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetFactorAndValueRange(Factor, ValueRange);

    internal static RandomHue FromConfig(Config config) => new(config.GetFactor("factor")) { ValueRange = config.GetValueRange() };
}
