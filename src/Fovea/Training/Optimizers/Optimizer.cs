using Fovea.Engine;

namespace Fovea;

/// <summary>
/// Computes new weights from their gradients. The formula is written once, with nodes, for a single weight; training applies it to all weights in the run
/// that computes the gradients, in one pass over memory. A custom optimizer overrides <see cref="Step"/>, and if it needs them <see cref="Slots"/> and
/// <see cref="Factors"/>. Schedules and all options work with it too. It is saved with the model once its class is registered
/// (<see cref="CustomObjects"/>); otherwise the model is saved as one that is not compiled.
/// </summary>
public abstract partial class Optimizer
{
    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">A number, or a schedule that gives one for each step.</param>
    /// <exception cref="ArgumentException">The rate is negative, infinite or NaN.</exception>
    protected Optimizer(LearningRateSchedule learningRate) => Schedule = learningRate;

    /// <summary>
    /// Gets or sets the size of the steps, as a float32. If a schedule gives it, it is that of the next step and cannot be set. Otherwise it may be changed
    /// between epochs and batches.
    /// </summary>
    /// <exception cref="ArgumentException">The rate is negative, infinite or NaN.</exception>
    /// <exception cref="InvalidOperationException">The rate is set although a schedule gives it.</exception>
    public double LearningRate
    {
        get => Config.Shortest((float)Schedule.At(Iterations));
        set => Schedule = Schedule is ConstantLearningRate
            ? value
            : throw new InvalidOperationException($"{Subject}: the learning rate comes from {Schedule.GetType().Name}; set {nameof(Schedule)} instead.");
    }

    /// <summary>Gets or sets the schedule, which gives the learning rate of each step. It may be replaced between epochs and batches.</summary>
    /// <exception cref="ArgumentException">It is a rate that is negative, infinite or NaN.</exception>
    public LearningRateSchedule Schedule
    {
        get;
        set
        {
            if (value.NotNull(Subject, "learningRate") is ConstantLearningRate constant) CheckLearningRate(constant.LearningRate);
            field = value;
        }
    }

    /// <summary>The <see cref="Model"/> or <see cref="TrainingStep"/> that uses the optimizer.</summary>
    internal object? Owner { get; set; }

    /// <summary>The number of batches trained on, which schedules count.</summary>
    internal long Iterations { get; set; }

    /// <summary>The share of the last steps that is kept in each step: μ or β₁; null if the optimizer has no momentum that can change.</summary>
    internal virtual double? ConstantMomentum => null;

    /// <summary>Gives the momentum of each update, numbered from 0, instead of <see cref="ConstantMomentum"/>; null for a constant momentum.</summary>
    internal LearningRateSchedule? MomentumSchedule { get; set; }

    /// <summary>The tensors kept for each weight.</summary>
    protected internal virtual IReadOnlyList<Slot> Slots => [];

    /// <summary>
    /// The numbers that the formula needs in each step, computed from the learning rate and the number of the step, which counts from 1. They are computed
    /// in float64 outside the graph, and are given to <see cref="Step"/> as scalars. By default the learning rate alone.
    /// </summary>
    protected internal virtual IReadOnlyList<Func<double, long, double>> Factors => [(learningRate, _) => learningRate];

    private protected string Subject => GetType().Name;

    /// <summary>The momentum of an update.</summary>
    /// <param name="update">The number of the update, from 1.</param>
    private protected double MomentumAt(long update) => MomentumSchedule?.At(update - 1) ?? ConstantMomentum!.Value;

    /// <summary>The learning rate after some batches.</summary>
    /// <exception cref="InvalidOperationException">The schedule gives a rate that is negative, infinite or NaN.</exception>
    internal double RateOf(long step) => Schedule.At(step) is >= 0 and < double.PositiveInfinity and var rate
        ? rate
        : throw new InvalidOperationException(
            FormattableString.Invariant(
                $"{Subject}: {Schedule.GetType().Name} must give a finite learning rate of at least 0; in step {step} it gave {Schedule.At(step)}."));

    /// <summary>Computes the new values of a weight and its slots.</summary>
    /// <param name="weight">The weight, after its decay.</param>
    /// <param name="gradient">The gradient of the loss with respect to it, after clipping.</param>
    /// <param name="slots">The present values of <see cref="Slots"/>.</param>
    /// <param name="factors">The values of <see cref="Factors"/> in this step.</param>
    protected internal abstract (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors);

    /// <exception cref="ArgumentException">Another model or training step uses it.</exception>
    internal void RequireFree(object user, string argument)
    {
        if (Owner is not { } other || other == user) return;
        var (subject, kind) = user is Model model ? ($"'{model.Name}'", "model") : (nameof(TrainingStep), "step");
        throw new ArgumentException(
            $"{subject}: expected an optimizer for this {kind} alone; this {Subject} belongs "
                + $"to {(other is Model owner ? $"'{owner.Name}'" : "a TrainingStep")}, "
            + $"whose steps it counts. Create one for each {kind}.", argument);
    }

    /// <summary>Sets a stored learning rate, unless a schedule gives it.</summary>
    internal void RestoreLearningRate(float rate)
    {
        if (Schedule is ConstantLearningRate) LearningRate = rate;
    }

    /// <exception cref="ArgumentException">The optimizer cannot work with the learning rate.</exception>
    private protected virtual void CheckLearningRate(float rate) => rate.AtLeast(0, Subject, "learningRate");
}
