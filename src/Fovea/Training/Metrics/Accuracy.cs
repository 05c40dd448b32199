using System.Globalization;

namespace Fovea;

/// <summary>
/// The share of rows whose prediction is correct: Keras' "accuracy". A single output is correct if it is on the target's side of <see cref="Threshold"/>;
/// several are if their argmax is the target class, which is a class number or the argmax of the targets. A metric counts for one model: create one for each.
/// </summary>
public sealed class Accuracy : RowMean
{
    /// <summary>A single output above it means class 1: 0.5 for probabilities, 0 for logits; Keras' <c>BinaryAccuracy(threshold)</c>.</summary>
    public double Threshold { get; init => field = value.Finite("Accuracy", nameof(Threshold)); } = 0.5;

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <summary>The threshold, which Keras' files do not contain.</summary>
    private protected override string Settings => string.Create(CultureInfo.InvariantCulture, $"threshold {Threshold}");

    /// <inheritdoc/>
    protected override double Of(MetricRow row) =>
        (row.Prediction.Length == 1 ? row.Prediction[0] > (float)Threshold == row.Target[0] > 0.5f : row.PredictedClass == row.TargetClass) ? 1 : 0;
}
