using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Takes the outer rows and columns of an image away; <c>keras.layers.Cropping2D</c>.</summary>
/// <param name="height">Rows above and below.</param>
/// <param name="width">Columns to the left and to the right.</param>
public sealed class Cropping2D((int Top, int Bottom) height, (int Left, int Right) width) : Layer
{
    /// <summary>The same number of rows above and below, and of columns left and right.</summary>
    public Cropping2D(Size2D cropping)
        : this((cropping.Height, cropping.Height), (cropping.Width, cropping.Width))
    {
    }

    /// <summary>Rows above and below.</summary>
    public (int Top, int Bottom) Height { get; } = height.Margins(nameof(Cropping2D), nameof(height));

    /// <summary>Columns to the left and to the right.</summary>
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
