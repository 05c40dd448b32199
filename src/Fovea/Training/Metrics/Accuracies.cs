namespace Fovea;

/// <summary>The share of outputs on the correct side of a threshold, for targets of 0 or 1; <c>keras.metrics.BinaryAccuracy</c>.</summary>
/// <param name="threshold">Outputs above it count as 1.</param>
public sealed class BinaryAccuracy(double threshold = 0.5) : RowMean
{
    /// <summary>Outputs above it count as 1.</summary>
    public double Threshold { get; } = threshold.Finite("BinaryAccuracy", nameof(threshold));

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row)
    {
        var right = 0;
        for (var i = 0; i < row.Prediction.Length; i++)
        {
            if ((row.Prediction[i] > (float)Threshold ? 1 : 0) == row.TargetOf(i)) right++;
        }

        return (double)right / row.Prediction.Length;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("threshold", Threshold);

    internal static BinaryAccuracy FromConfig(Config config) => new(config.GetFloat("threshold", 0.5f));
}

/// <summary>The share of rows in which the argmax of the outputs is that of the targets; <c>keras.metrics.CategoricalAccuracy</c>.</summary>
public sealed class CategoricalAccuracy : RowMean
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row) => row.PredictedClass == row.TargetClass ? 1 : 0;
}

/// <summary>The share of rows in which the argmax of the outputs is the target class; <c>keras.metrics.SparseCategoricalAccuracy</c>.</summary>
public sealed class SparseCategoricalAccuracy : RowMean
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row) => row.PredictedClass == row.TargetClass ? 1 : 0;
}

/// <summary>
/// The share of rows in which fewer than k outputs are above that of the target class, the argmax of the targets; <c>keras.metrics.TopKCategoricalAccuracy</c>.
/// </summary>
/// <param name="k">The number of highest outputs among which the class must be.</param>
public sealed class TopKCategoricalAccuracy(int k = 5) : RowMean
{
    /// <summary>The number of highest outputs among which the class must be.</summary>
    public int K { get; } = k.AtLeast(1, "TopKCategoricalAccuracy", nameof(k));

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row) => IsHit(row, K) ? 1 : 0;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("k", K);

    /// <summary>Whether fewer than k outputs are above that of the class. Equal outputs count as a hit, an output that is not finite as a miss.</summary>
    internal static bool IsHit(MetricRow row, int k)
    {
        var label = row.TargetClass;
        if (label < 0 || label >= row.Prediction.Length || !float.IsFinite(row.Prediction[label])) return false;
        var above = 0;
        foreach (var output in row.Prediction)
        {
            if (output > row.Prediction[label]) above++;
        }

        return above < k;
    }

    internal static TopKCategoricalAccuracy FromConfig(Config config) => new(config.GetInt("k", 5));
}

/// <summary>The share of rows in which fewer than k outputs are above that of the target class; <c>keras.metrics.SparseTopKCategoricalAccuracy</c>.</summary>
/// <param name="k">The number of highest outputs among which the class must be.</param>
public sealed class SparseTopKCategoricalAccuracy(int k = 5) : RowMean
{
    /// <summary>The number of highest outputs among which the class must be.</summary>
    public int K { get; } = k.AtLeast(1, "SparseTopKCategoricalAccuracy", nameof(k));

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row) => TopKCategoricalAccuracy.IsHit(row, K) ? 1 : 0;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("k", K);

    internal static SparseTopKCategoricalAccuracy FromConfig(Config config) => new(config.GetInt("k", 5));
}
