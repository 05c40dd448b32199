using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>
/// A learning rate that changes from step to step, wherever a learning rate is asked for: <c>new Adam(new CosineDecay(0.01f, 10_000))</c>. A
/// number is the schedule that never changes: <c>new Adam(0.01f)</c>. One of your own overrides <see cref="At"/>. It is computed in float64,
/// outside the graph, and costs a step nothing. Keras' <c>keras.optimizers.schedules.LearningRateSchedule</c>.
/// </summary>
public abstract class LearningRateSchedule
{
    /// <summary>The learning rate of one step, finite and at least 0.</summary>
    /// <param name="step">How many batches were trained on before: 0 in the first.</param>
    public abstract double At(long step);

    /// <summary>Whether Keras has the schedule too.</summary>
    internal virtual bool IsOfKeras => Config is not null;

    /// <summary>The constructor's arguments under Keras' names; <see langword="null"/> for one of one's own, which files do not know.</summary>
    internal virtual JsonObject? Config => null;

    /// <summary>The same learning rate in all steps.</summary>
    public static implicit operator LearningRateSchedule(float learningRate) => new ConstantLearningRate(learningRate);
}
