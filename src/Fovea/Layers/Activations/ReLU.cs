using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// max(x, 0), with a slope below 0 and an upper limit if wished; <c>keras.layers.ReLU</c>. With an upper limit of 6 it is the relu6 of
/// MobileNet.
/// </summary>
/// <param name="maxValue">The greatest output; without limit by default.</param>
/// <param name="negativeSlope">What numbers below 0 are multiplied with; 0 by default.</param>
public sealed class ReLU(float? maxValue = null, float negativeSlope = 0) : Layer
{
    /// <summary>The greatest output, or <see langword="null"/> where there is no limit.</summary>
    public float? MaxValue { get; } = maxValue?.AtLeast(0, "ReLU", nameof(maxValue));

    /// <summary>What numbers below 0 are multiplied with.</summary>
    public float NegativeSlope { get; } = negativeSlope.AtLeast(0, "ReLU", nameof(negativeSlope));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var positive = MaxValue is { } limit ? input.Clip(0, limit) : input.Relu();
        return NegativeSlope == 0 ? positive : positive - (NegativeSlope * (-input).Relu());
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(LayerConfig config)
    {
        if (MaxValue is { } limit) config.Set("max_value", limit);
        else config.SetNull("max_value");
        config.Set("negative_slope", NegativeSlope);
        config.Set("threshold", 0f);
    }

    internal static ReLU FromConfig(LayerConfig config)
    {
        config.Require("threshold", 0f);
        return new ReLU(config.GetOptionalFloat("max_value"), config.GetFloat("negative_slope", 0));
    }
}
