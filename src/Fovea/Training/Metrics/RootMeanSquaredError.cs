namespace Fovea;

/// <summary>√ of the mean of (p − t)² over all outputs of the epoch; <c>keras.metrics.RootMeanSquaredError</c>.</summary>
public sealed class RootMeanSquaredError : RowMean
{
    /// <inheritdoc/>
    public override double Value => Math.Sqrt(base.Value);

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Min;

    /// <inheritdoc/>
    protected override double Of(MetricRow row)
    {
        var sum = 0.0;
        for (var i = 0; i < row.Prediction.Length; i++)
        {
            var error = (double)row.Prediction[i] - row.TargetOf(i);
            sum += error * error;
        }

        return sum / row.Prediction.Length;
    }
}
