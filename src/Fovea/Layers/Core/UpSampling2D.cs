using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Enlarges images by whole factors, by repeating pixels or by interpolation. <c>keras.layers.UpSampling2D</c>.</summary>
/// <param name="size">The factors of the height and the width; 2 by default.</param>
/// <param name="interpolation">How values between pixels are interpolated; by default each pixel is repeated.</param>
public sealed class UpSampling2D(Size2D? size = null, ResizeInterpolation interpolation = ResizeInterpolation.Nearest) : Layer
{
    /// <summary>The factors of the height and the width.</summary>
    public Size2D Size { get; } = (size ?? 2).AtLeastOne(nameof(UpSampling2D), nameof(size));

    /// <summary>How values between pixels are interpolated.</summary>
    public ResizeInterpolation Interpolation { get; } = interpolation.Defined(nameof(UpSampling2D), nameof(interpolation));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        // A shape refuses a product that is too large.
        Shape output = [input.Shape[1], Size.Height, input.Shape[2], Size.Width];
        return input.Resize(output[..2].Count, output[2..].Count, Interpolation);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("size", Size);
        config.Set("data_format", "channels_last");
        config.Set("interpolation", Interpolation);
    }

    internal static UpSampling2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new UpSampling2D(config.GetSize("size", 2), config.GetResizeInterpolation("interpolation", ResizeInterpolation.Nearest));
    }
}
