namespace Fovea;

/// <summary>η · rate^(step / steps); <c>keras.optimizers.schedules.ExponentialDecay</c>.</summary>
/// <param name="initialLearningRate">η, the rate of the first step.</param>
/// <param name="decaySteps">The number of steps in which the rate is multiplied by the factor once, at least 1.</param>
/// <param name="decayRate">The factor, at least 0.</param>
/// <param name="staircase">Whether the rate stays constant for that number of steps and then changes, instead of changing in each step.</param>
/// <exception cref="ArgumentException">A value is outside its range.</exception>
public sealed class ExponentialDecay(double initialLearningRate, int decaySteps, double decayRate, bool staircase = false) : LearningRateSchedule
{
    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; } = initialLearningRate.AtLeast(0, "ExponentialDecay", nameof(initialLearningRate));

    /// <summary>The number of steps in which the rate is multiplied by the factor once.</summary>
    public int DecaySteps { get; } = decaySteps.AtLeast(1, "ExponentialDecay", nameof(decaySteps));

    /// <summary>The factor of the rate.</summary>
    public double DecayRate { get; } = decayRate.AtLeast(0, "ExponentialDecay", nameof(decayRate));

    /// <summary>Whether the rate stays constant for <see cref="DecaySteps"/> steps and then changes.</summary>
    public bool Staircase { get; } = staircase;

    /// <inheritdoc/>
    public override double At(long step) => (float)InitialLearningRate * Math.Pow((float)DecayRate, Staircase ? step / DecaySteps : (double)step / DecaySteps);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("initial_learning_rate", InitialLearningRate);
        config.Set("decay_steps", DecaySteps);
        config.Set("decay_rate", DecayRate);
        config.Set("staircase", Staircase);
        config.Set("name", "ExponentialDecay");
    }

    internal static ExponentialDecay FromConfig(Config config) => new(
        config.GetFloat("initial_learning_rate"), config.GetInt("decay_steps"), config.GetFloat("decay_rate"), config.GetBool("staircase", false));
}
