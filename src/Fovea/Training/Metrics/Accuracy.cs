namespace Fovea;

/// <summary>
/// The share of rows whose prediction is right, as Keras' "accuracy" decides by the shapes: with one output, whether it is on the
/// target's side of <see cref="Threshold"/>; with several, whether the greatest output is at the class number or the greatest target.
/// </summary>
public sealed class Accuracy : RowMean
{
    /// <summary>Where a single output changes sides: 0.5 for probabilities, 0 for logits; Keras' <c>BinaryAccuracy(threshold)</c>.</summary>
    public double Threshold { get; init => field = Config.Shortest(value.Finite("Accuracy", nameof(Threshold))); } = 0.5;

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row) =>
        (row.Prediction.Length == 1 ? row.Prediction[0] > (float)Threshold == row.Target[0] > 0.5f : row.Predicted == row.Label) ? 1 : 0;
}
