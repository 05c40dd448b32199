namespace Fovea;

/// <summary>
/// (1 + β²)·P·R / (β²·P + R), in which recall R counts β times as much as precision P; van Rijsbergen 1979, <c>keras.metrics.FBetaScore</c>, but without the
/// 1e-7
/// that Keras adds to denominators: 0 where a class neither occurs nor was said.
/// </summary>
public class FBetaScore : RowMetric
{
    private double[] truePositives = [];
    private double[] said = [];
    private double[] wanted = [];

    /// <summary>Makes a score.</summary>
    /// <param name="average">How the scores of the classes become one.</param>
    /// <param name="beta">β, above 0.</param>
    /// <param name="threshold">Above what an output says yes; null where the greatest of a row does.</param>
    /// <exception cref="ArgumentException">β is not above 0, or the threshold is no number.</exception>
    public FBetaScore(MetricAverage average = MetricAverage.None, double beta = 1, double? threshold = null)
    {
        Average = average.Defined(GetType().Name, nameof(average));
        Beta = beta.AboveZero(GetType().Name, nameof(beta));
        Threshold = threshold?.Finite(GetType().Name, nameof(threshold));
    }

    /// <summary>How the scores of the classes become one.</summary>
    public MetricAverage Average { get; }

    /// <summary>How much more recall counts than precision.</summary>
    public float Beta { get; }

    /// <summary>Above what an output says yes; null where the greatest of a row does.</summary>
    public float? Threshold { get; }

    /// <inheritdoc/>
    public override double Value => Average switch
    {
        MetricAverage.Micro => Score(truePositives.Sum(), said.Sum(), wanted.Sum()),
        MetricAverage.Weighted => Share(Values.Zip(wanted, (score, weight) => score * weight).Sum(), wanted.Sum()),
        _ => said.Length == 0 ? double.NaN : Values.Average(),
    };

    /// <inheritdoc/>
    public override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Values => [.. truePositives.Select((right, i) => Score(right, said[i], wanted[i]))];

    private protected sealed override double[] State
    {
        get => [.. truePositives, .. said, .. wanted];
        set => (truePositives, said, wanted) =
            (value[..(value.Length / 3)], value[(value.Length / 3)..(2 * value.Length / 3)], value[(2 * value.Length / 3)..]);
    }

    private protected override string DefaultName => "fbeta_score";

    /// <inheritdoc/>
    public sealed override void Reset() => truePositives = said = wanted = [];

    /// <inheritdoc/>
    protected sealed override void Add(MetricRow row)
    {
        if (said.Length != row.Prediction.Length)
            (truePositives, said, wanted) = (new double[row.Prediction.Length], new double[row.Prediction.Length], new double[row.Prediction.Length]);
        var greatest = Threshold is null ? row.Prediction[row.Predicted] : 0;
        for (var i = 0; i < row.Prediction.Length; i++)
        {
            // A row of zeros says nothing, as in Keras.
            var (output, target) = (row.Prediction[i], row.Weight * row.Wanted(i));
            var yes = Threshold is { } threshold ? output > threshold : output >= greatest && Math.Abs(output) > 1e-9f;
            wanted[i] += target;
            if (!yes) continue;
            said[i] += row.Weight;
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

    /// <summary>With P = TP / said and R = TP / wanted the formula is (1 + β²)·TP / (β²·wanted + said).</summary>
    private double Score(double right, double said, double wanted) => Share((1 + (Beta * Beta)) * right, (Beta * Beta * wanted) + said);

    internal static FBetaScore FromConfig(Config config) => new(
        config.GetAverage(), config.GetFloat("beta", 1), config.GetOptionalFloat("threshold"));
}

/// <summary>2·P·R / (P + R), the harmonic mean of precision and recall; <c>keras.metrics.F1Score</c>.</summary>
/// <param name="average">How the scores of the classes become one.</param>
/// <param name="threshold">Above what an output says yes; null where the greatest of a row does.</param>
public sealed class F1Score(MetricAverage average = MetricAverage.None, double? threshold = null) : FBetaScore(average, 1, threshold)
{
    private protected override string DefaultName => "f1_score";

    internal static new F1Score FromConfig(Config config) => new(config.GetAverage(), config.GetOptionalFloat("threshold"));
}
