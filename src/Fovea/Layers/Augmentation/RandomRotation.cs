using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, rotates each image around its center by a random angle. In inference it returns its input. <c>keras.layers.RandomRotation</c>.
/// </summary>
/// <param name="factor">The range of the angle in full turns, from −1 to 1: 0.1 means −36° to 36°. Positive angles are counter-clockwise.</param>
/// <param name="fillMode">How pixels outside the image are filled.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
/// <param name="fillValue">The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</param>
public sealed class RandomRotation(
    FactorRange factor, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0) : ImageAugmentation
{
    /// <summary>The range of the angle, in full turns.</summary>
    public FactorRange Factor { get; } = factor.Within(-1, 1, nameof(RandomRotation), nameof(factor));

    /// <summary>How pixels outside the image are filled.</summary>
    public FillMode FillMode { get; } = fillMode.OfKeras(nameof(RandomRotation), nameof(fillMode));

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomRotation), nameof(interpolation));

    /// <summary>The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</summary>
    public double FillValue { get; } = fillValue.Finite(nameof(RandomRotation), nameof(fillValue));

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var input = nodes.Images;
        var angle = 2 * MathF.PI * AffineAugmentation.Draw(context, input, Factor);
        var (sin, cos) = (angle.Sin(), angle.Cos());
        var (centerX, centerY) = ((input.Shape[2] - 1) / 2f, (input.Shape[1] - 1) / 2f);
        // The center stays in place: c = cx − cos·cx + sin·cy, f = cy − sin·cx − cos·cy.
        return new ProjectiveMap(cos, -sin, centerX - (centerX * cos) + (centerY * sin), sin, cos, centerY - (centerX * sin) - (centerY * cos))
            .ApplyTo(nodes, FillMode, Interpolation, FillValue);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("factor", Factor);
        config.SetFilling(FillMode, Interpolation, FillValue);
    }

    internal static RandomRotation FromConfig(Config config)
    {
        var (fillMode, interpolation, fillValue) = config.GetFilling();
        return new RandomRotation(config.GetFactor("factor"), fillMode, interpolation, fillValue);
    }
}
