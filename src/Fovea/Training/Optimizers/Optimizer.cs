using System.Text.Json.Nodes;
using Fovea.Engine;

namespace Fovea;

/// <summary>
/// How weights follow their gradients. The formula is written once, with nodes, for a single weight; training applies it to all of
/// them in the same run that computes the gradients.
/// </summary>
public abstract class Optimizer
{
    private protected Optimizer(float learningRate) => LearningRate = learningRate;

    /// <summary>The size of the steps; it may be changed between epochs and batches.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative, infinite or NaN.</exception>
    public float LearningRate
    {
        get;
        set => field = value >= 0 && float.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), $"{GetType().Name}: the learning rate must be a finite number of at least 0; received {value}.");
    }

    /// <summary>The name of the Keras class.</summary>
    internal abstract string ClassName { get; }

    /// <summary>The tensors kept for each weight, in Keras' order.</summary>
    internal abstract IReadOnlyList<string> Slots { get; }

    /// <summary>The factor that multiplies steps, computed in float64 outside the graph.</summary>
    /// <param name="step">The number of this step, from 1.</param>
    internal virtual double StepSize(long step) => LearningRate;

    /// <summary>The new values of a weight and its slots.</summary>
    internal abstract (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node stepSize);

    /// <summary>The constructor's arguments under Keras' names.</summary>
    internal abstract void WriteConfig(JsonObject config);

    private protected static float InUnit(float value, string subject, string parameter) => value is >= 0 and < 1
        ? value
        : throw new ArgumentException($"{subject}: {parameter} must be at least 0 and below 1; received {value}.", parameter);
}
