namespace Fovea;

/// <summary>The share of positive predictions that are correct: TP / (TP + FP), 0 if there are none; <c>keras.metrics.Precision</c>.</summary>
/// <param name="thresholds">Outputs above a threshold, from 0 to 1, are positive. Null means 0.5, or with <paramref name="topK"/> no threshold.</param>
/// <param name="topK">Only the k highest outputs of a row can be positive; null for all.</param>
/// <param name="classId">The only class that is evaluated; null for all together.</param>
public sealed class Precision(IReadOnlyList<double>? thresholds = null, int? topK = null, int? classId = null) : ThresholdMetric(thresholds, topK, classId)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    private protected override double Of(DecisionCounts counts) => counts.Precision;

    internal static Precision FromConfig(Config config) => new(
        config.GetDoubles("thresholds"), config.GetOptionalInt("top_k"), config.GetOptionalInt("class_id"));
}

/// <summary>The share of positives that are predicted: TP / (TP + FN), 0 if there are none; <c>keras.metrics.Recall</c>.</summary>
/// <param name="thresholds">Outputs above a threshold, from 0 to 1, are positive. Null means 0.5, or with <paramref name="topK"/> no threshold.</param>
/// <param name="topK">Only the k highest outputs of a row can be positive; null for all.</param>
/// <param name="classId">The only class that is evaluated; null for all together.</param>
public sealed class Recall(IReadOnlyList<double>? thresholds = null, int? topK = null, int? classId = null) : ThresholdMetric(thresholds, topK, classId)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    private protected override double Of(DecisionCounts counts) => counts.Recall;

    internal static Recall FromConfig(Config config) => new(
        config.GetDoubles("thresholds"), config.GetOptionalInt("top_k"), config.GetOptionalInt("class_id"));
}

/// <summary>The number of correct positive predictions; <c>keras.metrics.TruePositives</c>.</summary>
/// <param name="thresholds">Outputs above a threshold, from 0 to 1, are positive. Null means 0.5.</param>
public sealed class TruePositives(IReadOnlyList<double>? thresholds = null) : ThresholdMetric(thresholds)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    private protected override double Of(DecisionCounts counts) => counts.TruePositives;

    internal static TruePositives FromConfig(Config config) => new(config.GetDoubles("thresholds"));
}

/// <summary>The number of wrong positive predictions; <c>keras.metrics.FalsePositives</c>.</summary>
/// <param name="thresholds">Outputs above a threshold, from 0 to 1, are positive. Null means 0.5.</param>
public sealed class FalsePositives(IReadOnlyList<double>? thresholds = null) : ThresholdMetric(thresholds)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Min;

    private protected override double Of(DecisionCounts counts) => counts.FalsePositives;

    internal static FalsePositives FromConfig(Config config) => new(config.GetDoubles("thresholds"));
}

/// <summary>The number of correct negative predictions; <c>keras.metrics.TrueNegatives</c>.</summary>
/// <param name="thresholds">Outputs above a threshold, from 0 to 1, are positive. Null means 0.5.</param>
public sealed class TrueNegatives(IReadOnlyList<double>? thresholds = null) : ThresholdMetric(thresholds)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    private protected override double Of(DecisionCounts counts) => counts.TrueNegatives;

    internal static TrueNegatives FromConfig(Config config) => new(config.GetDoubles("thresholds"));
}

/// <summary>The number of wrong negative predictions; <c>keras.metrics.FalseNegatives</c>.</summary>
/// <param name="thresholds">Outputs above a threshold, from 0 to 1, are positive. Null means 0.5.</param>
public sealed class FalseNegatives(IReadOnlyList<double>? thresholds = null) : ThresholdMetric(thresholds)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Min;

    private protected override double Of(DecisionCounts counts) => counts.FalseNegatives;

    internal static FalseNegatives FromConfig(Config config) => new(config.GetDoubles("thresholds"));
}
