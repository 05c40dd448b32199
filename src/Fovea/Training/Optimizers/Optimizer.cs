using System.Text.Json.Nodes;
using Fovea.Engine;

namespace Fovea;

/// <summary>
/// How weights follow their gradients. The formula is written once, with nodes, for a single weight: training applies it to all of them in the
/// run that computes the gradients, in one pass over memory. An optimizer of your own overrides <see cref="Step"/>, and where it needs them
/// <see cref="Slots"/> and <see cref="Factors"/>; schedules and all options are there for it too. Files know only Keras' optimizers: a model
/// compiled with one of your own is saved as one that is not compiled.
/// </summary>
public abstract partial class Optimizer
{
    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">A number, or a schedule that gives one for each step.</param>
    /// <exception cref="ArgumentException">The rate is negative, infinite or NaN.</exception>
    protected Optimizer(LearningRateSchedule learningRate) => Schedule = learningRate;

    /// <summary>
    /// The size of the steps: that of the next one, where a schedule gives it. Where it is a number it may be changed between epochs and batches.
    /// </summary>
    /// <exception cref="ArgumentException">The rate is negative, infinite or NaN.</exception>
    /// <exception cref="InvalidOperationException">The rate is set although a schedule gives it.</exception>
    public float LearningRate
    {
        get => (float)Schedule.At(Iterations);
        set => Schedule = Schedule is ConstantLearningRate
            ? value
            : throw new InvalidOperationException($"{Subject}: the learning rate comes from {Schedule.GetType().Name}; set {nameof(Schedule)} instead.");
    }

    /// <summary>What gives the learning rate of each step; it may be replaced between epochs and batches.</summary>
    /// <exception cref="ArgumentException">It is a rate that is negative, infinite or NaN.</exception>
    public LearningRateSchedule Schedule
    {
        get;
        set
        {
            if (value.NotNull(Subject, "learningRate") is ConstantLearningRate constant) constant.LearningRate.AtLeast(0, Subject, "learningRate");
            field = value;
        }
    }

    /// <summary>The name of the Keras class.</summary>
    internal virtual string ClassName => Subject;

    /// <summary>The model that was compiled with it.</summary>
    internal Model? Owner { get; set; }

    /// <summary>How many batches were trained on, which is what schedules count.</summary>
    internal long Iterations { get; set; }

    /// <summary>The tensors kept for each weight.</summary>
    protected internal virtual IReadOnlyList<Slot> Slots => [];

    /// <summary>
    /// The numbers that the formula needs anew in each step, from the learning rate and the number of the step, which counts from 1. They are
    /// computed in float64 outside the graph, and reach <see cref="Step"/> as scalars. By default the learning rate alone.
    /// </summary>
    protected internal virtual IReadOnlyList<Func<double, long, double>> Factors => [(learningRate, _) => learningRate];

    private protected string Subject => GetType().Name;

    /// <summary>The learning rate after some batches.</summary>
    /// <exception cref="InvalidOperationException">The schedule gives no rate that could be meant.</exception>
    internal double RateOf(long step) => Schedule.At(step) is >= 0 and < double.PositiveInfinity and var rate
        ? rate
        : throw new InvalidOperationException(
            FormattableString.Invariant(
                $"{Subject}: {Schedule.GetType().Name} must give a finite learning rate of at least 0; in step {step} it gave {Schedule.At(step)}."));

    /// <summary>The new values of a weight and its slots.</summary>
    /// <param name="weight">The weight, after its decay.</param>
    /// <param name="gradient">The gradient of the loss with respect to it, after clipping.</param>
    /// <param name="slots">The present values of <see cref="Slots"/>.</param>
    /// <param name="factors">The values of <see cref="Factors"/> in this step.</param>
    protected internal abstract (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors);

    /// <exception cref="ArgumentException">Another model was compiled with it.</exception>
    internal void RequireFree(Model model, string argument)
    {
        if (Owner is { } other && other != model)
            throw new ArgumentException(
                $"'{model.Name}': expected an optimizer of its own; this {Subject} is that of '{other.Name}', whose steps it counts. Make one for each "
                + "model.", argument);
    }

    /// <summary>Sets a rate that was stored, unless a schedule gives it.</summary>
    internal void RestoreLearningRate(float rate)
    {
        if (Schedule is ConstantLearningRate) LearningRate = rate;
    }

    /// <summary>The constructor's arguments but the learning rate, under Keras' names.</summary>
    internal virtual void WriteConfig(JsonObject config)
    {
    }
}
