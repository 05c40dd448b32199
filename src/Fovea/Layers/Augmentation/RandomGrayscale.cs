namespace Fovea;

/// <summary>
/// In training, converts images at random to shades of gray: all three channels become 0.2989 red + 0.587 green + 0.114 blue. In inference it returns its
/// input. <c>keras.layers.RandomGrayscale</c>.
/// </summary>
/// <param name="factor">The probability that an image is converted, from 0 to 1.</param>
public sealed class RandomGrayscale(double factor = 0.5) : ImageAugmentation
{
    /// <summary>The probability that an image is converted.</summary>
    public double Factor { get; } = factor.Within(0, 1, nameof(RandomGrayscale), nameof(factor));

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs) => RequireColors(inputs[0]);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) =>
        nodes with { Images = nodes.Images.BlendWithGray(context, AffineAugmentation.Coin(context, nodes.Images, (float)Factor)) };

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
