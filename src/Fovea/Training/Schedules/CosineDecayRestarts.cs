namespace Fovea;

/// <summary>
/// Half a wave of the cosine again and again, each time longer and lower if wanted; <c>keras.optimizers.schedules.CosineDecayRestarts</c>, Loshchilov
/// and Hutter 2016: in the wave i, which takes first · tⁱ steps, η · ((1 − α) · mⁱ · (1 + cos(π · part of the wave)) / 2 + α).
/// </summary>
/// <param name="initialLearningRate">η, the rate of the first step.</param>
/// <param name="firstDecaySteps">How many steps the first wave takes, at least 1.</param>
/// <param name="tMul">t, how many times longer each wave is; at least 1.</param>
/// <param name="mMul">m, how many times higher each wave is; at least 0, and mostly below 1.</param>
/// <param name="alpha">α, the part of the rate that is left at the end of a wave; from 0 to 1.</param>
/// <exception cref="ArgumentException">A value is outside its range.</exception>
public sealed class CosineDecayRestarts(double initialLearningRate, int firstDecaySteps, double tMul = 2, double mMul = 1, double alpha = 0) : LearningRateSchedule
{
    /// <summary>The rate of the first step.</summary>
    public float InitialLearningRate { get; } = initialLearningRate.AtLeast(0, "CosineDecayRestarts", nameof(initialLearningRate));

    /// <summary>How many steps the first wave takes.</summary>
    public int FirstDecaySteps { get; } = firstDecaySteps.AtLeast(1, "CosineDecayRestarts", nameof(firstDecaySteps));

    /// <summary>How many times longer each wave is.</summary>
    public float TMul { get; } = tMul.AtLeast(1, "CosineDecayRestarts", nameof(tMul));

    /// <summary>How many times higher each wave is.</summary>
    public float MMul { get; } = mMul.AtLeast(0, "CosineDecayRestarts", nameof(mMul));

    /// <summary>The part of the rate that is left at the end of a wave.</summary>
    public float Alpha { get; } = alpha.Within(0, 1, "CosineDecayRestarts", nameof(alpha));

    /// <inheritdoc/>
    public override double At(long step)
    {
        var time = (double)step / FirstDecaySteps;
        var wave = Math.Floor(TMul == 1 ? time : Math.Log(1 + (time * (TMul - 1.0))) / Math.Log(TMul));
        if (time >= Start(wave + 1)) wave++;  // the logarithm may have been rounded down
        var part = (time - Start(wave)) / Math.Pow(TMul, wave);
        return InitialLearningRate * (((1.0 - Alpha) * Math.Pow(MMul, wave) * (1 + Math.Cos(Math.PI * part)) / 2) + Alpha);
    }

    /// <summary>When a wave begins, in lengths of the first: 1 + t + … + tⁱ⁻¹.</summary>
    private double Start(double wave) => TMul == 1 ? wave : (Math.Pow(TMul, wave) - 1) / (TMul - 1.0);

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
