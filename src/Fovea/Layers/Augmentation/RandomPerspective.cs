using Fovea.Engine;

namespace Fovea;

/// <summary>
/// In training, moves the corners of an image at random, with a random probability. In inference it returns its input. <c>keras.layers.RandomPerspective</c>.
/// </summary>
/// <remarks>
/// As in Keras, each coordinate of a corner, in pixels, is multiplied by 1 + u with u from −scale/2 to scale/2. So the top left corner stays, and the corners
/// at the top and at the left stay on their edges. <see cref="RandomGeometry.Warp"/> tilts images evenly to all sides.
/// </remarks>
/// <param name="factor">
/// The range from which the probability is drawn for each image, from 0 to 1; a single number f means 0 to f, as in Keras. So the default of 1 changes half of
/// the images; (1, 1) changes all.
/// </param>
/// <param name="scale">The strength, from 0 to 1.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
/// <param name="fillValue">The value of pixels outside the image.</param>
public sealed class RandomPerspective(
    FactorRange? factor = null, double scale = 1, Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0) : ImageAugmentation
{
    /// <summary>The range from which the probability is drawn.</summary>
    public FactorRange Factor { get; } = (factor ?? 1).From(0).Within(0, 1, nameof(RandomPerspective), nameof(factor));

    /// <summary>The strength.</summary>
    public double Scale { get; } = scale.Within(0, 1, nameof(RandomPerspective), nameof(scale));

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomPerspective), nameof(interpolation));

    /// <summary>The value of pixels outside the image.</summary>
    public double FillValue { get; } = fillValue.Finite(nameof(RandomPerspective), nameof(fillValue));

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var images = nodes.Images;
        var isChosen = AffineAugmentation.Coin(context, images, Factor);
        return Map(Corner(), Corner(), Corner(), Corner(), (images.Shape[1], images.Shape[2])).ApplyTo(nodes, FillMode.Constant, Interpolation, FillValue);

        Node Corner() => 1 + (isChosen * AffineAugmentation.Draw(context, images, Scale / 2));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("factor", Factor);
        config.Set("scale", Scale);
        config.SetInterpolation(Interpolation);
        config.Set("fill_value", FillValue);
        config.SetNull("seed");
    }

    internal static RandomPerspective FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new RandomPerspective(config.GetFactor("factor", 1), config.GetDouble("scale", 1), config.GetInterpolation(), config.GetFloat("fill_value", 0));
    }

    /// <summary>
    /// The map that takes the corners (p, 0), (0, q), (r, s) to (1, 0), (0, 1), (1, 1), in units of the last column and row; the corner (0, 0) stays. It is
    /// (a·x, e·y) / (g·x + h·y + 1) with a = g + 1/p, e = h + 1/q, and from the last corner a·r = e·s = g·r + h·s + 1.
    /// </summary>
    internal static ProjectiveMap Map(Node p, Node q, Node r, Node s, Size2D size)
    {
        var (g, h) = (((s / q) - 1) / r, ((r / p) - 1) / s);
        return new ProjectiveMap(g + (1 / p), null, null, null, h + (1 / q), null)
        {
            G = g / Math.Max(size.Width - 1, 1),
            H = h / Math.Max(size.Height - 1, 1),
        };
    }
}
