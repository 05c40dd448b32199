namespace Fovea;

/// <summary>
/// <see cref="Adam"/> with a decay that is not part of the gradient; <c>keras.optimizers.AdamW</c>, Loshchilov and Hutter 2019: before each step
/// w ← w − η·λ·w. <see cref="Optimizer.ExcludeFromWeightDecay"/> names the weights that do not decay.
/// </summary>
public sealed class AdamW : Adam
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">η, 0.001 by default.</param>
    /// <param name="weightDecay">λ, at least 0.</param>
    /// <param name="beta1">β₁, the share of the mean that is kept in each step; from 0 to below 1.</param>
    /// <param name="beta2">β₂, the share of the mean square that is kept in each step; from 0 to below 1.</param>
    /// <param name="epsilon">ε, which keeps the division finite; at least 0.</param>
    /// <param name="amsgrad">Whether the maximum of the mean squares replaces the present one, so that steps do not grow when gradients shrink.</param>
    public AdamW(
        LearningRateSchedule? learningRate = null, double weightDecay = 0.004, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7,
            bool amsgrad = false)
        : base(learningRate, beta1, beta2, epsilon, amsgrad) => WeightDecay = weightDecay;

    internal override string ClassName => "AdamW";

    internal static new AdamW FromConfig(Config config) => new(
        beta1: config.GetFloat("beta_1", 0.9f), beta2: config.GetFloat("beta_2", 0.999f), epsilon: config.GetFloat("epsilon", 1e-7f),
        amsgrad: config.GetBool("amsgrad", false));
}
