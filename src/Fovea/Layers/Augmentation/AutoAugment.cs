using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The data set on which a policy of <see cref="AutoAugment"/> was found.</summary>
public enum AutoAugmentPolicy
{
    /// <summary>Photographs in 1000 classes: equalization, posterization, solarization, rotation, color.</summary>
    ImageNet,

    /// <summary>Small photographs in 10 classes: brightness, contrast, sharpness, shifts, shears.</summary>
    Cifar10,

    /// <summary>Street numbers: shears, inversion, equalization.</summary>
    Svhn,
}

/// <summary>
/// In training, changes each image by one of 25 pairs of operations, drawn uniformly; each of the two is made with its probability and strength. The policies
/// were found by search: Cubuk et al. 2019, "AutoAugment: Learning Augmentation Strategies from Data", tables 7 to 9. In inference it returns its input.
/// </summary>
/// <remarks>
/// Masks and boxes follow the geometry. Keras does not have the layer. torchvision's <c>AutoAugment</c> has the same policies and strengths.
/// </remarks>
/// <param name="policy">The data set whose policy is used; that most like the images.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
/// <param name="fillValue">The value of pixels outside the image.</param>
public sealed class AutoAugment(
    AutoAugmentPolicy policy = AutoAugmentPolicy.ImageNet, Interpolation interpolation = Interpolation.Nearest, double fillValue = 0) : ImageAugmentation
{
    private static readonly PolicyTable[] Tables = [.. AutoAugmentPolicies.All.Select(text => PolicyTable.Parse(text, Change))];

    /// <summary>The data set whose policy is used.</summary>
    public AutoAugmentPolicy Policy { get; } = policy.Defined(nameof(AutoAugment), nameof(policy));

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(AutoAugment), nameof(interpolation));

    /// <summary>The value of pixels outside the image.</summary>
    public double FillValue { get; } = fillValue.Finite(nameof(AutoAugment), nameof(fillValue));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(AutoAugment)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        PolicyImages.Require(this, nodes.Images.Shape);
        var pair = (context.RandomUniform([nodes.Images.Shape[0]], perBatch: false) * AutoAugmentPolicies.Pairs).Floor();
        var settings = new PolicySettings(ValueRange.Low, ValueRange.High, Interpolation, FillValue);
        var first = Tables[(int)Policy].Apply(nodes, 2 * pair, context, settings);
        return Tables[(int)Policy].Apply(first, (2 * pair) + 1, context, settings);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("policy", Policy switch { AutoAugmentPolicy.ImageNet => "imagenet", AutoAugmentPolicy.Cifar10 => "cifar10", _ => "svhn" });
        config.SetPolicy(ValueRange, Interpolation, FillValue);
    }

    internal static AutoAugment FromConfig(Config config)
    {
        var (range, interpolation, fillValue) = config.GetPolicy();
        var policy = config.GetChoice(
            "policy", AutoAugmentPolicy.ImageNet, ("imagenet", AutoAugmentPolicy.ImageNet), ("cifar10", AutoAugmentPolicy.Cifar10),
            ("svhn", AutoAugmentPolicy.Svhn));
        return new AutoAugment(policy, interpolation, fillValue) { ValueRange = range };
    }

    /// <summary>A change with one of ten strengths, 0 to 9.</summary>
    private static PolicyChange Change(string operation, int strength) => PolicyChange.Of(operation, operation switch
    {
        "ShearX" or "ShearY" => 0.3 * strength / 9,
        "TranslateX" or "TranslateY" => 150.0 / 331 * strength / 9,
        "Rotate" => 30.0 * strength / 9,
        "Posterize" => 8 - Math.Round(strength * 4 / 9.0),
        "Solarize" => 255 * (1 - (strength / 9.0)),
        _ => 0.9 * strength / 9,
    });
}
