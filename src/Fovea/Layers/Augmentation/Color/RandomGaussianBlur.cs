using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, blurs images at random by Gaussian kernels. In inference it returns its input. <c>keras.layers.RandomGaussianBlur</c>.
/// </summary>
/// <param name="factor">
/// The range from which the probability is drawn for each image, from 0 to 1; a single number f means 0 to f. So the default, 1, blurs half of the images on
/// average, as in Keras; (1, 1) blurs all.
/// </param>
/// <param name="kernelSize">The height and width of the kernel in pixels, odd; 3 by default.</param>
/// <param name="sigma">
/// The range of the standard deviation in pixels, at least 0, which is drawn separately for columns and rows; a single number s means 0 to s. 1 by default.
/// </param>
public sealed class RandomGaussianBlur(FactorRange? factor = null, Size2D? kernelSize = null, FactorRange? sigma = null) : ImageAugmentation
{
    /// <summary>The range from which the probability is drawn.</summary>
    public FactorRange Factor { get; } = (factor ?? 1).From(0).Within(0, 1, nameof(RandomGaussianBlur), nameof(factor));

    /// <summary>The height and width of the kernel, in pixels.</summary>
    public Size2D KernelSize { get; } = Odd(kernelSize ?? 3);

    /// <summary>The range of the standard deviation, in pixels.</summary>
    public FactorRange Sigma { get; } = NotNegative((sigma ?? 1).From(0));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default, as in Keras; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomGaussianBlur)); } = (0, 255);

    /// <summary>
    /// Whether the standard deviations are drawn once for all images of a batch, as Keras does; by default each image has its own. It is true for layers of a
    /// file by Keras. The images to blur are drawn in either case.
    /// </summary>
    public bool PerBatch { get; init; }

    /// <summary>
    /// How images are continued beyond their border. By default zeros surround them, as in Keras, which makes blurred borders darker;
    /// <see cref="FillMode.Reflect"/> avoids it.
    /// </summary>
    public FillMode FillMode { get; init => field = value.Defined(nameof(RandomGaussianBlur), nameof(FillMode)); } = FillMode.Constant;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var images = nodes.Images;
        var isChosen = AffineAugmentation.Coin(context, images, Factor);
        var (across, down) = (Draw(), Draw());
        return nodes with { Images = images.GaussianBlur(context, down, across, isChosen, KernelSize, FillMode).Within(ValueRange) };

        Node Draw()
        {
            const float Epsilon = 1e-6f;  // Keras' value, which keeps quotients finite
            if (!PerBatch) return AffineAugmentation.Draw(context, images, Sigma, Epsilon);
            var drawn = context.RandomUniform([1, 1], perBatch: true) * ((float)Sigma.High - (float)Sigma.Low);
            return (drawn + ((float)Sigma.Low + Epsilon)).BroadcastTo([images.Shape[0], 1]);
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("factor", Factor);
        config.Set("kernel_size", KernelSize);
        config.Set("sigma", Sigma);
        config.SetValueRange(ValueRange);
        config.SetNull("seed");
        config.SetPerBatch(PerBatch);
        if (FillMode != FillMode.Constant) config.Set("fovea_fill_mode", FillMode);
    }

    internal static RandomGaussianBlur FromConfig(Config config) =>
        new(config.GetFactor("factor", 1), config.GetSize("kernel_size", 3), config.GetFactor("sigma", 1))
        {
            ValueRange = config.GetValueRange(),
            PerBatch = config.GetPerBatch(),
            FillMode = config.GetFillMode("fovea_fill_mode", FillMode.Constant),
        };

    private static FactorRange NotNegative(FactorRange sigma) => sigma.Low >= 0 && sigma.Low <= sigma.High && double.IsFinite(sigma.High)
        ? sigma
        : throw ArgumentRules.Wrong(nameof(RandomGaussianBlur), nameof(sigma), $"two finite numbers of at least 0, the lower one first", sigma);

    private static Size2D Odd(Size2D size) => size is { Height: > 0, Width: > 0 } && size.Height % 2 == 1 && size.Width % 2 == 1
        ? size
        : throw ArgumentRules.Wrong(nameof(RandomGaussianBlur), nameof(kernelSize), $"odd and above 0 in both directions", size);
}
