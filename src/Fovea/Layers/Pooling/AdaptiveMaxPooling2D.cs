using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The maximum of each channel in a grid of bins that covers the image, so that the output size does not depend on the input size.
/// <c>keras.layers.AdaptiveMaxPooling2D</c>. With n rows and m bins, bin i covers the rows from ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉ − 1, and likewise for columns. Bins
/// overlap where m does not divide n.
/// </summary>
/// <param name="outputSize">The height and width of the output.</param>
public sealed class AdaptiveMaxPooling2D(Size2D outputSize) : Layer
{
    /// <summary>The height and width of the output.</summary>
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
