namespace Fovea.Imaging;

/// <summary>A score of all folds of a cross-validation (<see cref="CrossValidationResults"/>).</summary>
/// <param name="Values">The score of each fold.</param>
public sealed record FoldScore(IReadOnlyList<TaskScore> Values)
{
    /// <summary>Its name in JSON: <c>accuracy</c>.</summary>
    public string Key => Values[0].Key;

    /// <summary>Its name on the page: <c>Accuracy</c>.</summary>
    public string Name => Values[0].Name;

    /// <summary>The mean of the folds.</summary>
    public double Mean => Values.Average(score => score.Value);

    /// <summary>The standard deviation of the folds (n − 1).</summary>
    public double Deviation => Math.Sqrt(Values.Sum(score => Math.Pow(score.Value - Mean, 2)) / (Values.Count - 1));

    /// <summary>A value of the score as pages print it.</summary>
    public string Print(double value) => (Values[0] with { Value = value }).ToString();
}
