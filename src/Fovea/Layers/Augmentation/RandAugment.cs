using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, changes each image by some of eleven operations, one after another: shear, translation, rotation, brightness, color degeneration, contrast,
/// sharpness, posterization, solarization, automatic contrast, equalization. In inference it returns its input. <c>keras.layers.RandAugment</c>; Cubuk et al.
/// 2020.
/// </summary>
/// <remarks>
/// The amounts are those of Keras, drawn for each image. Masks and boxes follow the geometry. Each image is equalized by itself; Keras counts the pixels of the
/// whole batch.
/// </remarks>
/// <param name="numOps">The number of operations for each image.</param>
/// <param name="factor">The range of the strength, from 0 to 1; 0 to 0.5 by default. A single number f means 0 to f.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
public sealed class RandAugment(int numOps = 2, FactorRange? factor = null, Interpolation interpolation = Interpolation.Bilinear) : ImageAugmentation
{
    /// <summary>The number of operations for each image.</summary>
    public int NumOps { get; } = numOps.AtLeast(1, nameof(RandAugment), nameof(numOps));

    /// <summary>The range of the strength.</summary>
    public FactorRange Factor { get; } = (factor ?? 0.5).From(0).Within(0, 1, nameof(RandAugment), nameof(factor));

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandAugment), nameof(interpolation));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandAugment)); } = (0, 255);

    /// <summary>
    /// Whether the operations are drawn once for all images of a batch, as in Keras and in layers from its files. By default they are drawn for each image.
    /// </summary>
    public bool PerBatch { get; init; }

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        PolicyImages.Require(this, nodes.Images.Shape);
        var changes = new RandomChanges(Factor, ValueRange, Interpolation);
        for (var i = 0; i < NumOps; i++)
            nodes = changes.Apply(nodes, (RandomMixing.Uniform(context, nodes.Images.Shape[0], PerBatch) * RandomChanges.Count).Floor(), context);
        return nodes;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("value_range", (FactorRange)ValueRange);
        config.Set("num_ops", NumOps);
        config.Set("factor", Factor);
        config.SetChoice(Interpolation, PerBatch);
    }

    internal static RandAugment FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        var range = config.GetFactor("value_range", (0, 255));
        var (interpolation, perBatch) = config.GetChoice();
        return new RandAugment(config.GetInt("num_ops", 2), config.GetFactor("factor", 0.5), interpolation)
        {
            ValueRange = (range.Low, range.High),
            PerBatch = perBatch,
        };
    }
}
