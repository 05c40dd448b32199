namespace Fovea;

/// <summary>The share of outputs that are on their targets' side of a threshold, targets being 0 or 1; <c>keras.metrics.BinaryAccuracy</c>.</summary>
/// <param name="threshold">What lies above it counts as 1.</param>
public sealed class BinaryAccuracy(double threshold = 0.5) : RowMean
{
    /// <summary>What lies above it counts as 1.</summary>
    public float Threshold { get; } = threshold.Finite("BinaryAccuracy", nameof(threshold));

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row)
    {
        var right = 0;
        for (var i = 0; i < row.Prediction.Length; i++)
        {
            if ((row.Prediction[i] > Threshold ? 1 : 0) == row.Wanted(i)) right++;
        }

        return (double)right / row.Prediction.Length;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("threshold", Threshold);

    internal static BinaryAccuracy FromConfig(Config config) => new(config.GetFloat("threshold", 0.5f));
}

/// <summary>The share of rows whose greatest output is where the greatest target is; <c>keras.metrics.CategoricalAccuracy</c>.</summary>
public sealed class CategoricalAccuracy : RowMean
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row) => row.Predicted == row.Label ? 1 : 0;
}

/// <summary>The share of rows whose greatest output is that of the class number; <c>keras.metrics.SparseCategoricalAccuracy</c>.</summary>
public sealed class SparseCategoricalAccuracy : RowMean
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row) => row.Predicted == row.Label ? 1 : 0;
}

/// <summary>The share of rows in which fewer than k outputs are above that of the greatest target; <c>keras.metrics.TopKCategoricalAccuracy</c>.</summary>
/// <param name="k">How many of the greatest outputs may hold the class.</param>
public sealed class TopKCategoricalAccuracy(int k = 5) : RowMean
{
    /// <summary>How many of the greatest outputs may hold the class.</summary>
    public int K { get; } = k.AtLeast(1, "TopKCategoricalAccuracy", nameof(k));

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row) => IsHit(row, K) ? 1 : 0;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("k", K);

    /// <summary>Whether fewer than k outputs are above that of the class: equals count for the prediction. What is not finite is no hit.</summary>
    internal static bool IsHit(MetricRow row, int k)
    {
        var label = row.Label;
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

/// <summary>The share of rows in which fewer than k outputs are above that of the class number; <c>keras.metrics.SparseTopKCategoricalAccuracy</c>.</summary>
/// <param name="k">How many of the greatest outputs may hold the class.</param>
public sealed class SparseTopKCategoricalAccuracy(int k = 5) : RowMean
{
    /// <summary>How many of the greatest outputs may hold the class.</summary>
    public int K { get; } = k.AtLeast(1, "SparseTopKCategoricalAccuracy", nameof(k));

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    protected override double Of(MetricRow row) => TopKCategoricalAccuracy.IsHit(row, K) ? 1 : 0;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("k", K);

    internal static SparseTopKCategoricalAccuracy FromConfig(Config config) => new(config.GetInt("k", 5));
}
