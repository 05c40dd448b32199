using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The operations of <see cref="RandAugment"/> and <see cref="AugMix"/> with the amounts that Keras draws for each image. An image takes one of them: the
/// geometry is one affine transform and the color one op, so that no image computes an operation that it does not take.
/// </summary>
/// <param name="Factor">The range from which amounts are drawn.</param>
/// <param name="Range">The smallest and the largest value of a pixel.</param>
/// <param name="Interpolation">How values between pixels are interpolated.</param>
internal sealed record RandomChanges(FactorRange Factor, (double Low, double High) Range, Interpolation Interpolation)
{
    /// <summary>
    /// The number of operations: shear, translation, rotation, brightness, color degeneration, contrast, sharpness, posterization, solarization, automatic
    /// contrast, equalization.
    /// </summary>
    public const int Count = 11;

    /// <summary>Changes each image by an operation.</summary>
    /// <param name="nodes">The images and what belongs to them.</param>
    /// <param name="chosen">The number of the operation for each image, (batch, 1); <see cref="Count"/> for none.</param>
    /// <param name="context">The graph.</param>
    public ImageNodes Apply(ImageNodes nodes, Node chosen, CallContext context)
    {
        var moved = Move(nodes, chosen, context);
        var width = Range.High - Range.Low;
        var bits = new FactorRange(1, Math.Max(1, (int)(8 * Factor.High)));
        FactorRange levels = (Factor.Low, 255 * Factor.High);
        (PhotometricKind Kind, Node Amount)[] colors =
        [
            (PhotometricKind.Shift, width * Draw(Factor)), (PhotometricKind.GrayBlend, Draw(Factor)),
            (PhotometricKind.ChannelContrast, 1 + Draw((-Factor.Low, Factor.High))), (PhotometricKind.PaddedSharpness, 2 * Draw(Factor)),
            (PhotometricKind.Posterize, Draw(bits).Floor()), (PhotometricKind.ShiftedSolarize, Draw(levels)), (PhotometricKind.AutoContrast, 0 * chosen),
            (PhotometricKind.ExactEqualize, 0 * chosen),
        ];
        Node kind = 0 * chosen, amount = 0 * chosen;
        for (var i = 0; i < colors.Length; i++)
        {
            var isChosen = chosen.EqualTo(Count - colors.Length + i);
            (kind, amount) = (kind + (isChosen * (int)colors[i].Kind), amount + (isChosen * colors[i].Amount));
        }

        var change = Concatenation.Concatenate(1, kind, amount, Draw(levels));
        return moved with { Images = new Node(new PhotometricOp((float)Range.Low, (float)Range.High), moved.Images, change) };

        Node Draw(FactorRange range) => AffineAugmentation.Draw(context, nodes.Images, range);
    }

    private ImageNodes Move(ImageNodes nodes, Node chosen, CallContext context)
    {
        var (height, width) = (nodes.Images.Shape[1], nodes.Images.Shape[2]);
        var side = chosen.EqualTo(0) * (1 - (2 * AffineAugmentation.Coin(context, nodes.Images, 0.5f)));
        Node shearX = side * Draw(), shearY = side * Draw();
        Node moveX = chosen.EqualTo(1) * (width * Draw()), moveY = chosen.EqualTo(1) * (height * Draw());
        var angle = chosen.EqualTo(2) * (2 * MathF.PI * Draw());
        Node sin = angle.Sin(), cos = angle.Cos();
        var (centerX, centerY) = ((width - 1) / 2f, (height - 1) / 2f);
        return new ProjectiveMap(
            cos, shearX - sin, centerX - moveX - (centerX * cos) + (centerY * sin), shearY + sin, cos, centerY - moveY - (centerX * sin) - (centerY * cos))
            .ApplyTo(nodes, FillMode.Reflect, Interpolation);

        Node Draw() => AffineAugmentation.Draw(context, nodes.Images, Factor);
    }
}
