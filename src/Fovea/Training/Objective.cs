namespace Fovea;

/// <summary>
/// What one output of a model of several is trained for: <c>model.Compile(new Adam(), new("digit", Loss.SparseCategoricalCrossentropy, new Accuracy()),
/// new("place", Loss.MeanSquaredError) { Weight = 0.2f })</c>. Outputs without an objective are not trained for anything.
/// </summary>
/// <param name="Output">The output: the name of the layer that gives it.</param>
/// <param name="Loss">What is made small.</param>
/// <param name="Metrics">What is watched.</param>
public sealed record Objective(string Output, Loss Loss, params IReadOnlyList<Metric> Metrics)
{
    /// <summary>How much the loss counts in the sum of all; 1 by default, Keras' <c>loss_weights</c>.</summary>
    public float Weight
    {
        get;
        init => field = value.Finite($"Objective '{Output}'", nameof(Weight));
    } = 1;
}
