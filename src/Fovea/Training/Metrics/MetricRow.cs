using System.Numerics.Tensors;

namespace Fovea.Extending;

/// <summary>What a metric sees of one position: the outputs there, what they should be, and how much it counts.</summary>
/// <param name="prediction">The outputs, one for each class.</param>
/// <param name="target">As many targets, or a class number alone.</param>
/// <param name="weight">The weight of the sample.</param>
public readonly ref struct MetricRow(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
{
    /// <summary>The outputs.</summary>
    public ReadOnlySpan<float> Prediction { get; } = prediction;

    /// <summary>The targets: one for each output, or a class number.</summary>
    public ReadOnlySpan<float> Target { get; } = target;

    /// <summary>How much the row counts.</summary>
    public double Weight { get; } = weight;

    /// <summary>The greatest output; the first of equals.</summary>
    public int Predicted => TensorPrimitives.IndexOfMax(Prediction);

    /// <summary>The class: the number, or the greatest target.</summary>
    public int Label => Target.Length == Prediction.Length ? TensorPrimitives.IndexOfMax(Target) : (int)Target[0];

    /// <summary>The target of one output: of a class number, 1 for the class and 0 for all others.</summary>
    public float Wanted(int output) => Target.Length == Prediction.Length ? Target[output] : Target[0] == output ? 1 : 0;

    /// <summary>Whether an output is among the k greatest. Of equals the first are.</summary>
    public bool IsInTop(int k, int output)
    {
        var before = 0;
        for (var i = 0; i < Prediction.Length; i++)
        {
            if (Prediction[i] > Prediction[output] || (Prediction[i] == Prediction[output] && i < output)) before++;
        }

        return before < k;
    }
}
