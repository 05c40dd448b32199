namespace Fovea;

/// <summary>
/// The loss and the metrics of one output, for a model with several: <c>model.Compile(new Adam(), new("digit", Loss.SparseCategoricalCrossentropy,
/// Metric.Accuracy), new("position", Loss.MeanSquaredError) { Weight = 0.2 })</c>. Outputs without an objective are not trained.
/// </summary>
/// <param name="Output">The name of the layer whose output is trained.</param>
/// <param name="Loss">The loss, which training minimizes.</param>
/// <param name="Metrics">The metrics that are measured.</param>
public sealed record Objective(string Output, Loss Loss, IReadOnlyList<Metric> Metrics)
{
    /// <inheritdoc cref="Objective(string, Loss, IReadOnlyList{Metric})"/>
    public Objective(string output, Loss loss, params Metric[] metrics)
        : this(output, loss, (IReadOnlyList<Metric>)metrics)
    {
    }

    /// <summary>The factor of the loss in the sum of all losses; 1 by default. Keras' <c>loss_weights</c>.</summary>
    public double Weight
    {
        get;
        init => field = value.Finite($"Objective '{Output}'", nameof(Weight));
    } = 1;
}
