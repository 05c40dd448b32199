using Fovea.Engine;

namespace Fovea;

/// <summary>
/// In training, slants each image by factors drawn for it, in both directions to one side or both to the other as a lot says: the pixel (x, y) is
/// read at (x + s·y, t·x + y), counted from the first; otherwise does nothing. <c>keras.layers.RandomShear</c>.
/// </summary>
/// <param name="xFactor">How far a row is moved against the one above it, in pixels, from 0 to 1; one number f stands for −f to f.</param>
/// <param name="yFactor">How far a column is moved against the one before it.</param>
/// <param name="interpolation">How the image is read between pixels.</param>
/// <param name="fillMode">What lies beyond the border.</param>
/// <param name="fillValue">The value beyond the border for <see cref="FillMode.Constant"/>.</param>
public sealed class RandomShear(
    FactorRange? xFactor = null, FactorRange? yFactor = null, Interpolation interpolation = Interpolation.Bilinear, FillMode fillMode = FillMode.Reflect,
    float fillValue = 0) : Layer
{
    /// <summary>The factors of rows.</summary>
    public FactorRange XFactor { get; } = (xFactor ?? 0).Within(-1, 1, nameof(RandomShear), nameof(xFactor));

    /// <summary>The factors of columns.</summary>
    public FactorRange YFactor { get; } = (yFactor ?? 0).Within(-1, 1, nameof(RandomShear), nameof(yFactor));

    /// <summary>How the image is read between pixels.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomShear), nameof(interpolation));

    /// <summary>What lies beyond the border.</summary>
    public FillMode FillMode { get; } = fillMode.Defined(nameof(RandomShear), nameof(fillMode));

    /// <summary>The value beyond the border for <see cref="FillMode.Constant"/>.</summary>
    public float FillValue { get; } = fillValue.Finite(nameof(RandomShear), nameof(fillValue));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        AffineAugmentation.RequireImages(ClassName, input);
        if (!context.Training) return input;
        var side = 1 - (2 * AffineAugmentation.Lot(context, input, 0.5f));
        var (x, y) = (side * AffineAugmentation.Draw(context, input, XFactor), side * AffineAugmentation.Draw(context, input, YFactor));
        var one = AffineAugmentation.One(input);
        return AffineAugmentation.Transform(input, FillMode, Interpolation, FillValue, one, x, null, y, one, null);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("x_factor", XFactor);
        config.Set("y_factor", YFactor);
        config.SetFilling(FillMode, Interpolation, FillValue);
    }

    internal static RandomShear FromConfig(Config config)
    {
        var (fillMode, interpolation, fillValue) = config.GetFilling();
        return new RandomShear(config.GetFactor("x_factor", 0), config.GetFactor("y_factor", 0), interpolation, fillMode, fillValue);
    }
}
