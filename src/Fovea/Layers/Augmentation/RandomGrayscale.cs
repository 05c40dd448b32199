using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, converts images at random to shades of gray: all three channels become 0.2989 red + 0.587 green + 0.114 blue. In inference it returns its
/// input. <c>keras.layers.RandomGrayscale</c>.
/// </summary>
/// <param name="factor">The probability that an image is converted, from 0 to 1.</param>
public sealed class RandomGrayscale(double factor = 0.5) : ImageAugmentation
{
    private static readonly float[] ColourWeights = [0.2989f, 0.587f, 0.114f];

    /// <summary>The probability that an image is converted.</summary>
    public double Factor { get; } = factor.Within(0, 1, nameof(RandomGrayscale), nameof(factor));

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireImages(inputs[0]);
        if (inputs[0][^1] != ColourWeights.Length)
            throw new ShapeException(Subject, $"expected images of 3 channels; received {SymbolicTensor.Print(inputs[0])}.");
    }

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var input = nodes.Images;
        var gray = (input * AffineAugmentation.Vector(context, ColourWeights)).SumRange(3, 1).Reshape([.. input.Shape.Dimensions[..3], 1]);
        var isGray = AffineAugmentation.Coin(context, input, (float)Factor).Reshape([input.Shape[0], 1, 1, 1]);
        return nodes with { Images = (input * (1 - isGray)) + (gray * isGray) };
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("factor", Factor);
    }

    internal static RandomGrayscale FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new RandomGrayscale(config.GetFloat("factor", 0.5f));
    }
}
