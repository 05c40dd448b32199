using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, turns each image around its centre by an angle drawn for it; otherwise does nothing. <c>keras.layers.RandomRotation</c>.
/// </summary>
/// <param name="factor">The angles as parts of a full turn, from −1 to 1: 0.1 stands for −36° to 36°. Above 0 is counter-clockwise.</param>
/// <param name="fillMode">What lies beyond the border.</param>
/// <param name="interpolation">How the image is read between pixels.</param>
/// <param name="fillValue">The value beyond the border for <see cref="FillMode.Constant"/>.</param>
public sealed class RandomRotation(
    FactorRange factor, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear, float fillValue = 0) : Layer
{
    /// <summary>The angles as parts of a full turn.</summary>
    public FactorRange Factor { get; } = factor.Within(-1, 1, nameof(RandomRotation), nameof(factor));

    /// <summary>What lies beyond the border.</summary>
    public FillMode FillMode { get; } = fillMode.Defined(nameof(RandomRotation), nameof(fillMode));

    /// <summary>How the image is read between pixels.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomRotation), nameof(interpolation));

    /// <summary>The value beyond the border for <see cref="FillMode.Constant"/>.</summary>
    public float FillValue { get; } = fillValue.Finite(nameof(RandomRotation), nameof(fillValue));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        AffineAugmentation.RequireImages(ClassName, input);
        if (!context.Training) return input;
        var angle = 2 * MathF.PI * AffineAugmentation.Draw(context, input, Factor);
        var (sin, cos) = (angle.Sin(), angle.Cos());
        var (centreX, centreY) = ((input.Shape[2] - 1) / 2f, (input.Shape[1] - 1) / 2f);
        // The centre stays: c = cx − cos·cx + sin·cy, f = cy − sin·cx − cos·cy.
        return AffineAugmentation.Transform(
            input, FillMode, Interpolation, FillValue,
            cos, -sin, centreX - (centreX * cos) + (centreY * sin), sin, cos, centreY - (centreX * sin) - (centreY * cos));
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
