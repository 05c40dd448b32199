namespace Fovea;

/// <summary>Counts decisions at equidistant thresholds from −1e-7 to 1 + 1e-7 and interpolates between them as Keras does.</summary>
internal sealed class ThresholdCurve : IScoreCurve
{
    private readonly float[] thresholds;
    private DecisionCounts[] counts;
    private bool hasNaN;

    public ThresholdCurve(int count)
    {
        thresholds = [.. Enumerable.Range(0, count).Select(i => (float)((double)i / (count - 1)))];
        (thresholds[0], thresholds[^1]) = (-1e-7f, 1 + 1e-7f);
        counts = new DecisionCounts[count];
    }

    public double[] State
    {
        get => [hasNaN ? 1 : 0, .. DecisionCounts.ToNumbers(counts)];
        set => (hasNaN, counts) = (value[0] == 1, DecisionCounts.FromNumbers(value[1..]));
    }

    public void Add(float score, bool isPositive, double weight)
    {
        hasNaN |= float.IsNaN(score);
        for (var i = 0; i < thresholds.Length; i++) counts[i].Add(score > thresholds[i], isPositive, weight);
    }

    public void Merge(IScoreCurve other)
    {
        var added = (ThresholdCurve)other;
        hasNaN |= added.hasNaN;
        for (var i = 0; i < counts.Length; i++) counts[i].Add(added.counts[i]);
    }

    public double Area(AucCurve curve)
    {
        var area = hasNaN ? double.NaN : 0;
        for (var i = 0; i + 1 < counts.Length; i++)
            area += curve == AucCurve.Roc ? Trapezoid(counts[i], counts[i + 1]) : BelowPrecision(counts[i], counts[i + 1]);
        return area;
    }

    private static double Trapezoid(DecisionCounts low, DecisionCounts high) =>
        ((low.FalsePositives / (low.FalsePositives + low.TrueNegatives)) - (high.FalsePositives / (high.FalsePositives + high.TrueNegatives)))
        * ((low.TruePositives / (low.TruePositives + low.FalseNegatives)) + (high.TruePositives / (high.TruePositives + high.FalseNegatives))) / 2;

    /// <summary>
    /// Between two thresholds true positives are linear in the number of positive predictions n: slope · (ΔTP + intercept · ln(n₁ / n₂)) / positives. Davis and
    /// Goadrich 2006.
    /// </summary>
    private static double BelowPrecision(DecisionCounts low, DecisionCounts high)
    {
        var (predictedLow, predictedHigh) = (low.TruePositives + low.FalsePositives, high.TruePositives + high.FalsePositives);
        var gained = low.TruePositives - high.TruePositives;
        var slope = predictedLow > predictedHigh ? gained / (predictedLow - predictedHigh) : 0;
        var intercept = high.TruePositives - (slope * predictedHigh);
        return slope * (gained + (predictedHigh > 0 ? intercept * Math.Log(predictedLow / predictedHigh) : 0)) / (high.TruePositives + high.FalseNegatives);
    }
}
