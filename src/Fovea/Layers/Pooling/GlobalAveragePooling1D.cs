using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The mean of each channel over the whole sequence. <c>keras.layers.GlobalAveragePooling1D</c>.
/// </summary>
/// <param name="keepDimensions">Whether the output remains a sequence, (1, channels), instead of a row.</param>
public sealed class GlobalAveragePooling1D(bool keepDimensions = false) : Layer
{
    /// <summary>Whether the output remains a sequence, (1, channels), instead of a row.</summary>
    public bool KeepDimensions { get; } = keepDimensions;

    internal override bool IsPooling => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireSequences(input.Shape[1..]);
        var step = Sequences.AsImages(input, image => image.AveragePool2D((1, input.Shape[1]), (1, 1), Padding.Valid));
        return KeepDimensions ? step : step.Reshape([input.Shape[0], input.Shape[2]]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("keepdims", KeepDimensions);
    }

    internal static GlobalAveragePooling1D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new GlobalAveragePooling1D(config.GetBool("keepdims", false));
    }
}
