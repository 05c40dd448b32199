namespace Fovea;

/// <summary>
/// Repeated half cosine waves, each optionally longer and lower than the one before; <c>keras.optimizers.schedules.CosineDecayRestarts</c>, Loshchilov
/// and Hutter 2016. Wave i has first · tⁱ steps, and the rate η · ((1 − α) · mⁱ · (1 + cos(π · share of the wave)) / 2 + α).
/// </summary>
/// <param name="initialLearningRate">η, the rate of the first step.</param>
/// <param name="firstDecaySteps">The number of steps of the first wave, at least 1.</param>
/// <param name="tMul">t, the factor of the length of each wave; at least 1.</param>
/// <param name="mMul">m, the factor of the height of each wave; at least 0, usually at most 1.</param>
/// <param name="alpha">α, the share of the rate that is left at the end of a wave; from 0 to 1.</param>
/// <exception cref="ArgumentException">A value is outside its range.</exception>
public sealed class CosineDecayRestarts(double initialLearningRate, int firstDecaySteps, double tMul = 2, double mMul = 1, double alpha = 0)
    : LearningRateSchedule
{
    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; } = initialLearningRate.AtLeast(0, "CosineDecayRestarts", nameof(initialLearningRate));

    /// <summary>The number of steps of the first wave.</summary>
    public int FirstDecaySteps { get; } = firstDecaySteps.AtLeast(1, "CosineDecayRestarts", nameof(firstDecaySteps));

    /// <summary>The factor of the length of each wave.</summary>
    public double TMul { get; } = tMul.AtLeast(1, "CosineDecayRestarts", nameof(tMul));

    /// <summary>The factor of the height of each wave.</summary>
    public double MMul { get; } = mMul.AtLeast(0, "CosineDecayRestarts", nameof(mMul));

    /// <summary>The share of the rate that is left at the end of a wave.</summary>
    public double Alpha { get; } = alpha.Within(0, 1, "CosineDecayRestarts", nameof(alpha));

    /// <inheritdoc/>
    public override double At(long step)
    {
        var time = (double)step / FirstDecaySteps;
        var wave = Math.Floor(TMul == 1 ? time : Math.Log(1 + (time * ((float)TMul - 1.0))) / Math.Log((float)TMul));
        if (time >= Start(wave + 1)) wave++;  // the logarithm may have been rounded down
        var part = (time - Start(wave)) / Math.Pow((float)TMul, wave);
        return (float)InitialLearningRate * (((1.0 - (float)Alpha) * Math.Pow((float)MMul, wave) * (1 + Math.Cos(Math.PI * part)) / 2) + (float)Alpha);
    }

    /// <summary>The start of a wave, in lengths of the first: 1 + t + … + tⁱ⁻¹.</summary>
    private double Start(double wave) => TMul == 1 ? wave : (Math.Pow((float)TMul, wave) - 1) / ((float)TMul - 1.0);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("initial_learning_rate", InitialLearningRate);
        config.Set("first_decay_steps", FirstDecaySteps);
        config.Set("t_mul", TMul);
        config.Set("m_mul", MMul);
        config.Set("alpha", Alpha);
        config.Set("name", "SGDRDecay");
    }

    internal static CosineDecayRestarts FromConfig(Config config) => new(
        config.GetFloat("initial_learning_rate"), config.GetInt("first_decay_steps"), config.GetFloat("t_mul", 2), config.GetFloat("m_mul", 1),
        config.GetFloat("alpha", 0));
}
