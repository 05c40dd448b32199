namespace Fovea;

/// <summary>
/// In training, shears each image at random: the pixel (x, y) of the output is read at (x + s·y, t·x + y). For each image s and t are drawn from
/// <paramref name="xFactor"/> and <paramref name="yFactor"/>; then, with probability ½, the signs of both are flipped together. In inference it returns its
/// input. <c>keras.layers.RandomShear</c>.
/// </summary>
/// <param name="xFactor">The shift of each row relative to the row above it, in pixels, from −1 to 1; a single number f means −f to f.</param>
/// <param name="yFactor">The shift of each column relative to the column before it, with the same unit and range.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
/// <param name="fillMode">How pixels outside the image are filled.</param>
/// <param name="fillValue">The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</param>
public sealed class RandomShear(
    FactorRange? xFactor = null, FactorRange? yFactor = null, Interpolation interpolation = Interpolation.Bilinear, FillMode fillMode = FillMode.Reflect,
    double fillValue = 0) : ImageAugmentation
{
    /// <summary>The range of the shift of rows.</summary>
    public FactorRange XFactor { get; } = (xFactor ?? 0).Within(-1, 1, nameof(RandomShear), nameof(xFactor));

    /// <summary>The range of the shift of columns.</summary>
    public FactorRange YFactor { get; } = (yFactor ?? 0).Within(-1, 1, nameof(RandomShear), nameof(yFactor));

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomShear), nameof(interpolation));

    /// <summary>How pixels outside the image are filled.</summary>
    public FillMode FillMode { get; } = fillMode.OfKeras(nameof(RandomShear), nameof(fillMode));

    /// <summary>The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</summary>
    public double FillValue { get; } = fillValue.Finite(nameof(RandomShear), nameof(fillValue));

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var input = nodes.Images;
        var side = 1 - (2 * AffineAugmentation.Coin(context, input, 0.5f));
        var (x, y) = (side * AffineAugmentation.Draw(context, input, XFactor), side * AffineAugmentation.Draw(context, input, YFactor));
        var one = AffineAugmentation.One(input);
        return new ProjectiveMap(one, x, null, y, one, null).ApplyTo(nodes, FillMode, Interpolation, FillValue);
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
