namespace Fovea;

/// <summary>
/// A learning rate that changes from step to step. It can be given wherever a learning rate is expected: <c>new Adam(new CosineDecay(0.01, 10_000))</c>. A
/// number is a constant schedule: <c>new Adam(0.01)</c>. A custom schedule overrides <see cref="At"/>, and is saved once its class is registered
/// (<see cref="CustomObjects"/>). Schedules are computed in float64, outside the graph. Keras' <c>keras.optimizers.schedules.LearningRateSchedule</c>.
/// </summary>
public abstract class LearningRateSchedule : IConfigurable
{
    /// <summary>The learning rate of one step, finite and at least 0.</summary>
    /// <param name="step">The number of batches trained on before: 0 for the first.</param>
    public abstract double At(long step);

    /// <summary>A constant learning rate.</summary>
    public static implicit operator LearningRateSchedule(float learningRate) => new ConstantLearningRate(learningRate);

    /// <summary>A constant learning rate, rounded to float32.</summary>
    public static implicit operator LearningRateSchedule(double learningRate) => new ConstantLearningRate((float)learningRate);

    /// <summary>
    /// Writes the settings of the schedule for the factory that is registered for its class (<see cref="CustomObjects"/>):
    /// <c>config.Set("decay_steps", DecaySteps)</c>.
    /// </summary>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    string IConfigurable.ClassName => GetType().Name;

    void IConfigurable.WriteSettings(Config config) => WriteConfig(config);
}
