using System.Numerics.Tensors;

namespace Fovea.Extending;

/// <summary>The outputs, targets and weight of one position of a sample.</summary>
/// <param name="target">A target for each output, or a class number.</param>
/// <param name="prediction">The outputs, one for each class.</param>
/// <param name="weight">The weight of the sample.</param>
public readonly ref struct MetricRow(ReadOnlySpan<float> target, ReadOnlySpan<float> prediction, double weight)
{
    /// <summary>The outputs.</summary>
    public ReadOnlySpan<float> Prediction { get; } = prediction;

    /// <summary>The targets: one for each output, or a class number.</summary>
    public ReadOnlySpan<float> Target { get; } = target;

    /// <summary>The weight of the sample.</summary>
    public double Weight { get; } = weight;

    /// <summary>The argmax of the outputs; of equal ones the first.</summary>
    public int PredictedClass => TensorPrimitives.IndexOfMax(Prediction);

    /// <summary>The target class: the class number, or the argmax of the targets.</summary>
    public int TargetClass => Target.Length == Prediction.Length ? TensorPrimitives.IndexOfMax(Target) : (int)Target[0];

    /// <summary>The target of one output. For a class number it is 1 for the class and 0 for the others.</summary>
    public float TargetOf(int output) => Target.Length == Prediction.Length ? Target[output] : Target[0] == output ? 1 : 0;

    /// <summary>Whether an output is among the k highest. Of equal ones the first count.</summary>
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
