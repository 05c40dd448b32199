using Fovea.Engine;

namespace Fovea;

/// <summary>
/// In training, makes what each image shows larger or smaller around its centre by factors drawn for it; otherwise does nothing.
/// <c>keras.layers.RandomZoom</c>.
/// </summary>
/// <param name="heightFactor">From −1 to 1: 0.2 stands for a height from 0.2 more (zoomed out: above 0) to 0.2 less (zoomed in: below 0) of the scene.</param>
/// <param name="widthFactor">The same for the width; left out, it is what was drawn for the height, so that proportions stay.</param>
/// <param name="fillMode">What lies beyond the border.</param>
/// <param name="interpolation">How the image is read between pixels.</param>
/// <param name="fillValue">The value beyond the border for <see cref="FillMode.Constant"/>.</param>
public sealed class RandomZoom(
    FactorRange heightFactor, FactorRange? widthFactor = null, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear,
    float fillValue = 0) : Layer
{
    /// <summary>The factors of the height.</summary>
    public FactorRange HeightFactor { get; } = heightFactor.Within(-1, 1, nameof(RandomZoom), nameof(heightFactor));

    /// <summary>The factors of the width; <see langword="null"/> where it goes with the height.</summary>
    public FactorRange? WidthFactor { get; } = widthFactor?.Within(-1, 1, nameof(RandomZoom), nameof(widthFactor));

    /// <summary>What lies beyond the border.</summary>
    public FillMode FillMode { get; } = fillMode.Defined(nameof(RandomZoom), nameof(fillMode));

    /// <summary>How the image is read between pixels.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomZoom), nameof(interpolation));

    /// <summary>The value beyond the border for <see cref="FillMode.Constant"/>.</summary>
    public float FillValue { get; } = fillValue.Finite(nameof(RandomZoom), nameof(fillValue));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        AffineAugmentation.RequireImages(ClassName, input);
        if (!context.Training) return input;
        var tall = AffineAugmentation.Draw(context, input, HeightFactor, 1);
        var wide = WidthFactor is { } factor ? AffineAugmentation.Draw(context, input, factor, 1) : tall;
        var (centreX, centreY) = ((input.Shape[2] - 1) / 2f, (input.Shape[1] - 1) / 2f);
        return AffineAugmentation.Transform(
            input, FillMode, Interpolation, FillValue, wide, null, centreX - (centreX * wide), null, tall, centreY - (centreY * tall));
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
