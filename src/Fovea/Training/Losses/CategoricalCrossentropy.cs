using Fovea.Engine;

namespace Fovea;

/// <summary>−Σ t·ln p over the classes, with a target probability for each class; <c>keras.losses.CategoricalCrossentropy</c>.</summary>
public sealed class CategoricalCrossentropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "categorical_crossentropy";

    /// <summary>s: targets become t·(1 − s) + s/classes, from 0 (no smoothing) to 1. Szegedy et al. 2016, section 7.</summary>
    /// <exception cref="ArgumentException">It is not from 0 to 1.</exception>
    public double LabelSmoothing
    {
        get;
        init => field = value.Within(0, 1, "CategoricalCrossentropy", nameof(LabelSmoothing));
    }

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted) =>
        SumOutputs(-(Matching(expected, predicted).Smooth((float)LabelSmoothing, 1f / predicted.Shape[^1]) * predicted.ClassLogarithms(FromLogits)));

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction) => FindOutside(target, 0, float.PositiveInfinity);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("from_logits", FromLogits);
        config.Set("label_smoothing", LabelSmoothing);
        config.Set("axis", -1);
    }

    internal static CategoricalCrossentropy FromConfig(Config config)
    {
        config.Require("axis", -1);
        return new()
        {
            FromLogits = config.GetBool("from_logits", false),
            LabelSmoothing = config.GetFloat("label_smoothing", 0),
        };
    }
}
