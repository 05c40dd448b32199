namespace Fovea;

/// <summary>η / (1 + rate · step / steps); <c>keras.optimizers.schedules.InverseTimeDecay</c>.</summary>
/// <param name="initialLearningRate">η, the rate of the first step.</param>
/// <param name="decaySteps">The number of steps after which the divisor grows by <paramref name="decayRate"/>, at least 1.</param>
/// <param name="decayRate">The growth of the divisor, at least 0.</param>
/// <param name="staircase">Whether the rate changes in stairs of that many steps instead of in each step.</param>
/// <exception cref="ArgumentException">A value is outside its range.</exception>
public sealed class InverseTimeDecay(double initialLearningRate, int decaySteps, double decayRate, bool staircase = false) : LearningRateSchedule
{
    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; } = initialLearningRate.AtLeast(0, "InverseTimeDecay", nameof(initialLearningRate));

    /// <summary>The number of steps after which the divisor grows once.</summary>
    public int DecaySteps { get; } = decaySteps.AtLeast(1, "InverseTimeDecay", nameof(decaySteps));

    /// <summary>The growth of the divisor.</summary>
    public double DecayRate { get; } = decayRate.AtLeast(0, "InverseTimeDecay", nameof(decayRate));

    /// <summary>Whether the rate changes in stairs.</summary>
    public bool Staircase { get; } = staircase;

    /// <inheritdoc/>
    public override double At(long step) => (float)InitialLearningRate / (1 + ((float)DecayRate * (Staircase ? step / DecaySteps : (double)step / DecaySteps)));

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("initial_learning_rate", InitialLearningRate);
        config.Set("decay_steps", DecaySteps);
        config.Set("decay_rate", DecayRate);
        config.Set("staircase", Staircase);
        config.Set("name", "InverseTimeDecay");
    }

    internal static InverseTimeDecay FromConfig(Config config) => new(
        config.GetFloat("initial_learning_rate"), config.GetInt("decay_steps"), config.GetFloat("decay_rate"), config.GetBool("staircase", false));
}
