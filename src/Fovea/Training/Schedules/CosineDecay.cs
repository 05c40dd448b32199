namespace Fovea;

/// <summary>
/// Half a cosine wave from the initial rate η to α·η: η · ((1 − α) · (1 + cos(π · step / steps)) / 2 + α), after an optional linear warm-up;
/// <c>keras.optimizers.schedules.CosineDecay</c>, Loshchilov and Hutter 2016, eq. 5; the warm-up of Goyal et al. 2017, section 2.2.
/// </summary>
/// <param name="initialLearningRate">The rate of the first step.</param>
/// <param name="decaySteps">The number of steps of the decay, at least 1.</param>
/// <param name="alpha">α, the share of the rate that is left at the end; from 0 to 1.</param>
/// <param name="warmupTarget">The rate at the end of the warm-up, from which the decay starts; null for no warm-up.</param>
/// <param name="warmupSteps">The number of steps of the warm-up.</param>
/// <exception cref="ArgumentException">A value is outside its range.</exception>
public sealed class CosineDecay(double initialLearningRate, int decaySteps, double alpha = 0, double? warmupTarget = null, int warmupSteps = 0)
    : LearningRateSchedule
{
    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; } = initialLearningRate.AtLeast(0, "CosineDecay", nameof(initialLearningRate));

    /// <summary>The number of steps of the decay.</summary>
    public int DecaySteps { get; } = decaySteps.AtLeast(1, "CosineDecay", nameof(decaySteps));

    /// <summary>The share of the rate that is left at the end.</summary>
    public double Alpha { get; } = alpha.Within(0, 1, "CosineDecay", nameof(alpha));

    /// <summary>The rate at the end of the warm-up.</summary>
    public double? WarmupTarget { get; } = warmupTarget?.AtLeast(0, "CosineDecay", nameof(warmupTarget));

    /// <summary>The number of steps of the warm-up.</summary>
    public int WarmupSteps { get; } = warmupSteps.AtLeast(0, "CosineDecay", nameof(warmupSteps));

    /// <inheritdoc/>
    public override double At(long step)
    {
        double initial = (float)InitialLearningRate;
        if (WarmupTarget is null) return Decayed(initial, step);
        double target = (float)WarmupTarget;
        return step < WarmupSteps ? initial + ((target - initial) * step / WarmupSteps) : Decayed(target, step - WarmupSteps);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("initial_learning_rate", InitialLearningRate);
        config.Set("decay_steps", DecaySteps);
        config.Set("alpha", Alpha);
        config.Set("name", "CosineDecay");
        config.Set("warmup_target", WarmupTarget);
        config.Set("warmup_steps", WarmupSteps);
    }

    internal static CosineDecay FromConfig(Config config) => new(
        config.GetFloat("initial_learning_rate"), config.GetInt("decay_steps"), config.GetFloat("alpha", 0), config.GetOptionalFloat("warmup_target"),
        config.GetInt("warmup_steps", 0));

    private double Decayed(double from, long step) =>
        from * (((1.0 - (float)Alpha) * (1 + Math.Cos(Math.PI * Math.Min(step, DecaySteps) / DecaySteps)) / 2) + (float)Alpha);
}
