using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Keeps the maximum of each channel in bins that cover the image, so many whatever its size; <c>keras.layers.AdaptiveMaxPooling2D</c>. Of n rows
/// bin i of m has those from ⌊i·n/m⌋ up to ⌈(i + 1)·n/m⌉, the end not included, and columns likewise; bins overlap where m does not divide n.
/// </summary>
/// <param name="outputSize">Height and width of the output.</param>
public sealed class AdaptiveMaxPooling2D(Size2D outputSize) : Layer
{
    /// <summary>Height and width of the output.</summary>
    public Size2D OutputSize { get; } = outputSize.AtLeastOne(nameof(AdaptiveMaxPooling2D), nameof(outputSize));

    internal override bool IsPooling => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        return input.AdaptiveMaxPool2D(OutputSize);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("output_size", OutputSize);
        config.Set("data_format", "channels_last");
    }

    internal static AdaptiveMaxPooling2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new AdaptiveMaxPooling2D(config.GetSize("output_size"));
    }
}
