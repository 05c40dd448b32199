namespace Fovea;

/// <summary>How much of what was said to be so is: TP / (TP + FP), 0 where nothing was; <c>keras.metrics.Precision</c>.</summary>
/// <param name="thresholds">Above what an output says yes, from 0 to 1; null for one half, or with <paramref name="topK"/> for none.</param>
/// <param name="topK">Whether only the k greatest outputs of a row can say yes.</param>
/// <param name="classId">The only class that is looked at; null for all together.</param>
public sealed class Precision(IReadOnlyList<double>? thresholds = null, int? topK = null, int? classId = null) : ThresholdMetric(thresholds, topK, classId)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    private protected override double Of(DecisionCounts counts) => counts.Precision;

    internal static Precision FromConfig(Config config) => new(
        config.GetDoubles("thresholds"), config.GetOptionalInt("top_k"), config.GetOptionalInt("class_id"));
}

/// <summary>How much of what is so was said to be: TP / (TP + FN), 0 where nothing is; <c>keras.metrics.Recall</c>.</summary>
/// <param name="thresholds">Above what an output says yes, from 0 to 1; null for one half, or with <paramref name="topK"/> for none.</param>
/// <param name="topK">Whether only the k greatest outputs of a row can say yes.</param>
/// <param name="classId">The only class that is looked at; null for all together.</param>
public sealed class Recall(IReadOnlyList<double>? thresholds = null, int? topK = null, int? classId = null) : ThresholdMetric(thresholds, topK, classId)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    private protected override double Of(DecisionCounts counts) => counts.Recall;

    internal static Recall FromConfig(Config config) => new(
        config.GetDoubles("thresholds"), config.GetOptionalInt("top_k"), config.GetOptionalInt("class_id"));
}

/// <summary>How often yes was said rightly; <c>keras.metrics.TruePositives</c>.</summary>
/// <param name="thresholds">Above what an output says yes, from 0 to 1; null for one half.</param>
public sealed class TruePositives(IReadOnlyList<double>? thresholds = null) : ThresholdMetric(thresholds)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    private protected override double Of(DecisionCounts counts) => counts.TruePositives;

    internal static TruePositives FromConfig(Config config) => new(config.GetDoubles("thresholds"));
}

/// <summary>How often yes was said wrongly; <c>keras.metrics.FalsePositives</c>.</summary>
/// <param name="thresholds">Above what an output says yes, from 0 to 1; null for one half.</param>
public sealed class FalsePositives(IReadOnlyList<double>? thresholds = null) : ThresholdMetric(thresholds)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Min;

    private protected override double Of(DecisionCounts counts) => counts.FalsePositives;

    internal static FalsePositives FromConfig(Config config) => new(config.GetDoubles("thresholds"));
}

/// <summary>How often no was said rightly; <c>keras.metrics.TrueNegatives</c>.</summary>
/// <param name="thresholds">Above what an output says yes, from 0 to 1; null for one half.</param>
public sealed class TrueNegatives(IReadOnlyList<double>? thresholds = null) : ThresholdMetric(thresholds)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    private protected override double Of(DecisionCounts counts) => counts.TrueNegatives;

    internal static TrueNegatives FromConfig(Config config) => new(config.GetDoubles("thresholds"));
}

/// <summary>How often no was said wrongly; <c>keras.metrics.FalseNegatives</c>.</summary>
/// <param name="thresholds">Above what an output says yes, from 0 to 1; null for one half.</param>
public sealed class FalseNegatives(IReadOnlyList<double>? thresholds = null) : ThresholdMetric(thresholds)
{
    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Min;

    private protected override double Of(DecisionCounts counts) => counts.FalseNegatives;

    internal static FalseNegatives FromConfig(Config config) => new(config.GetDoubles("thresholds"));
}
