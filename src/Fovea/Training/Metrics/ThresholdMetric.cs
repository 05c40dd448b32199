namespace Fovea.Extending;

/// <summary>
/// A metric of binary decisions by thresholds: an output above a threshold is positive, and so is a target that is not 0. A class number as target is positive
/// for its class. <see cref="Metric.Values"/> has one number for each threshold.
/// </summary>
public abstract class ThresholdMetric : RowMetric
{
    private readonly float[] thresholds;
    private readonly int? topK;
    private readonly int? classId;
    private DecisionCounts[] counts;

    private protected ThresholdMetric(IReadOnlyList<double>? thresholds, int? topK = null, int? classId = null)
    {
        var subject = GetType().Name;
        if (thresholds is { Count: 0 }) throw ArgumentRules.Wrong(subject, nameof(thresholds), $"at least one", "none");
        foreach (var threshold in thresholds ?? []) threshold.Within(0, 1, subject, nameof(thresholds));
        topK?.AtLeast(1, subject, nameof(topK));
        classId?.AtLeast(0, subject, nameof(classId));
        Thresholds = thresholds is null ? null : [.. thresholds.Select(threshold => (float)threshold)];
        (this.topK, this.classId) = (topK, classId);
        this.thresholds = Thresholds is not null ? [.. Thresholds] : topK is null ? [0.5f] : [float.NegativeInfinity];
        counts = new DecisionCounts[this.thresholds.Length];
    }

    /// <summary>The thresholds; null for 0.5, or for no threshold with top k.</summary>
    public IReadOnlyList<float>? Thresholds { get; }

    /// <inheritdoc/>
    public override double Value => Values.Average();

    /// <inheritdoc/>
    public override IReadOnlyList<double> Values => Array.ConvertAll(counts, Of);

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
        if (classId >= row.Prediction.Length)
            throw new ArgumentException($"{Name}: expected a class from 0 to {row.Prediction.Length - 1}; received classId {classId}.");
        for (var output = classId ?? 0; output <= (classId ?? row.Prediction.Length - 1); output++)
        {
            var value = topK is { } k && !row.IsInTop(k, output) ? float.NegativeInfinity : row.Prediction[output];
            var actual = row.TargetOf(output) != 0;
            for (var i = 0; i < thresholds.Length; i++) counts[i].Add(value > thresholds[i], actual, row.Weight);
        }
    }

    /// <summary>Computes the value at one threshold.</summary>
    private protected abstract double Of(DecisionCounts counts);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("thresholds", Thresholds is null ? null : [.. Thresholds], [Thresholds?.Count ?? 1]);
        if (this is not (Precision or Recall)) return;
        config.Set("top_k", topK);
        config.Set("class_id", classId);
    }
}
