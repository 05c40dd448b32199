namespace Fovea;

/// <summary>
/// The share of the targets' variance that predictions explain: 1 − Σ (t − p)² / Σ (t − mean t)² for each output, at most 1;
/// <c>keras.metrics.R2Score</c>. If all targets are equal it is 0, or NaN if the predictions equal them.
/// </summary>
/// <param name="classAggregation">How the scores of the outputs are averaged: uniformly, or weighted by variance.</param>
/// <param name="numRegressors">The number of independent variables for the adjusted score; 0 for the plain score.</param>
public sealed class R2Score(R2Aggregation classAggregation = R2Aggregation.UniformAverage, int numRegressors = 0) : RowMetric
{
    private double[] weights = [];
    private double[] sums = [];
    private double[] squares = [];
    private double[] errors = [];
    private int rows;

    /// <summary>How the scores of the outputs are averaged.</summary>
    public R2Aggregation ClassAggregation { get; } = classAggregation.Defined("R2Score", nameof(classAggregation));

    /// <summary>The number of independent variables for the adjusted score.</summary>
    public int NumRegressors { get; } = numRegressors.AtLeast(0, "R2Score", nameof(numRegressors));

    /// <inheritdoc/>
    public override double Value
    {
        get
        {
            if (sums.Length == 0) return double.NaN;
            var score = ClassAggregation == R2Aggregation.UniformAverage
                ? Values.Average()
                : Values.Select((value, i) => value * Variation(i)).Sum() / Enumerable.Range(0, sums.Length).Sum(Variation);
            return NumRegressors == 0 || NumRegressors >= rows - 1 ? score : 1 - ((1 - score) * (rows - 1) / (rows - NumRegressors - 1));
        }
    }

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Values =>
        [.. errors.Select((error, i) => 1 - (error / Variation(i))).Select(score => double.IsInfinity(score) ? 0 : score)];

    private protected override double[] State
    {
        get => [rows, .. weights, .. sums, .. squares, .. errors];
        set
        {
            var n = value.Length / 4;
            (rows, weights, sums, squares, errors) =
                ((int)value[0], value[1..(n + 1)], value[(n + 1)..((2 * n) + 1)], value[((2 * n) + 1)..((3 * n) + 1)], value[((3 * n) + 1)..]);
        }
    }

    /// <inheritdoc/>
    public override void Reset() => (weights, sums, squares, errors, rows) = ([], [], [], [], 0);

    /// <inheritdoc/>
    protected override void Add(MetricRow row)
    {
        var outputs = row.Prediction.Length;
        if (sums.Length != outputs) (weights, sums, squares, errors) = (new double[outputs], new double[outputs], new double[outputs], new double[outputs]);
        if (row.Weight != 0) rows++;
        for (var i = 0; i < outputs; i++)
        {
            double target = row.TargetOf(i), error = target - row.Prediction[i];
            weights[i] += row.Weight;
            sums[i] += row.Weight * target;
            squares[i] += row.Weight * target * target;
            errors[i] += row.Weight * error * error;
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("class_aggregation", ClassAggregation == R2Aggregation.UniformAverage ? "uniform_average" : "variance_weighted_average");
        config.Set("num_regressors", NumRegressors);
    }

    private double Variation(int output) => squares[output] - (sums[output] * sums[output] / weights[output]);

    internal static R2Score FromConfig(Config config) => new(
        config.GetChoice(
            "class_aggregation", R2Aggregation.UniformAverage,
            ("uniform_average", R2Aggregation.UniformAverage), ("variance_weighted_average", R2Aggregation.VarianceWeightedAverage)),
        config.GetInt("num_regressors", 0));
}

/// <summary>How the scores of several outputs are averaged.</summary>
public enum R2Aggregation
{
    /// <summary>Their mean.</summary>
    UniformAverage,

    /// <summary>Their mean, weighted by the variance of the targets.</summary>
    VarianceWeightedAverage,
}
