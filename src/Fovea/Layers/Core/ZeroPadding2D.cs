using System.Text.Json.Nodes;
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
    public (int Top, int Bottom) Height { get; } = height is { Top: >= 0, Bottom: >= 0 } ? height : throw ArgumentRules.Wrong("ZeroPadding2D", nameof(height), $"at least 0 rows on both sides", height);

    /// <summary>Columns to the left and to the right.</summary>
    public (int Left, int Right) Width { get; } = width is { Left: >= 0, Right: >= 0 } ? width : throw ArgumentRules.Wrong("ZeroPadding2D", nameof(width), $"at least 0 columns on both sides", width);

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.Pad(Height.Top, Height.Bottom, Width.Left, Width.Right);

    /// <inheritdoc/>
    protected internal override void WriteConfig(LayerConfig config)
    {
        config.Json["padding"] = new JsonArray(new JsonArray(Height.Top, Height.Bottom), new JsonArray(Width.Left, Width.Right));
        config.Set("data_format", "channels_last");
    }

    internal static ZeroPadding2D FromConfig(LayerConfig config)
    {
        config.Require("data_format", "channels_last");
        if (config.Json["padding"] is not JsonArray { Count: 2 } sides || sides.All(side => side is JsonValue)) return new ZeroPadding2D(config.GetSize("padding", 1));
        var (height, width) = (config.GetPair(sides[0], "padding"), config.GetPair(sides[1], "padding"));
        return new ZeroPadding2D(height, width);
    }
}
