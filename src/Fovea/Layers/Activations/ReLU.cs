using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The rectified linear unit: x above a threshold, slope · (x − threshold) below, and at most a maximum. <c>keras.layers.ReLU</c>. By default it is max(x, 0);
/// with a maximum of 6 it is the relu6 of MobileNet. As a function it is <see cref="Activation.Relu"/>.
/// </summary>
/// <param name="maxValue">The maximum of the output; none by default.</param>
/// <param name="negativeSlope">The slope below the threshold, at least 0; 0 by default.</param>
/// <param name="threshold">The threshold above which values stay as they are, at least 0; 0 by default.</param>
public sealed class ReLU(double? maxValue = null, double negativeSlope = 0, double threshold = 0) : Layer
{
    /// <summary>The maximum of the output; <see langword="null"/> if there is none.</summary>
    public double? MaxValue { get; } = maxValue?.AtLeast(0, nameof(ReLU), nameof(maxValue));

    /// <summary>The slope below the threshold.</summary>
    public double NegativeSlope { get; } = negativeSlope.AtLeast(0, nameof(ReLU), nameof(negativeSlope));

    /// <summary>The threshold above which values stay as they are.</summary>
    public double Threshold { get; } = threshold.AtLeast(0, nameof(ReLU), nameof(threshold));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        if (MaxValue is null && Threshold == 0 && NegativeSlope != 0) return input.LeakyRelu((float)NegativeSlope);
        var positive = (Threshold, (float?)MaxValue) switch
        {
            (0, null) => input.Relu(),
            (0, { } limit) => input.Clip(0, limit),
            (_, null) => input.Mask(input - (float)Threshold),
            (_, { } limit) => input.Mask(input - (float)Threshold).Clip(0, limit),
        };
        return NegativeSlope == 0 ? positive : positive - ((float)NegativeSlope * ((float)Threshold - input).Relu());
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        if (MaxValue is { } limit) config.Set("max_value", limit);
        else config.SetNull("max_value");
        config.Set("negative_slope", NegativeSlope);
        config.Set("threshold", Threshold);
    }

    /// <summary>Keras 2's <c>ThresholdedReLU</c>: x above theta, 0 elsewhere.</summary>
    internal static ReLU FromThresholded(Config config) => new(threshold: config.GetFloat("theta", 1));

    internal static ReLU FromConfig(Config config) =>
        new(config.GetOptionalFloat("max_value"), config.GetFloat("negative_slope", 0), config.GetFloat("threshold", 0));
}
