namespace Fovea;

/// <summary>
/// The area under the ROC or the precision-recall curve; <c>keras.metrics.AUC</c>. It is exact, whereas Keras approximates it by 200 thresholds. The area
/// under the ROC is the probability that a positive scores higher than a negative, with ½ for equal scores (Hanley and McNeil 1982), as scikit-learn's
/// <c>roc_auc_score</c>. The area under the precision-recall curve is the sum of precision times the gain of recall, as <c>average_precision_score</c>.
/// </summary>
/// <remarks>
/// The exact area needs all scores: 16 bytes for each output of the epoch. With <see cref="NumThresholds"/> decisions are counted at Keras' thresholds and
/// interpolated as in Keras, in constant memory. The area is NaN without positives, for the ROC also without negatives, and if a score is NaN.
/// </remarks>
/// <param name="curve">The curve.</param>
public sealed class Auc(AucCurve curve = AucCurve.Roc) : RowMetric
{
    /// <summary>Keras' default. Files with it are read as the exact area.</summary>
    internal const int KerasThresholds = 200;

    private List<IScoreCurve> curves = [];

    /// <summary>The curve.</summary>
    public AucCurve Curve { get; } = curve.Defined("Auc", nameof(curve));

    /// <summary>The number of thresholds from 0 to 1, at least 2; Keras' <c>num_thresholds</c>. Null, the default, for the exact area.</summary>
    public int? NumThresholds { get; init => field = value?.AtLeast(2, "Auc", nameof(NumThresholds)); }

    /// <summary>Whether each output has a separate area, of which <see cref="Value"/> is the mean. Otherwise all outputs form one set of decisions.</summary>
    public bool MultiLabel { get; init; }

    /// <summary>Whether outputs are logits, which matters only with thresholds.</summary>
    public bool FromLogits { get; init; }

    /// <inheritdoc/>
    public override double Value => curves.Count == 0 ? double.NaN : Values.Average();

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Values => [.. curves.Select(scores => scores.Area(Curve))];

    /// <summary>For each curve the count of its numbers, then the numbers.</summary>
    private protected override double[] State
    {
        get => [.. curves.SelectMany(scores => (double[])[scores.State.Length, .. scores.State])];
        set
        {
            curves = [];
            for (var place = 0; place < value.Length; place += (int)value[place] + 1)
            {
                curves.Add(Begin());
                curves[^1].State = value[(place + 1)..(place + 1 + (int)value[place])];
            }
        }
    }

    /// <inheritdoc/>
    public override void Reset() => curves = [];

    /// <inheritdoc/>
    protected override void Add(MetricRow row)
    {
        while (curves.Count < (MultiLabel ? row.Prediction.Length : 1)) curves.Add(Begin());
        for (var i = 0; i < row.Prediction.Length; i++)
        {
            var score = FromLogits && NumThresholds is not null ? 1 / (1 + MathF.Exp(-row.Prediction[i])) : row.Prediction[i];
            curves[MultiLabel ? i : 0].Add(score, row.TargetOf(i) != 0, row.Weight);
        }
    }

    private IScoreCurve Begin() => NumThresholds is { } count ? new ThresholdCurve(count) : new ExactCurve();

    private protected override string ClassName => "AUC";

    private protected override string Settings => $"{(NumThresholds is null ? "exact " : "")}{base.Settings}";

    /// <summary>Adds the scores of each curve.</summary>
    private protected override void AddState(Metric other)
    {
        var added = ((Auc)other).curves;
        if (curves.Count > 0 && added.Count > 0 && curves.Count != added.Count)
            throw new ArgumentException($"{Name}: expected samples with the same number of outputs as before; received others.", nameof(other));
        while (curves.Count < added.Count) curves.Add(Begin());
        for (var i = 0; i < added.Count; i++) curves[i].Merge(added[i]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("num_thresholds", NumThresholds ?? KerasThresholds);
        config.Set("curve", Curve == AucCurve.Roc ? "ROC" : "PR");
        config.Set("summation_method", "interpolation");
        config.Set("multi_label", MultiLabel);
        config.SetNull("num_labels", "label_weights");
        config.Set("from_logits", FromLogits);
    }

    internal static Auc FromConfig(Config config)
    {
        config.Require("summation_method", "interpolation");
        if (config.Find("thresholds") is not null || config.Find("label_weights") is not null)
            throw new ArgumentException("Auc: thresholds and weights of labels are not supported.");
        _ = config.Find("num_labels");
        var thresholds = config.GetInt("num_thresholds", KerasThresholds);
        return new Auc(config.GetChoice(
            "curve", AucCurve.Roc, ("ROC", AucCurve.Roc), ("roc", AucCurve.Roc), ("PR", AucCurve.PrecisionRecall), ("pr", AucCurve.PrecisionRecall)))
        {
            NumThresholds = thresholds == KerasThresholds ? null : thresholds,
            MultiLabel = config.GetBool("multi_label", false),
            FromLogits = config.GetBool("from_logits", false),
        };
    }
}

/// <summary>Scores of positives and negatives, and the area under their curve.</summary>
internal interface IScoreCurve
{
    /// <summary>The accumulated state, as numbers.</summary>
    double[] State { get; set; }

    void Add(float score, bool isPositive, double weight);

    /// <summary>Adds the scores of another curve of the same kind after these.</summary>
    void Merge(IScoreCurve other);

    double Area(AucCurve curve);
}
