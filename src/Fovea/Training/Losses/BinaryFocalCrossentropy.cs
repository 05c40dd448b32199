using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Binary cross-entropy in which easy samples have less weight: (1 − q)^γ·(−ln q), averaged over the outputs, where q is the predicted probability of the
/// target. Lin et al. 2018, eq. 4 and 5; <c>keras.losses.BinaryFocalCrossentropy</c>. Unlike in Keras, logits are not clipped at a probability of 1e-7.
/// </summary>
/// <param name="applyClassBalancing">Whether class 1 has the weight α and class 0 the weight 1 − α.</param>
/// <param name="alpha">α, from 0 to 1.</param>
/// <param name="gamma">γ, at least 0; with 0 all samples have the same weight.</param>
/// <exception cref="ArgumentException">An argument is out of its range.</exception>
public sealed class BinaryFocalCrossentropy(bool applyClassBalancing = false, double alpha = 0.25, double gamma = 2) : Loss
{
    /// <inheritdoc/>
    public override string Name => "binary_focal_crossentropy";

    /// <summary>Whether class 1 has the weight <see cref="Alpha"/> and class 0 the rest.</summary>
    public bool ApplyClassBalancing { get; } = applyClassBalancing;

    /// <summary>The weight of class 1 if classes are balanced.</summary>
    public double Alpha { get; } = alpha.Within(0, 1, "BinaryFocalCrossentropy", nameof(alpha));

    /// <summary>The exponent γ, which lowers the weight of easy samples.</summary>
    public double Gamma { get; } = gamma.AtLeast(0, "BinaryFocalCrossentropy", nameof(gamma));

    /// <inheritdoc cref="BinaryCrossentropy.LabelSmoothing"/>
    public double LabelSmoothing
    {
        get;
        init => field = value.Within(0, 1, "BinaryFocalCrossentropy", nameof(LabelSmoothing));
    }

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted)
    {
        var t = Matching(expected, predicted).Smooth((float)LabelSmoothing, 0.5f);
        var p = FromLogits ? predicted.Sigmoid() : predicted;
        var focal = ((t * (1 - p)) + ((1 - t) * p)).Power((float)Gamma) * predicted.BinaryCrossentropy(t, FromLogits);
        return MeanOutputs(ApplyClassBalancing ? (((float)Alpha * t) + ((1 - (float)Alpha) * (1 - t))) * focal : focal);
    }

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction) => FindOutside(target, 0, 1);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("from_logits", FromLogits);
        config.Set("label_smoothing", LabelSmoothing);
        config.Set("axis", -1);
        config.Set("apply_class_balancing", ApplyClassBalancing);
        config.Set("alpha", Alpha);
        config.Set("gamma", Gamma);
    }

    internal static BinaryFocalCrossentropy FromConfig(Config config)
    {
        config.Require("axis", -1);
        return new(config.GetBool("apply_class_balancing", false), config.GetFloat("alpha", 0.25f), config.GetFloat("gamma", 2))
        {
            FromLogits = config.GetBool("from_logits", false),
            LabelSmoothing = config.GetFloat("label_smoothing", 0),
        };
    }
}
