using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, shows a random part of each image at the size of the output: torchvision's <c>RandomResizedCrop</c>, the crop of Szegedy et al. 2014 and of
/// timm's recipes. In inference, the shorter side is resized and the center is cropped. Keras has no such layer.
/// </summary>
/// <remarks>
/// The share of the area is uniformly distributed, the logarithm of the aspect ratio too, and so is the position. Ten pairs of area and ratio are drawn, and
/// the first that fits into the image is used. If none fits, the part is the largest centered one with the nearest allowed ratio. Unlike in torchvision, the
/// edges of a part are not rounded to whole pixels.
/// </remarks>
/// <param name="size">The size of the output, in pixels.</param>
/// <param name="scale">The range of the visible share of the area, above 0 to 1; (0.08, 1) by default.</param>
/// <param name="ratio">The range of the aspect ratio, width : height, of the part in pixels of the image; (3/4, 4/3) by default.</param>
/// <param name="interpolation">How values between pixels are computed.</param>
/// <param name="antialias">Whether an output pixel is the mean of several positions where the image is shrunk to less than two thirds.</param>
public sealed class RandomResizedCrop(
    Size2D size, FactorRange? scale = null, FactorRange? ratio = null, Interpolation interpolation = Interpolation.Bilinear, bool antialias = true)
    : ImageAugmentation
{
    private const int Tries = 10;

    /// <summary>The size of the output, in pixels.</summary>
    public Size2D Size { get; } = size.AtLeastOne(nameof(RandomResizedCrop), nameof(size));

    /// <summary>The range of the visible share of the area, from 0.001 to 1.</summary>
    public FactorRange Scale { get; } = (scale ?? (0.08, 1)).Within(0.001f, 1, nameof(RandomResizedCrop), nameof(scale));

    /// <summary>The range of the aspect ratio of the part, from 0.01 to 100.</summary>
    public FactorRange Ratio { get; } = (ratio ?? (3 / 4.0, 4 / 3.0)).Within(0.01f, 100, nameof(RandomResizedCrop), nameof(ratio));

    /// <summary>How values between pixels are computed.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomResizedCrop), nameof(interpolation));

    /// <summary>Whether an output pixel is the mean of several positions where the image is shrunk.</summary>
    public bool Antialias { get; } = antialias;

    /// <summary>
    /// The share of the shorter side that inference shows, from 0.1 to 1; 1 by default. 0.875 is torchvision's <c>Resize(256)</c> and <c>CenterCrop(224)</c>,
    /// and timm's <c>crop_pct</c>.
    /// </summary>
    public double CropFraction { get; init => field = value.Within(0.1f, 1, nameof(RandomResizedCrop), nameof(CropFraction)); } = 1;

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => false;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        Size2D from = (nodes.Images.Shape[1], nodes.Images.Shape[2]);
        var map = context.Training ? Draw(nodes.Images, context, from) : CropMaps.Center(nodes.Images, from, Size, CropFraction);
        return map.ApplyTo(nodes, FillMode.Nearest, Interpolation, 0, Size, Antialias);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("size", Size);
        config.Set("scale", Scale);
        config.Set("ratio", Ratio);
        config.SetInterpolation(Interpolation);
        config.Set("antialias", Antialias);
        config.Set("crop_fraction", CropFraction);
        config.SetNull("seed");
        config.Set("data_format", "channels_last");
    }

    internal static RandomResizedCrop FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new RandomResizedCrop(
            config.GetSize("size"), config.GetFactor("scale", (0.08, 1)), config.GetFactor("ratio", (3 / 4.0, 4 / 3.0)), config.GetInterpolation(),
            config.GetBool("antialias", true))
        { CropFraction = config.GetDouble("crop_fraction", 1) };
    }

    private ProjectiveMap Draw(Node images, CallContext context, Size2D from)
    {
        var (batch, height, width) = (images.Shape[0], (float)from.Height, (float)from.Width);
        var area = width * height * Uniform([batch, Tries], Scale.Low, Scale.High);
        var ratio = Uniform([batch, Tries], Math.Log(Ratio.Low), Math.Log(Ratio.High)).Exp();
        var (widths, heights) = ((area * ratio).Sqrt(), (area / ratio).Sqrt());

        // The first try that fits has the highest rank; the rank is 0 if none fits.
        var ranks = AffineAugmentation.Vector(context, [.. Enumerable.Range(0, Tries).Select(i => (float)(Tries - i))]);
        var fitting = (widths <= width) * (heights <= height) * ranks;
        var best = fitting.Max(1).Reshape([batch, 1]);
        var isFirst = fitting.EqualTo(best) * (fitting > 0);
        var isFound = best.Minimum(1);
        var nearest = Math.Clamp(width / height, (float)Ratio.Low, (float)Ratio.High);
        var (otherWidth, otherHeight) = (Math.Min(width, height * nearest), Math.Min(height, width / nearest));
        var (w, h) = (Choose(widths, otherWidth), Choose(heights, otherHeight));
        return CropMaps.Part(w, h, Center(w, width), Center(h, height), Size);

        Node Choose(Node tries, float other) => (tries * isFirst).Sum(1).Reshape([batch, 1]) + ((1 - isFound) * other);

        // The center of the image if no try fits, otherwise anywhere.
        Node Center(Node length, float whole) => ((whole - 1) / 2) + (isFound * (whole - length) * Uniform([batch, 1], -0.5, 0.5));

        Node Uniform(Shape shape, double low, double high) => (float)low + ((float)(high - low) * context.RandomUniform(shape));
    }
}
