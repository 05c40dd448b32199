namespace Fovea;

/// <summary>
/// (η − end) · (1 − step / steps)^power + end, then constant; <c>keras.optimizers.schedules.PolynomialDecay</c>. With a cycle, steps is the first multiple of
/// <c>decaySteps</c> that is not below the step, so that the rate rises again.
/// </summary>
/// <param name="initialLearningRate">η, the rate of the first step.</param>
/// <param name="decaySteps">The number of steps after which the end is reached, at least 1.</param>
/// <param name="endLearningRate">The rate at the end.</param>
/// <param name="power">The power, at least 0: 1 is a straight line.</param>
/// <param name="cycle">Whether the rate rises and falls again after the end.</param>
/// <exception cref="ArgumentException">A value is outside its range.</exception>
public sealed class PolynomialDecay(double initialLearningRate, int decaySteps, double endLearningRate = 0.0001, double power = 1, bool cycle = false)
    : LearningRateSchedule
{
    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; } = initialLearningRate.AtLeast(0, "PolynomialDecay", nameof(initialLearningRate));

    /// <summary>The number of steps after which the end is reached.</summary>
    public int DecaySteps { get; } = decaySteps.AtLeast(1, "PolynomialDecay", nameof(decaySteps));

    /// <summary>The rate at the end.</summary>
    public double EndLearningRate { get; } = endLearningRate.AtLeast(0, "PolynomialDecay", nameof(endLearningRate));

    /// <summary>The power.</summary>
    public double Power { get; } = power.AtLeast(0, "PolynomialDecay", nameof(power));

    /// <summary>Whether the rate rises and falls again after the end.</summary>
    public bool Cycle { get; } = cycle;

    /// <inheritdoc/>
    public override double At(long step)
    {
        var steps = Cycle ? DecaySteps * Math.Max(1, Math.Ceiling((double)step / DecaySteps)) : DecaySteps;
        double first = (float)InitialLearningRate, last = (float)EndLearningRate;
        return ((first - last) * Math.Pow(1 - (Math.Min(step, steps) / steps), (float)Power)) + last;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("initial_learning_rate", InitialLearningRate);
        config.Set("decay_steps", DecaySteps);
        config.Set("end_learning_rate", EndLearningRate);
        config.Set("power", Power);
        config.Set("cycle", Cycle);
        config.Set("name", "PolynomialDecay");
    }

    internal static PolynomialDecay FromConfig(Config config) => new(
        config.GetFloat("initial_learning_rate"), config.GetInt("decay_steps"), config.GetFloat("end_learning_rate", 1e-4f), config.GetFloat("power", 1),
        config.GetBool("cycle", false));
}
