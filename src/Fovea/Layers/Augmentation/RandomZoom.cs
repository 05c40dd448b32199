namespace Fovea;

/// <summary>
/// In training, zooms into or out of each image around its center by a random factor. In inference it returns its input. <c>keras.layers.RandomZoom</c>.
/// </summary>
/// <param name="heightFactor">
/// The range of the change of the visible height, from −1 to 1. Positive zooms out: 0.2 shows 1.2 times the height. Negative zooms in. A single number f means
/// −f to f.
/// </param>
/// <param name="widthFactor">The range for the width. By default the factor drawn for the height is used, which keeps the aspect ratio.</param>
/// <param name="fillMode">How pixels outside the image are filled.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
/// <param name="fillValue">The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</param>
public sealed class RandomZoom(
    FactorRange heightFactor, FactorRange? widthFactor = null, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear,
    double fillValue = 0) : ImageAugmentation
{
    /// <summary>The range of the change of the visible height.</summary>
    public FactorRange HeightFactor { get; } = heightFactor.Within(-1, 1, nameof(RandomZoom), nameof(heightFactor));

    /// <summary>The range of the change of the visible width; <see langword="null"/> to use the factor of the height.</summary>
    public FactorRange? WidthFactor { get; } = widthFactor?.Within(-1, 1, nameof(RandomZoom), nameof(widthFactor));

    /// <summary>How pixels outside the image are filled.</summary>
    public FillMode FillMode { get; } = fillMode.OfKeras(nameof(RandomZoom), nameof(fillMode));

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomZoom), nameof(interpolation));

    /// <summary>The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</summary>
    public double FillValue { get; } = fillValue.Finite(nameof(RandomZoom), nameof(fillValue));

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var input = nodes.Images;
        var tall = AffineAugmentation.Draw(context, input, HeightFactor, 1);
        var wide = WidthFactor is { } factor ? AffineAugmentation.Draw(context, input, factor, 1) : tall;
        var (centerX, centerY) = ((input.Shape[2] - 1) / 2f, (input.Shape[1] - 1) / 2f);
        return new ProjectiveMap(wide, null, centerX - (centerX * wide), null, tall, centerY - (centerY * tall))
            .ApplyTo(nodes, FillMode, Interpolation, FillValue);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("height_factor", HeightFactor);
        if (WidthFactor is { } factor) config.Set("width_factor", factor);
        else config.SetNull("width_factor");
        config.SetFilling(FillMode, Interpolation, FillValue);
    }

    internal static RandomZoom FromConfig(Config config)
    {
        var (fillMode, interpolation, fillValue) = config.GetFilling();
        FactorRange? width = config.IsAbsent("width_factor") ? null : config.GetFactor("width_factor");
        return new RandomZoom(config.GetFactor("height_factor"), width, fillMode, interpolation, fillValue);
    }
}
