using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Adds rows and columns of zeros around an image (height, width, channels). <c>keras.layers.ZeroPadding2D</c>.</summary>
/// <param name="height">The rows added at the top and at the bottom.</param>
/// <param name="width">The columns added at the left and at the right.</param>
public sealed class ZeroPadding2D((int Top, int Bottom) height, (int Left, int Right) width) : Layer
{
    /// <summary>Adds the same number of rows at the top and the bottom, and of columns at the left and the right.</summary>
    /// <param name="padding">The rows and columns per side.</param>
    public ZeroPadding2D(Size2D padding)
        : this((padding.Height, padding.Height), (padding.Width, padding.Width))
    {
    }

    /// <summary>Adds one row or column on every side.</summary>
    public ZeroPadding2D()
        : this(1)
    {
    }

    /// <summary>The rows added at the top and at the bottom.</summary>
    public (int Top, int Bottom) Height { get; } = height.Margins(nameof(ZeroPadding2D), nameof(height));

    /// <summary>The columns added at the left and at the right.</summary>
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
