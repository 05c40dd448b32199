using Fovea.Engine;

namespace Fovea;

/// <summary>
/// In training, moves each image by factors drawn for it; otherwise does nothing.
/// <c>keras.layers.RandomTranslation</c>.
/// </summary>
/// <param name="heightFactor">The way down as a part of the height, from −1 to 1; below 0 is up.</param>
/// <param name="widthFactor">The way to the right as a part of the width, from −1 to 1; below 0 is to the left.</param>
/// <param name="fillMode">What lies beyond the border.</param>
/// <param name="interpolation">How the image is read between pixels.</param>
/// <param name="fillValue">The value beyond the border for <see cref="FillMode.Constant"/>.</param>
public sealed class RandomTranslation(
    FactorRange heightFactor, FactorRange widthFactor, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear,
    float fillValue = 0) : Layer
{
    /// <summary>The factors of the height.</summary>
    public FactorRange HeightFactor { get; } = heightFactor.Within(-1, 1, nameof(RandomTranslation), nameof(heightFactor));

    /// <summary>The factors of the width.</summary>
    public FactorRange WidthFactor { get; } = widthFactor.Within(-1, 1, nameof(RandomTranslation), nameof(widthFactor));

    /// <summary>What lies beyond the border.</summary>
    public FillMode FillMode { get; } = fillMode.Defined(nameof(RandomTranslation), nameof(fillMode));

    /// <summary>How the image is read between pixels.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomTranslation), nameof(interpolation));

    /// <summary>The value beyond the border for <see cref="FillMode.Constant"/>.</summary>
    public float FillValue { get; } = fillValue.Finite(nameof(RandomTranslation), nameof(fillValue));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        AffineAugmentation.RequireImages(ClassName, input);
        if (!context.Training) return input;
        var down = input.Shape[1] * AffineAugmentation.Draw(context, input, HeightFactor);
        var right = input.Shape[2] * AffineAugmentation.Draw(context, input, WidthFactor);
        var one = AffineAugmentation.One(input);
        return AffineAugmentation.Transform(input, FillMode, Interpolation, FillValue, one, null, -right, null, one, -down);
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
