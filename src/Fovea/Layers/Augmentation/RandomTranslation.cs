namespace Fovea;

/// <summary>
/// In training, shifts each image by a random distance. In inference it returns its input. <c>keras.layers.RandomTranslation</c>.
/// </summary>
/// <param name="heightFactor">The range of the shift down, as a fraction of the height, from −1 to 1. Negative is up.</param>
/// <param name="widthFactor">The range of the shift to the right, as a fraction of the width, from −1 to 1. Negative is left.</param>
/// <param name="fillMode">How pixels outside the image are filled.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
/// <param name="fillValue">The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</param>
public sealed class RandomTranslation(
    FactorRange heightFactor, FactorRange widthFactor, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear,
    double fillValue = 0) : ImageAugmentation
{
    /// <summary>The range of the shift down, as a fraction of the height.</summary>
    public FactorRange HeightFactor { get; } = heightFactor.Within(-1, 1, nameof(RandomTranslation), nameof(heightFactor));

    /// <summary>The range of the shift to the right, as a fraction of the width.</summary>
    public FactorRange WidthFactor { get; } = widthFactor.Within(-1, 1, nameof(RandomTranslation), nameof(widthFactor));

    /// <summary>How pixels outside the image are filled.</summary>
    public FillMode FillMode { get; } = fillMode.OfKeras(nameof(RandomTranslation), nameof(fillMode));

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomTranslation), nameof(interpolation));

    /// <summary>The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</summary>
    public double FillValue { get; } = fillValue.Finite(nameof(RandomTranslation), nameof(fillValue));

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var input = nodes.Images;
        var down = input.Shape[1] * AffineAugmentation.Draw(context, input, HeightFactor);
        var right = input.Shape[2] * AffineAugmentation.Draw(context, input, WidthFactor);
        var one = AffineAugmentation.One(input);
        return new ProjectiveMap(one, null, -right, null, one, -down).ApplyTo(nodes, FillMode, Interpolation, FillValue);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("height_factor", HeightFactor);
        config.Set("width_factor", WidthFactor);
        config.SetFilling(FillMode, Interpolation, FillValue);
    }

    internal static RandomTranslation FromConfig(Config config)
    {
        var (fillMode, interpolation, fillValue) = config.GetFilling();
        return new RandomTranslation(config.GetFactor("height_factor"), config.GetFactor("width_factor"), fillMode, interpolation, fillValue);
    }
}
