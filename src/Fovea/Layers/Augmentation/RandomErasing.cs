using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, replaces a random rectangle of an image by noise or a value, with a random probability. In inference it returns its input.
/// <c>keras.layers.RandomErasing</c>; Zhong et al. 2020. The height and the width of the rectangle are √s of those of the image, each with an s drawn from
/// <paramref name="scale"/>.
/// </summary>
/// <param name="factor">The range from which the probability is drawn for each image, from 0 to 1; a single number f means 0 to f.</param>
/// <param name="scale">The range of the erased share of the image, from 0 to 1; 0.02 to 0.33 by default.</param>
/// <param name="fillValue">
/// The value of erased pixels. By default, normally distributed noise with the largest pixel value as its standard deviation.
/// </param>
public sealed class RandomErasing(FactorRange? factor = null, FactorRange? scale = null, double? fillValue = null) : ImageAugmentation
{
    /// <summary>The range from which the probability is drawn.</summary>
    public FactorRange Factor { get; } = (factor ?? 1).FromZero().Within(0, 1, nameof(RandomErasing), nameof(factor));

    /// <summary>The range from which the erased share is drawn.</summary>
    public FactorRange Scale { get; } = (scale ?? (0.02f, 0.33f)).FromZero().Within(0, 1, nameof(RandomErasing), nameof(scale));

    /// <summary>The value of erased pixels; <see langword="null"/> for noise.</summary>
    public double? FillValue { get; } = fillValue?.Finite(nameof(RandomErasing), nameof(fillValue));

    /// <summary>
    /// The smallest and largest value of a pixel, to which erased pixels are clipped: (0, 255) by default; (0, 1) for scaled images.
    /// </summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomErasing)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var input = nodes.Images;
        var batch = input.Shape[0];
        var one = AffineAugmentation.One(input);
        var isChosen = one.Mask(AffineAugmentation.Draw(context, input, Factor) - context.RandomUniform([batch, 1]));
        var rows = Inside(input.Shape[1]).Reshape([batch, input.Shape[1], 1, 1]);
        var columns = (isChosen * Inside(input.Shape[2])).Reshape([batch, 1, input.Shape[2], 1]);
        var erased = rows * columns;
        return nodes with { Images = (input * (1 - erased)) + (erased * Filling(input.Shape, context)) };

        // Along one direction: 1 at positions from start to start + length, the end excluded, else 0.
        Node Inside(int length)
        {
            var part = length * AffineAugmentation.Draw(context, input, Scale).Sqrt();
            var start = context.RandomUniform([batch, 1]) * (length - part);
            var positions = AffineAugmentation.Vector(context, [.. Enumerable.Range(0, length).Select(position => (float)position)]);
            var all = Arithmetic.Constant(1).BroadcastTo([batch, length]);
            return all.Mask((start + part) - positions) - all.Mask(start - positions);
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("factor", Factor);
        config.Set("scale", Scale);
        if (FillValue is { } value) config.Set("fill_value", value);
        else config.SetNull("fill_value");
        config.Set("value_range", (FactorRange)ValueRange);
        config.SetNull("seed");
    }

    internal static RandomErasing FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        var range = config.GetFactor("value_range", (0, 255));
        return new RandomErasing(config.GetFactor("factor", 1), config.GetFactor("scale", (0.02f, 0.33f)), config.GetOptionalFloat("fill_value"))
        {
            ValueRange = (range.Low, range.High),
        };
    }

    /// <summary>The value, or normally distributed numbers from two uniform ones (Box and Muller 1958).</summary>
    private Node Filling(Shape shape, CallContext context)
    {
        var filling = FillValue is { } value
            ? Arithmetic.Constant((float)value)
            : (float)ValueRange.High * (-2 * (1 - context.RandomUniform(shape)).Log()).Sqrt() * (2 * MathF.PI * context.RandomUniform(shape)).Cos();
        return filling.Clip((float)ValueRange.Low, (float)ValueRange.High);
    }
}
