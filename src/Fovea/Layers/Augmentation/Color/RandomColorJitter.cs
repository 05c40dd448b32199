using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, changes brightness, contrast, saturation and hue of each image at random, in this order, as <see cref="RandomBrightness"/>,
/// <see cref="RandomContrast"/>, <see cref="RandomSaturation"/> and <see cref="RandomHue"/> do. In inference it returns its input.
/// <c>keras.layers.RandomColorJitter</c>.
/// </summary>
/// <remarks>
/// A step without a factor is left out. As in Keras 3, a single number f means −f to f for brightness and saturation, and 0 to f for contrast and hue; the
/// contrast is multiplied by a number from 1 − lower to 1 + upper.
/// </remarks>
/// <param name="brightnessFactor">The range of the brightness, from −1 to 1: what is added, as a part of the range of values.</param>
/// <param name="contrastFactor">The largest reduction and the largest increase of the contrast, from 0 to 1.</param>
/// <param name="saturationFactor">The range of the factor of the saturation, from −1 to 1, of which 0.5 keeps it.</param>
/// <param name="hueFactor">The range of the rotation of the hue in half turns, from 0 to 1.</param>
public sealed class RandomColorJitter(
    FactorRange? brightnessFactor = null, FactorRange? contrastFactor = null, FactorRange? saturationFactor = null, FactorRange? hueFactor = null)
    : ImageAugmentation
{
    /// <summary>The range of the brightness; null to leave it.</summary>
    public FactorRange? BrightnessFactor { get; } = brightnessFactor?.Within(-1, 1, nameof(RandomColorJitter), nameof(brightnessFactor));

    /// <summary>The largest reduction and increase of the contrast; null to leave it.</summary>
    public FactorRange? ContrastFactor { get; } = contrastFactor?.From(0).Within(0, 1, nameof(RandomColorJitter), nameof(contrastFactor));

    /// <summary>The range of the factor of the saturation; null to leave it.</summary>
    public FactorRange? SaturationFactor { get; } = saturationFactor?.Within(-1, 1, nameof(RandomColorJitter), nameof(saturationFactor));

    /// <summary>The range of the rotation of the hue, in half turns; null to leave it.</summary>
    public FactorRange? HueFactor { get; } = hueFactor?.From(0).Within(0, 1, nameof(RandomColorJitter), nameof(hueFactor));

    /// <summary>
    /// The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images. As in Keras, it also limits the saturation: see
    /// <see cref="RandomSaturation.ValueRange"/>.
    /// </summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomColorJitter)); } = (0, 255);

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (SaturationFactor is null && HueFactor is null) RequireImages(inputs[0]);
        else RequireColors(inputs[0]);
    }

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var images = nodes.Images;
        var (low, width) = ((float)ValueRange.Low, (float)ValueRange.High - (float)ValueRange.Low);
        if (BrightnessFactor is { } brightness) images = images.Brighten(width * AffineAugmentation.Draw(context, images, brightness), ValueRange);
        if (ContrastFactor is { } contrast)
            images = images.AdjustContrast(AffineAugmentation.Draw(context, images, (-contrast.Low, contrast.High), 1), ValueRange);
        var none = AffineAugmentation.One(images);
        if (SaturationFactor is { } saturation && HueFactor is { } hue && low == 0)
        {
            // Both in one pass: the rotation of the hue keeps the saturation, whatever it is.
            var multiplier = RandomSaturation.Multiplier(context, images, saturation);
            return nodes with { Images = images.AdjustColor(RandomHue.Turn(context, images, hue), multiplier, ValueRange).Within(ValueRange) };
        }

        if (SaturationFactor is { } factor) images = images.AdjustColor(0 * none, RandomSaturation.Multiplier(context, images, factor), ValueRange);
        if (HueFactor is { } turn) images = (images - low).AdjustColor(RandomHue.Turn(context, images, turn), none, (0, 1)).Clip(0, width) + low;
        return nodes with { Images = images };
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.SetValueRange(ValueRange);
        Write("brightness_factor", BrightnessFactor);
        Write("contrast_factor", ContrastFactor);
        Write("saturation_factor", SaturationFactor);
        Write("hue_factor", HueFactor);
        config.SetNull("seed");

        void Write(string key, FactorRange? factor)
        {
            if (factor is { } range) config.Set(key, range);
            else config.SetNull(key);
        }
    }

    internal static RandomColorJitter FromConfig(Config config)
    {
        return new(Read("brightness_factor"), Read("contrast_factor"), Read("saturation_factor"), Read("hue_factor")) { ValueRange = config.GetValueRange() };

        FactorRange? Read(string key) => config.IsAbsent(key) ? null : config.GetFactor(key);
    }
}
