using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The maximum of each channel under a window that moves over an image (height, width, channels). <c>keras.layers.MaxPooling2D</c>.</summary>
/// <param name="poolSize">The height and width of the window, in pixels.</param>
/// <param name="strides">The distance from one window to the next, in pixels; the size of the window by default.</param>
/// <param name="padding">Whether windows may reach beyond the border.</param>
public sealed class MaxPooling2D(Size2D poolSize, Size2D? strides = null, Padding padding = Padding.Valid) : Layer
{
    /// <summary>Creates a pooling with a window of 2 × 2 pixels.</summary>
    public MaxPooling2D()
        : this(2)
    {
    }

    /// <summary>The height and width of the window, in pixels.</summary>
    public Size2D PoolSize { get; } = poolSize.AtLeastOne(nameof(MaxPooling2D), nameof(poolSize));

    /// <summary>The distance from one window to the next, in pixels.</summary>
    public Size2D Strides { get; } = (strides ?? poolSize).AtLeastOne(nameof(MaxPooling2D), nameof(strides));

    /// <summary>Whether windows may reach beyond the border.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(MaxPooling2D), nameof(padding));

    internal override bool IsPooling => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.MaxPool2D(PoolSize, Strides, Padding);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.SetPooling(PoolSize, Strides, Padding);

    internal static MaxPooling2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        var size = config.GetSize("pool_size", 2);
        return new MaxPooling2D(size, config.GetSize("strides", size), config.GetPadding("padding"));
    }
}
