using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The directions in which images are flipped.</summary>
public enum FlipMode
{
    /// <summary>Left and right are exchanged.</summary>
    Horizontal,

    /// <summary>Top and bottom are exchanged.</summary>
    Vertical,

    /// <summary>Each direction is flipped independently.</summary>
    HorizontalAndVertical,
}

/// <summary>
/// In training, flips each image with probability ½, independently for each direction of the mode. In inference it returns its input.
/// <c>keras.layers.RandomFlip</c>.
/// </summary>
/// <param name="mode">The directions; both by default.</param>
public sealed class RandomFlip(FlipMode mode = FlipMode.HorizontalAndVertical) : ImageAugmentation
{
    /// <summary>The directions in which images are flipped.</summary>
    public FlipMode Mode { get; } = mode.Defined(nameof(RandomFlip), nameof(mode));

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var input = nodes.Images;
        var one = AffineAugmentation.One(input);
        Node a = one, e = one;
        Node? c = null, f = null;
        if (Mode != FlipMode.Vertical) (a, c) = Flip(input.Shape[2]);
        if (Mode != FlipMode.Horizontal) (e, f) = Flip(input.Shape[1]);
        return new ProjectiveMap(a, null, c, null, e, f).ApplyTo(nodes, FillMode.Nearest, Interpolation.Nearest);

        // If flipped, position x reads (length − 1) − x.
        (Node Factor, Node Offset) Flip(int length)
        {
            var isFlipped = one.Mask(0.5f - context.RandomUniform([input.Shape[0], 1]));
            return (1 - (2 * isFlipped), (length - 1) * isFlipped);
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.SetNull("seed");
        config.Set("mode", Mode);
        config.Set("data_format", "channels_last");
    }

    internal static RandomFlip FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new RandomFlip(config.GetFlipMode("mode"));
    }
}
