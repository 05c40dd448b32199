using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, changes each image by one of 14 operations with one of 31 strengths, both drawn uniformly: identity, shears, shifts, rotation, brightness,
/// color, contrast, sharpness, posterization, solarization, automatic contrast, equalization. There is nothing to tune. In inference it returns its input.
/// Müller and Hutter 2021, "TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation", the space of table 1 called "Wide".
/// </summary>
/// <remarks>Masks and boxes follow the geometry. Keras does not have the layer. torchvision's <c>TrivialAugmentWide</c> draws the same changes.</remarks>
/// <param name="interpolation">How values between pixels are interpolated.</param>
/// <param name="fillValue">The value of pixels outside the image.</param>
public sealed class TrivialAugment(Interpolation interpolation = Interpolation.Nearest, double fillValue = 0) : ImageAugmentation
{
    private const int Strengths = 31;

    private static readonly string[] Operations =
    [
        "Identity", "ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate", "Brightness", "Color", "Contrast", "Sharpness", "Posterize", "Solarize",
        "AutoContrast", "Equalize",
    ];

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(TrivialAugment), nameof(interpolation));

    /// <summary>The value of pixels outside the image.</summary>
    public double FillValue { get; } = fillValue.Finite(nameof(TrivialAugment), nameof(fillValue));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(TrivialAugment)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        PolicyImages.Require(this, nodes.Images.Shape);
        var (height, width) = (nodes.Images.Shape[1], nodes.Images.Shape[2]);
        var table = new PolicyTable(
            from name in Operations from number in Enumerable.Range(0, Strengths) select Change(name, number / (Strengths - 1.0), height, width));
        Shape each = [nodes.Images.Shape[0]];
        var operation = (context.RandomUniform(each, perBatch: false) * Operations.Length).Floor();
        var strength = (context.RandomUniform(each, perBatch: false) * Strengths).Floor();
        return table.Apply(nodes, (operation * Strengths) + strength, context, new(ValueRange.Low, ValueRange.High, Interpolation, FillValue));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetPolicy(ValueRange, Interpolation, FillValue);

    internal static TrivialAugment FromConfig(Config config)
    {
        var (range, interpolation, fillValue) = config.GetPolicy();
        return new TrivialAugment(interpolation, fillValue) { ValueRange = range };
    }

    private static PolicyChange Change(string operation, double strength, int height, int width) => PolicyChange.Of(operation, operation switch
    {
        "TranslateX" => 32 * strength / width,
        "TranslateY" => 32 * strength / height,
        "Rotate" => 135 * strength,
        "Posterize" => 8 - Math.Round(6 * strength),
        "Solarize" => 255 * (1 - strength),
        _ => 0.99 * strength,
    });
}
