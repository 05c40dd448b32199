namespace Fovea;

/// <summary>Loss and metrics over a data set.</summary>
public sealed record Evaluation(double Loss, IReadOnlyDictionary<string, double> Metrics, int Count)
{
    /// <summary>The accuracy, where it was asked for.</summary>
    /// <exception cref="KeyNotFoundException">The model was compiled without it.</exception>
    public double Accuracy => Metrics["accuracy"];
}
