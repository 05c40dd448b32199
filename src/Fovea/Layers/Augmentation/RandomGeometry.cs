using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, flips, crops, rotates, shears, shifts and tilts each image at random. All changes are composed into one projective transform, so that each
/// image is interpolated once and stays sharper than after several layers. In inference, the output is the largest centered part with the aspect ratio of the
/// output, resized. Keras has no such layer; the idea is fastai's (Howard and Gugger 2020).
/// </summary>
/// <remarks>
/// <para>
/// <c>new RandomGeometry(size: 128, rotation: 15, scale: (0.5, 1))</c> trains on parts of at least half the area of each image, at 128 × 128 pixels.
/// </para>
/// <para>
/// Seen from the output, in this order: a tilt, the choice of the part (<see cref="Scale"/>, <see cref="Ratio"/>), a shear, a rotation, a shift, a flip.
/// Lengths are measured in pixels of the image, so a rotation keeps angles also where width and height differ.
/// </para>
/// </remarks>
/// <param name="size">The size of the output, in pixels; by default that of the images.</param>
/// <param name="flip">The directions in which images are flipped, each with probability ½; null for none.</param>
/// <param name="rotation">The range of the angle, in degrees; positive is counter-clockwise. A single number f means −f to f; 10 by default.</param>
/// <param name="scale">
/// The range of the visible share of the area, relative to the largest part with the aspect ratio of the output; (0.8, 1) by default. Above 1 the image gets a
/// margin.
/// </param>
/// <param name="pAffine">
/// The probability that an image is changed at all, except for the flip; 0.75 by default. The others are only flipped, without interpolation where the output
/// has the size of the images.
/// </param>
public sealed class RandomGeometry(
    Size2D? size = null, FlipMode? flip = FlipMode.Horizontal, FactorRange? rotation = null, FactorRange? scale = null, double pAffine = 0.75)
    : ImageAugmentation
{
    /// <summary>The size of the output, in pixels; <see langword="null"/> for that of the images.</summary>
    public Size2D? Size { get; } = size?.AtLeastOne(nameof(RandomGeometry), nameof(size));

    /// <summary>The directions in which images are flipped; <see langword="null"/> for none.</summary>
    public FlipMode? Flip { get; } = flip?.Defined(nameof(RandomGeometry), nameof(flip));

    /// <summary>The range of the angle, in degrees from −180 to 180.</summary>
    public FactorRange Rotation { get; } = (rotation ?? 10).Within(-180, 180, nameof(RandomGeometry), nameof(rotation));

    /// <summary>The range of the visible share of the area, from 0.01 to 100.</summary>
    public FactorRange Scale { get; } = (scale ?? (0.8, 1)).Within(0.01f, 100, nameof(RandomGeometry), nameof(scale));

    /// <summary>The probability that an image is changed, except for the flip.</summary>
    public double PAffine { get; } = pAffine.Within(0, 1, nameof(RandomGeometry), nameof(pAffine));

    /// <summary>
    /// The range of the aspect ratio of the visible part, relative to that of the output, from 0.1 to 10; its logarithm is uniformly distributed. (1, 1) by
    /// default, which keeps shapes. (3/4, 4/3) also stretches them.
    /// </summary>
    public FactorRange Ratio { get; init => field = value.Within(0.1f, 10, nameof(RandomGeometry), nameof(Ratio)); } = (1, 1);

    /// <summary>The range of the angles by which columns and rows are inclined, in degrees from −60 to 60; 0 by default.</summary>
    public FactorRange Shear { get; init => field = value.Within(-60, 60, nameof(RandomGeometry), nameof(Shear)); } = 0;

    /// <summary>The range of the shift as a fraction of the width and of the height, from −1 to 1; 0 by default.</summary>
    public FactorRange Translation { get; init => field = value.Within(-1, 1, nameof(RandomGeometry), nameof(Translation)); } = 0;

    /// <summary>
    /// The range of the tilt around both axes, from −0.45 to 0.45; 0 by default. A tilt of 0.2 magnifies one side of the image by 1.2, and shrinks the
    /// opposite one by 0.8 (fastai's <c>max_warp</c>).
    /// </summary>
    public FactorRange Warp { get; init => field = value.Within(-0.45f, 0.45f, nameof(RandomGeometry), nameof(Warp)); } = 0;

    /// <summary>How pixels outside the image are filled; reflected by default.</summary>
    public FillMode FillMode { get; init => field = value.Defined(nameof(RandomGeometry), nameof(FillMode)); } = FillMode.Reflect;

    /// <summary>The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</summary>
    public double FillValue { get; init => field = value.Finite(nameof(RandomGeometry), nameof(FillValue)); }

    /// <summary>How values between pixels are computed.</summary>
    public Interpolation Interpolation { get; init => field = value.Defined(nameof(RandomGeometry), nameof(Interpolation)); } = Interpolation.Bilinear;

    /// <summary>
    /// Whether an output pixel is the mean of several positions where the image is shrunk to less than two thirds; true by default. Without it fine patterns
    /// become noise.
    /// </summary>
    public bool Antialias { get; init; } = true;

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => Size is null;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        Size2D from = (nodes.Images.Shape[1], nodes.Images.Shape[2]), to = Size ?? from;
        var map = context.Training ? Draw(nodes.Images, context, from, to) : CropMaps.Center(nodes.Images, from, to);
        return map.ApplyTo(nodes, FillMode, Interpolation, FillValue, to, Antialias);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        if (Size is { } size) config.Set("size", size);
        else config.SetNull("size");
        if (Flip is { } flip) config.Set("flip", flip);
        else config.SetNull("flip");
        config.Set("rotation", Rotation);
        config.Set("scale", Scale);
        config.Set("p_affine", PAffine);
        config.Set("ratio", Ratio);
        config.Set("shear", Shear);
        config.Set("translation", Translation);
        config.Set("warp", Warp);
        config.Set("antialias", Antialias);
        config.SetFilling(FillMode, Interpolation, FillValue);
    }

    internal static RandomGeometry FromConfig(Config config)
    {
        var (fillMode, interpolation, fillValue) = config.GetFilling(hasMirror: true);
        return new RandomGeometry(
            config.IsAbsent("size")
                ? null
                : config.GetSize("size"), config.IsAbsent("flip")
                ? null
                : config.GetFlipMode("flip"), config.GetFactor("rotation", 10),
            config.GetFactor("scale", (0.8, 1)), config.GetDouble("p_affine", 0.75))
        {
            Ratio = config.GetFactor("ratio", (1, 1)),
            Shear = config.GetFactor("shear", 0),
            Translation = config.GetFactor("translation", 0),
            Warp = config.GetFactor("warp", 0),
            FillMode = fillMode,
            FillValue = fillValue,
            Interpolation = interpolation,
            Antialias = config.GetBool("antialias", true),
        };
    }

    /// <summary>
    /// The map of each image. With positions relative to the centers, the output position p is read at o + F·R·S·W·p / (1 + g·p): W scales to the visible part,
    /// S shears, R rotates, F flips, and o is the center of the visible part. An image that is not changed gets exactly the identity.
    /// </summary>
    private ProjectiveMap Draw(Node images, CallContext context, Size2D from, Size2D to)
    {
        const float Degree = MathF.PI / 180;
        var isChanged = AffineAugmentation.Coin(context, images, (float)PAffine);
        var part = CropMaps.LargestPart(from, to);
        var (share, ratio) = (Value(Scale, 1), Ratio is { Low: 1, High: 1 } ? AffineAugmentation.One(images) : StretchedBy());
        var (wide, tall) = ((share * ratio).Sqrt(), (share / ratio).Sqrt());
        var (angle, shearX, shearY) = (Degree * Value(Rotation, 0), (Degree * Value(Shear, 0)).Tan(), (Degree * Value(Shear, 0)).Tan());
        var (s, c) = (angle.Sin(), angle.Cos());
        var (x, y) = ((float)(part.Width / to.Width) * wide, (float)(part.Height / to.Height) * tall);
        var (flipX, flipY) = (Sign(FlipMode.Horizontal), Sign(FlipMode.Vertical));
        var (centerX, centerY) = (Center(from.Width, (float)part.Width * wide), Center(from.Height, (float)part.Height * tall));
        var (tiltX, tiltY) = (2f / to.Width * Value(Warp, 0), 2f / to.Height * Value(Warp, 0));

        // R·S is the product of (c −s; s c) and (1 tan; tan 1).
        return CropMaps.Around(
            flipX * x * (c - (s * shearY)), flipX * y * ((c * shearX) - s), flipY * x * (s + (c * shearY)), flipY * y * ((s * shearX) + c),
            centerX, centerY, Warp is { Low: 0, High: 0 } ? null : (tiltX, tiltY), to);

        // A random value where an image is changed, otherwise the value that changes nothing.
        Node Value(FactorRange range, float unchanged) => unchanged + (isChanged * AffineAugmentation.Draw(context, images, range, -unchanged));

        Node StretchedBy() => 1 + (isChanged * (AffineAugmentation.Draw(context, images, (Math.Log(Ratio.Low), Math.Log(Ratio.High))).Exp() - 1));

        Node Sign(FlipMode direction) =>
            1 - (2 * AffineAugmentation.Coin(context, images, Flip == direction || Flip == FlipMode.HorizontalAndVertical ? 0.5f : 0));

        // The part lies anywhere in the image, or in its middle where it is larger; then it is shifted against the translation.
        Node Center(int length, Node visible) =>
            ((length - 1) / 2f) + (0.5f * (length - visible).Maximum(0) * Value((-1, 1), 0)) - (length * Value(Translation, 0));
    }
}
