using Fovea.Engine;

namespace Fovea;

/// <summary>−t·ln p − (1 − t)·ln(1 − p), averaged over the outputs; <c>keras.losses.BinaryCrossentropy</c>.</summary>
public sealed class BinaryCrossentropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "binary_crossentropy";

    /// <summary>s: targets become t·(1 − s) + s/2, from 0 (no smoothing) to 1. Müller et al. 2019.</summary>
    /// <exception cref="ArgumentException">It is not from 0 to 1.</exception>
    public double LabelSmoothing
    {
        get;
        init => field = value.Within(0, 1, "BinaryCrossentropy", nameof(LabelSmoothing));
    }

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted) =>
        MeanOutputs(predicted.BinaryCrossentropy(Matching(expected, predicted).Smooth((float)LabelSmoothing, 0.5f), FromLogits));

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction) => FindOutside(target, 0, 1);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("from_logits", FromLogits);
        config.Set("label_smoothing", LabelSmoothing);
        config.Set("axis", -1);
    }

    internal static BinaryCrossentropy FromConfig(Config config)
    {
        config.Require("axis", -1);
        return new()
        {
            FromLogits = config.GetBool("from_logits", false),
            LabelSmoothing = config.GetFloat("label_smoothing", 0),
        };
    }
}
