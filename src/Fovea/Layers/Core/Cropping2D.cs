using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Removes rows and columns at the border of an image (height, width, channels). <c>keras.layers.Cropping2D</c>.</summary>
/// <param name="height">The rows removed at the top and at the bottom.</param>
/// <param name="width">The columns removed at the left and at the right.</param>
public sealed class Cropping2D((int Top, int Bottom) height, (int Left, int Right) width) : Layer
{
    /// <summary>Removes the same number of rows at the top and the bottom, and of columns at the left and the right.</summary>
    /// <param name="cropping">The rows and columns per side.</param>
    public Cropping2D(Size2D cropping)
        : this((cropping.Height, cropping.Height), (cropping.Width, cropping.Width))
    {
    }

    /// <summary>The rows removed at the top and at the bottom.</summary>
    public (int Top, int Bottom) Height { get; } = height.Margins(nameof(Cropping2D), nameof(height));

    /// <summary>The columns removed at the left and at the right.</summary>
    public (int Left, int Right) Width { get; } = width.Margins(nameof(Cropping2D), nameof(width));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.Crop(Height.Top, Height.Bottom, Width.Left, Width.Right);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetMargins("cropping", Height, Width);

    internal static Cropping2D FromConfig(Config config)
    {
        var (height, width) = config.GetMargins("cropping", 0);
        return new Cropping2D(height, width);
    }
}
