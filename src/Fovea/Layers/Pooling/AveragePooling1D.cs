using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Keeps the mean of each channel under a window that moves over the sequence. Positions outside the sequence do not count.
/// <c>keras.layers.AveragePooling1D</c>.
/// </summary>
/// <param name="poolSize">The length of the window, in steps.</param>
/// <param name="strides">How far the window moves; its own size by default.</param>
/// <param name="padding">Whether windows may reach over the ends.</param>
public sealed class AveragePooling1D(int poolSize, int? strides = null, Padding padding = Padding.Valid) : Layer
{
    /// <summary>The window of two steps that is common.</summary>
    public AveragePooling1D()
        : this(2)
    {
    }

    /// <summary>The length of the window.</summary>
    public int PoolSize { get; } = poolSize.AtLeast(1, nameof(AveragePooling1D), nameof(poolSize));

    /// <summary>How far the window moves.</summary>
    public int Strides { get; } = (strides ?? poolSize).AtLeast(1, nameof(AveragePooling1D), nameof(strides));

    /// <summary>How the ends are treated.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(AveragePooling1D), nameof(padding));

    internal override bool IsPooling => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireSequences(input.Shape[1..]);
        return Sequences.AsImages(input, image =>
        {
            Sequences.RequireWindow(image, PoolSize, Padding);
            return image.AveragePool2D((1, PoolSize), (1, Strides), Padding);
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

    internal static AveragePooling1D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        var size = config.GetOne("pool_size", 2);
        return new AveragePooling1D(size, config.GetOne("strides", size), config.GetPadding("padding"));
    }
}
