using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, adds to all pixels of an image one number drawn for it, a factor times the range of values, and clips to that range; otherwise
/// does nothing. <c>keras.layers.RandomBrightness</c>.
/// </summary>
/// <param name="factor">From −1, all black, to 1, all white; one number f stands for −f to f.</param>
public sealed class RandomBrightness(FactorRange factor) : Layer
{
    /// <summary>From where to where the factor is drawn.</summary>
    public FactorRange Factor { get; } = factor.Within(-1, 1, nameof(RandomBrightness), nameof(factor));

    /// <summary>The least and the greatest value of a pixel: (0, 255) unless told otherwise, as in Keras; (0, 1) for scaled images.</summary>
    public (float Low, float High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomBrightness)); } = (0, 255);

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        AffineAugmentation.RequireImages(ClassName, input);
        if (!context.Training) return input;
        var more = (ValueRange.High - ValueRange.Low) * AffineAugmentation.Draw(context, input, Factor);
        return (input + more.Reshape([input.Shape[0], 1, 1, 1])).Clip(ValueRange.Low, ValueRange.High);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("factor", Factor);
        config.Set("value_range", new FactorRange(ValueRange.Low, ValueRange.High));
        config.SetNull("seed");
    }

    internal static RandomBrightness FromConfig(Config config)
    {
        var range = config.GetFactor("value_range", (0, 255));
        return new RandomBrightness(config.GetFactor("factor")) { ValueRange = (range.Low, range.High) };
    }
}
