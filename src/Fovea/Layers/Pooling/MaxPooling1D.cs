using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The maximum of each channel under a window that moves over a sequence (length, channels). <c>keras.layers.MaxPooling1D</c>.</summary>
/// <param name="poolSize">The length of the window, in steps.</param>
/// <param name="strides">The distance from one window to the next, in steps; the size of the window by default.</param>
/// <param name="padding">Whether windows may reach beyond the ends.</param>
public sealed class MaxPooling1D(int poolSize, int? strides = null, Padding padding = Padding.Valid) : Layer
{
    /// <summary>Creates a pooling with a window of two steps.</summary>
    public MaxPooling1D()
        : this(2)
    {
    }

    /// <summary>The length of the window, in steps.</summary>
    public int PoolSize { get; } = poolSize.AtLeast(1, nameof(MaxPooling1D), nameof(poolSize));

    /// <summary>The distance from one window to the next, in steps.</summary>
    public int Strides { get; } = (strides ?? poolSize).AtLeast(1, nameof(MaxPooling1D), nameof(strides));

    /// <summary>Whether windows may reach beyond the ends.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(MaxPooling1D), nameof(padding));

    internal override bool IsPooling => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireSequences(input.Shape[1..]);
        return Sequences.AsImages(input, image =>
        {
            Sequences.RequireWindow(image, PoolSize, Padding);
            return image.MaxPool2D((1, PoolSize), (1, Strides), Padding);
        });
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.SetOne("pool_size", PoolSize);
        config.Set("padding", Padding);
        config.SetOne("strides", Strides);
        config.Set("data_format", "channels_last");
    }

    internal static MaxPooling1D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        var size = config.GetOne("pool_size", 2);
        return new MaxPooling1D(size, config.GetOne("strides", size), config.GetPadding("padding"));
    }
}
