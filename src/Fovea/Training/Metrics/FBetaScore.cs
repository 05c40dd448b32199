namespace Fovea;

/// <summary>
/// (1 + β²)·P·R / (β²·P + R), in which recall R is β times as important as precision P; van Rijsbergen 1979, <c>keras.metrics.FBetaScore</c>. Keras adds 1e-7
/// to the denominators; here the score of a class that neither occurs nor is predicted is 0.
/// </summary>
public class FBetaScore : RowMetric
{
    private double[] truePositives = [];
    private double[] predicted = [];
    private double[] actual = [];

    /// <summary>Creates the metric.</summary>
    /// <param name="average">How the scores of the classes are averaged.</param>
    /// <param name="beta">β, above 0.</param>
    /// <param name="threshold">Outputs above it are positive; null if only the highest output of a row is.</param>
    /// <exception cref="ArgumentException">β is not above 0, or the threshold is not finite.</exception>
    public FBetaScore(MetricAverage average = MetricAverage.None, double beta = 1, double? threshold = null)
    {
        Average = average.Defined(GetType().Name, nameof(average));
        Beta = beta.AboveZero(GetType().Name, nameof(beta));
        Threshold = threshold?.Finite(GetType().Name, nameof(threshold));
    }

    /// <summary>How the scores of the classes are averaged.</summary>
    public MetricAverage Average { get; }

    /// <summary>How many times more important recall is than precision.</summary>
    public double Beta { get; }

    /// <summary>Outputs above it are positive; null if only the highest output of a row is.</summary>
    public double? Threshold { get; }

    /// <inheritdoc/>
    public override double Value => Average switch
    {
        MetricAverage.Micro => Score(truePositives.Sum(), predicted.Sum(), actual.Sum()),
        MetricAverage.Weighted => Share(Values.Zip(actual, (score, weight) => score * weight).Sum(), actual.Sum()),
        _ => predicted.Length == 0 ? double.NaN : Values.Average(),
    };

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Values => [.. truePositives.Select((correct, i) => Score(correct, predicted[i], actual[i]))];

    private protected sealed override double[] State
    {
        get => [.. truePositives, .. predicted, .. actual];
        set => (truePositives, predicted, actual) =
            (value[..(value.Length / 3)], value[(value.Length / 3)..(2 * value.Length / 3)], value[(2 * value.Length / 3)..]);
    }

    private protected override string DefaultName => "fbeta_score";

    /// <inheritdoc/>
    public sealed override void Reset() => truePositives = predicted = actual = [];

    /// <inheritdoc/>
    protected sealed override void Add(MetricRow row)
    {
        if (predicted.Length != row.Prediction.Length)
            (truePositives, predicted, actual) = (new double[row.Prediction.Length], new double[row.Prediction.Length], new double[row.Prediction.Length]);
        var highest = Threshold is null ? row.Prediction[row.PredictedClass] : 0;
        for (var i = 0; i < row.Prediction.Length; i++)
        {
            // A row of zeros has no positive output, as in Keras.
            var (output, target) = (row.Prediction[i], row.Weight * row.TargetOf(i));
            var yes = Threshold is { } threshold ? output > (float)threshold : output >= highest && Math.Abs(output) > 1e-9f;
            actual[i] += target;
            if (!yes) continue;
            predicted[i] += row.Weight;
            truePositives[i] += target;
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.SetAverage(Average);
        if (this is not F1Score) config.Set("beta", Beta);
        config.Set("threshold", Threshold);
    }

    /// <summary>With P = TP / predicted and R = TP / actual the formula is (1 + β²)·TP / (β²·actual + predicted).</summary>
    private double Score(double correct, double predicted, double actual)
    {
        var square = (float)Beta * (float)Beta;
        return Share((1 + square) * correct, (square * actual) + predicted);
    }

    internal static FBetaScore FromConfig(Config config) => new(
        config.GetAverage(), config.GetFloat("beta", 1), config.GetOptionalFloat("threshold"));
}

/// <summary>2·P·R / (P + R), the harmonic mean of precision and recall; <c>keras.metrics.F1Score</c>.</summary>
/// <param name="average">How the scores of the classes are averaged.</param>
/// <param name="threshold">Outputs above it are positive; null if only the highest output of a row is.</param>
public sealed class F1Score(MetricAverage average = MetricAverage.None, double? threshold = null) : FBetaScore(average, 1, threshold)
{
    private protected override string DefaultName => "f1_score";

    internal static new F1Score FromConfig(Config config) => new(config.GetAverage(), config.GetOptionalFloat("threshold"));
}
