namespace Fovea;

/// <summary>
/// In training, blends each image with its shades of gray: x + f · (gray − x), with gray = 0.2989 red + 0.587 green + 0.114 blue and a factor f drawn for each
/// image. In inference it returns its input. <c>keras.layers.RandomColorDegeneration</c>.
/// </summary>
/// <param name="factor">
/// The range of the factor: 0 keeps the image, 1 gives shades of gray, and negative factors make colors stronger, down to −1. As in Keras 3, whose
/// documentation says otherwise, a single number f means −f to f.
/// </param>
public sealed class RandomColorDegeneration(FactorRange factor) : ImageAugmentation
{
    /// <summary>The range from which the factor is drawn.</summary>
    public FactorRange Factor { get; } = factor.Within(-1, 1, nameof(RandomColorDegeneration), nameof(factor));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomColorDegeneration)); } = (0, 255);

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs) => RequireColors(inputs[0]);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) =>
        nodes with { Images = nodes.Images.BlendWithGray(context, AffineAugmentation.Draw(context, nodes.Images, Factor)).Within(ValueRange) };

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetFactorAndValueRange(Factor, ValueRange);

    internal static RandomColorDegeneration FromConfig(Config config) => new(config.GetFactor("factor")) { ValueRange = config.GetValueRange() };
}
