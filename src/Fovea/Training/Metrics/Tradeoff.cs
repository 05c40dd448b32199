namespace Fovea;

/// <summary>The best that one share can be where another is at least a given one, over equidistant thresholds from 0 to 1; 0 where none is.</summary>
public abstract class Tradeoff : RowMetric
{
    private readonly int? classId;
    private readonly float[] thresholds;
    private DecisionCounts[] counts;

    private protected Tradeoff(double least, string argument, int numThresholds, int? classId)
    {
        var subject = GetType().Name;
        Least = least.Within(0, 1, subject, argument);
        NumThresholds = numThresholds.AtLeast(1, subject, nameof(numThresholds));
        this.classId = classId?.AtLeast(0, subject, nameof(classId));
        thresholds = numThresholds == 1 ? [0.5f] : [.. Enumerable.Range(0, numThresholds).Select(i => (float)((double)i / (numThresholds - 1)))];
        counts = new DecisionCounts[numThresholds];
    }

    /// <summary>How many thresholds are tried.</summary>
    public int NumThresholds { get; }

    /// <inheritdoc/>
    public sealed override double Value =>
        counts.Select(Shares).Where(shares => shares.Demanded >= Least).Select(shares => shares.Wanted).DefaultIfEmpty(0).Max();

    /// <inheritdoc/>
    public sealed override MonitorMode Direction => MonitorMode.Max;

    /// <summary>What the other share must reach.</summary>
    private protected float Least { get; }

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
            for (var i = 0; i < thresholds.Length; i++) counts[i].Add(row.Prediction[output] > thresholds[i], row.Wanted(output) != 0, row.Weight);
        }
    }

    private protected abstract (double Demanded, double Wanted) Shares(DecisionCounts counts);

    private protected void WriteConfig(Config config, string argument)
    {
        config.Set("class_id", classId);
        config.Set("num_thresholds", NumThresholds);
        config.Set(argument, Least);
    }
}

/// <summary>
/// The greatest sensitivity, TP / (TP + FN), where specificity, TN / (TN + FP), is at least a given one; <c>keras.metrics.SensitivityAtSpecificity</c>.
/// </summary>
/// <param name="specificity">The least specificity, from 0 to 1.</param>
/// <param name="numThresholds">How many thresholds are tried.</param>
/// <param name="classId">The only class that is looked at; null for all together.</param>
public sealed class SensitivityAtSpecificity(double specificity, int numThresholds = 200, int? classId = null)
    : Tradeoff(specificity, nameof(specificity), numThresholds, classId)
{
    private protected override (double Demanded, double Wanted) Shares(DecisionCounts counts) => (counts.Specificity, counts.Recall);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, "specificity");

    internal static SensitivityAtSpecificity FromConfig(Config config) => new(
        config.GetFloat("specificity"), config.GetInt("num_thresholds", 200), config.GetOptionalInt("class_id"));
}

/// <summary>
/// The greatest specificity, TN / (TN + FP), where sensitivity, TP / (TP + FN), is at least a given one; <c>keras.metrics.SpecificityAtSensitivity</c>.
/// </summary>
/// <param name="sensitivity">The least sensitivity, from 0 to 1.</param>
/// <param name="numThresholds">How many thresholds are tried.</param>
/// <param name="classId">The only class that is looked at; null for all together.</param>
public sealed class SpecificityAtSensitivity(double sensitivity, int numThresholds = 200, int? classId = null)
    : Tradeoff(sensitivity, nameof(sensitivity), numThresholds, classId)
{
    private protected override (double Demanded, double Wanted) Shares(DecisionCounts counts) => (counts.Recall, counts.Specificity);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, "sensitivity");

    internal static SpecificityAtSensitivity FromConfig(Config config) => new(
        config.GetFloat("sensitivity"), config.GetInt("num_thresholds", 200), config.GetOptionalInt("class_id"));
}

/// <summary>The greatest precision where recall is at least a given one; <c>keras.metrics.PrecisionAtRecall</c>.</summary>
/// <param name="recall">The least recall, from 0 to 1.</param>
/// <param name="numThresholds">How many thresholds are tried.</param>
/// <param name="classId">The only class that is looked at; null for all together.</param>
public sealed class PrecisionAtRecall(double recall, int numThresholds = 200, int? classId = null) : Tradeoff(recall, nameof(recall), numThresholds, classId)
{
    private protected override (double Demanded, double Wanted) Shares(DecisionCounts counts) => (counts.Recall, counts.Precision);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, "recall");

    internal static PrecisionAtRecall FromConfig(Config config) => new(
        config.GetFloat("recall"), config.GetInt("num_thresholds", 200), config.GetOptionalInt("class_id"));
}

/// <summary>The greatest recall where precision is at least a given one; <c>keras.metrics.RecallAtPrecision</c>.</summary>
/// <param name="precision">The least precision, from 0 to 1.</param>
/// <param name="numThresholds">How many thresholds are tried.</param>
/// <param name="classId">The only class that is looked at; null for all together.</param>
public sealed class RecallAtPrecision(double precision, int numThresholds = 200, int? classId = null)
    : Tradeoff(precision, nameof(precision), numThresholds, classId)
{
    private protected override (double Demanded, double Wanted) Shares(DecisionCounts counts) => (counts.Precision, counts.Recall);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, "precision");

    internal static RecallAtPrecision FromConfig(Config config) => new(
        config.GetFloat("precision"), config.GetInt("num_thresholds", 200), config.GetOptionalInt("class_id"));
}
