namespace Fovea;

/// <summary>
/// The highest value of one rate, among the thresholds at which another rate reaches a minimum; 0 if there is no such threshold. The thresholds are equidistant
/// from 0 to 1.
/// </summary>
public abstract class Tradeoff : RowMetric
{
    private readonly int? classId;
    private readonly float[] thresholds;
    private DecisionCounts[] counts;

    private protected Tradeoff(double minimum, string argument, int numThresholds, int? classId)
    {
        var subject = GetType().Name;
        Minimum = minimum.Within(0, 1, subject, argument);
        NumThresholds = numThresholds.AtLeast(1, subject, nameof(numThresholds));
        this.classId = classId?.AtLeast(0, subject, nameof(classId));
        thresholds = numThresholds == 1 ? [0.5f] : [.. Enumerable.Range(0, numThresholds).Select(i => (float)((double)i / (numThresholds - 1)))];
        counts = new DecisionCounts[numThresholds];
    }

    /// <summary>The number of thresholds.</summary>
    public int NumThresholds { get; }

    /// <inheritdoc/>
    public sealed override double Value =>
        counts.Select(Rates).Where(rates => rates.Bounded >= (float)Minimum).Select(rates => rates.Maximized).DefaultIfEmpty(0).Max();

    /// <inheritdoc/>
    public sealed override MonitorMode Direction => MonitorMode.Max;

    /// <summary>The minimum of the other rate.</summary>
    private protected double Minimum { get; }

    private protected sealed override double[] State
    {
        get => DecisionCounts.ToNumbers(counts);
        set => counts = DecisionCounts.FromNumbers(value);
    }

    /// <inheritdoc/>
    public sealed override void Reset() => counts = new DecisionCounts[thresholds.Length];

    /// <inheritdoc/>
    protected sealed override void Add(MetricRow row)
    {
        for (var output = classId ?? 0; output <= (classId ?? row.Prediction.Length - 1); output++)
        {
            for (var i = 0; i < thresholds.Length; i++) counts[i].Add(row.Prediction[output] > thresholds[i], row.TargetOf(output) != 0, row.Weight);
        }
    }

    private protected abstract (double Bounded, double Maximized) Rates(DecisionCounts counts);

    private protected void WriteConfig(Config config, string argument)
    {
        config.Set("class_id", classId);
        config.Set("num_thresholds", NumThresholds);
        config.Set(argument, Minimum);
    }
}

/// <summary>
/// The highest sensitivity, TP / (TP + FN), at a minimum specificity, TN / (TN + FP); <c>keras.metrics.SensitivityAtSpecificity</c>.
/// </summary>
/// <param name="specificity">The minimum specificity, from 0 to 1.</param>
/// <param name="numThresholds">The number of thresholds.</param>
/// <param name="classId">The only class that is evaluated; null for all together.</param>
public sealed class SensitivityAtSpecificity(double specificity, int numThresholds = 200, int? classId = null)
    : Tradeoff(specificity, nameof(specificity), numThresholds, classId)
{
    private protected override (double Bounded, double Maximized) Rates(DecisionCounts counts) => (counts.Specificity, counts.Recall);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, "specificity");

    internal static SensitivityAtSpecificity FromConfig(Config config) => new(
        config.GetFloat("specificity"), config.GetInt("num_thresholds", 200), config.GetOptionalInt("class_id"));
}

/// <summary>
/// The highest specificity, TN / (TN + FP), at a minimum sensitivity, TP / (TP + FN); <c>keras.metrics.SpecificityAtSensitivity</c>.
/// </summary>
/// <param name="sensitivity">The minimum sensitivity, from 0 to 1.</param>
/// <param name="numThresholds">The number of thresholds.</param>
/// <param name="classId">The only class that is evaluated; null for all together.</param>
public sealed class SpecificityAtSensitivity(double sensitivity, int numThresholds = 200, int? classId = null)
    : Tradeoff(sensitivity, nameof(sensitivity), numThresholds, classId)
{
    private protected override (double Bounded, double Maximized) Rates(DecisionCounts counts) => (counts.Recall, counts.Specificity);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, "sensitivity");

    internal static SpecificityAtSensitivity FromConfig(Config config) => new(
        config.GetFloat("sensitivity"), config.GetInt("num_thresholds", 200), config.GetOptionalInt("class_id"));
}

/// <summary>The highest precision at a minimum recall; <c>keras.metrics.PrecisionAtRecall</c>.</summary>
/// <param name="recall">The minimum recall, from 0 to 1.</param>
/// <param name="numThresholds">The number of thresholds.</param>
/// <param name="classId">The only class that is evaluated; null for all together.</param>
public sealed class PrecisionAtRecall(double recall, int numThresholds = 200, int? classId = null) : Tradeoff(recall, nameof(recall), numThresholds, classId)
{
    private protected override (double Bounded, double Maximized) Rates(DecisionCounts counts) => (counts.Recall, counts.Precision);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, "recall");

    internal static PrecisionAtRecall FromConfig(Config config) => new(
        config.GetFloat("recall"), config.GetInt("num_thresholds", 200), config.GetOptionalInt("class_id"));
}

/// <summary>The highest recall at a minimum precision; <c>keras.metrics.RecallAtPrecision</c>.</summary>
/// <param name="precision">The minimum precision, from 0 to 1.</param>
/// <param name="numThresholds">The number of thresholds.</param>
/// <param name="classId">The only class that is evaluated; null for all together.</param>
public sealed class RecallAtPrecision(double precision, int numThresholds = 200, int? classId = null)
    : Tradeoff(precision, nameof(precision), numThresholds, classId)
{
    private protected override (double Bounded, double Maximized) Rates(DecisionCounts counts) => (counts.Precision, counts.Recall);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, "precision");

    internal static RecallAtPrecision FromConfig(Config config) => new(
        config.GetFloat("precision"), config.GetInt("num_thresholds", 200), config.GetOptionalInt("class_id"));
}
