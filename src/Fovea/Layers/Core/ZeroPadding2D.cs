using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Puts rows and columns of zeros around an image; <c>keras.layers.ZeroPadding2D</c>.</summary>
/// <param name="height">Rows above and below.</param>
/// <param name="width">Columns to the left and to the right.</param>
public sealed class ZeroPadding2D((int Top, int Bottom) height, (int Left, int Right) width) : Layer
{
    /// <summary>The same number of rows above and below, and of columns left and right.</summary>
    public ZeroPadding2D(Size2D padding)
        : this((padding.Height, padding.Height), (padding.Width, padding.Width))
    {
    }

    /// <summary>One row and one column on every side.</summary>
    public ZeroPadding2D()
        : this(1)
    {
    }

    /// <summary>Rows above and below.</summary>
    public (int Top, int Bottom) Height { get; } = height.Margins(nameof(ZeroPadding2D), nameof(height));

    /// <summary>Columns to the left and to the right.</summary>
    public (int Left, int Right) Width { get; } = width.Margins(nameof(ZeroPadding2D), nameof(width));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.Pad(Height.Top, Height.Bottom, Width.Left, Width.Right);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetMargins("padding", Height, Width);

    internal static ZeroPadding2D FromConfig(Config config)
    {
        var (height, width) = config.GetMargins("padding", 1);
        return new ZeroPadding2D(height, width);
    }
}
