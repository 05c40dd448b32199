using System.Globalization;

namespace Fovea;

/// <summary>
/// What a classifier of two classes achieves at each threshold: a sample is called positive if its probability of the positive class is above the threshold.
/// The usual one is 0.5. A higher threshold finds fewer of the positives, and is right more often where it finds one.
/// </summary>
public sealed class DecisionThresholds
{
    private readonly DecisionPoint[] points;

    /// <summary>Counts decisions at all thresholds that make a difference.</summary>
    /// <param name="scores">The probability of the positive class for each sample.</param>
    /// <param name="isPositive">Whether each sample is positive.</param>
    /// <exception cref="ArgumentException">The numbers differ, a score is not finite, or all samples are positive or none is.</exception>
    public DecisionThresholds(IReadOnlyList<double> scores, IReadOnlyList<bool> isPositive)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(isPositive);
        if (scores.Count != isPositive.Count)
            throw new ArgumentException(
                $"DecisionThresholds: expected as many scores as classes, {isPositive.Count}; received {scores.Count}.", nameof(scores));
        if (scores.Any(score => !double.IsFinite(score)))
            throw new ArgumentException("DecisionThresholds: expected finite scores; received others.", nameof(scores));
        Positives = isPositive.Count(positive => positive);
        Negatives = isPositive.Count - Positives;
        if (Positives == 0 || Negatives == 0)
            throw new ArgumentException(
                $"DecisionThresholds: expected samples of both classes; received {Positives} positive and {Negatives} negative ones.", nameof(isPositive));
        points = CountAll([.. scores.Zip(isPositive).OrderByDescending(sample => sample.First)]);
    }

    /// <summary>The number of positive samples.</summary>
    public int Positives { get; }

    /// <summary>The number of negative samples.</summary>
    public int Negatives { get; }

    /// <summary>
    /// A point for each set of decisions, by ascending threshold, from all samples positive to the fewest. Each threshold is halfway between two scores.
    /// </summary>
    public IReadOnlyList<DecisionPoint> Points => points;

    /// <summary>The point of the highest F1 score, the one with the highest threshold if there are several.</summary>
    public DecisionPoint BestF1 => points.Aggregate((best, point) => point.F1 >= best.F1 ? point : best);

    /// <summary>Uses the probabilities of a class of two.</summary>
    /// <param name="predictions">Predictions of two classes.</param>
    /// <param name="positiveClass">The number of the positive class.</param>
    /// <exception cref="ArgumentException">There are more than two classes, or samples of only one.</exception>
    public static DecisionThresholds Of(ClassPredictions predictions, int positiveClass = 1)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.ClassNames.Count != 2)
            throw new ArgumentException(
                $"DecisionThresholds: expected predictions of two classes; received {predictions.ClassNames.Count}.", nameof(predictions));
        if (positiveClass is not (0 or 1))
            throw new ArgumentOutOfRangeException(nameof(positiveClass), $"DecisionThresholds: expected class 0 or 1; received {positiveClass}.");
        var samples = Enumerable.Range(0, predictions.Count);
        return new DecisionThresholds(
            [.. samples.Select(sample => predictions.Probabilities(sample)[positiveClass])],
            [.. samples.Select(sample => predictions.Actual(sample) == positiveClass)]);
    }

    /// <summary>What a threshold achieves.</summary>
    /// <param name="threshold">The threshold.</param>
    public DecisionPoint At(double threshold)
    {
        // Between two neighboring thresholds there is one score: the decisions change there, and not at the thresholds.
        var index = Array.FindIndex(points, point => point.NextScore > threshold);
        var counted = index >= 0 ? points[index] : new DecisionPoint(threshold, 0, 0, Positives, Negatives);
        return counted with { Threshold = threshold };
    }

    /// <summary>The point of the highest recall among those whose precision is high enough; null if there is none.</summary>
    /// <param name="precision">The lowest precision that is wanted, from 0 to 1.</param>
    public DecisionPoint? ForPrecision(double precision) => points.Where(point => point.Precision >= Wanted(precision, nameof(precision)))
        .OrderByDescending(point => point.Recall).ThenByDescending(point => point.Precision).FirstOrDefault();

    /// <summary>The point of the highest precision among those whose recall is high enough; null if there is none.</summary>
    /// <param name="recall">The lowest recall that is wanted, from 0 to 1.</param>
    public DecisionPoint? ForRecall(double recall) => points.Where(point => point.Recall >= Wanted(recall, nameof(recall)))
        .OrderByDescending(point => point.Precision).ThenByDescending(point => point.Recall).FirstOrDefault();

    private static double Wanted(double share, string name) => share is >= 0 and <= 1
        ? share
        : throw new ArgumentOutOfRangeException(
            name, string.Create(CultureInfo.InvariantCulture, $"DecisionThresholds: expected a {name} from 0 to 1; received {share}."));

    private DecisionPoint[] CountAll((double Score, bool IsPositive)[] descending)
    {
        var found = new List<DecisionPoint>();
        var (right, wrong) = (0, 0);
        for (var i = 0; i < descending.Length; i++)
        {
            if (descending[i].IsPositive) right++;
            else wrong++;
            if (i + 1 < descending.Length && descending[i + 1].Score == descending[i].Score) continue;
            var score = descending[i].Score;
            var threshold = i + 1 < descending.Length ? Between(descending[i + 1].Score, score) : score > 0 ? score / 2 : Math.BitDecrement(score);
            found.Add(new DecisionPoint(threshold, right, wrong, Positives - right, Negatives - wrong) { NextScore = score });
        }

        found.Reverse();
        return [.. found];
    }

    /// <summary>A value from the lower score on, and below the higher one.</summary>
    private static double Between(double low, double high) => low + ((high - low) / 2) is var middle && middle < high ? middle : low;
}

/// <summary>The decisions at a threshold.</summary>
/// <param name="Threshold">Samples with a score above it are called positive.</param>
/// <param name="TruePositives">The number of positives that were found.</param>
/// <param name="FalsePositives">The number of negatives that were called positive.</param>
/// <param name="FalseNegatives">The number of positives that were missed.</param>
/// <param name="TrueNegatives">The number of negatives that were called so.</param>
public sealed record DecisionPoint(double Threshold, int TruePositives, int FalsePositives, int FalseNegatives, int TrueNegatives)
{
    /// <summary>The share of correct ones among those called positive; 1 if there are none, as in <c>sklearn.metrics.precision_recall_curve</c>.</summary>
    public double Precision => TruePositives + FalsePositives == 0 ? 1 : (double)TruePositives / (TruePositives + FalsePositives);

    /// <summary>The share of the positives that were found, also called sensitivity.</summary>
    public double Recall => (double)TruePositives / (TruePositives + FalseNegatives);

    /// <summary>The share of the negatives that were called so.</summary>
    public double Specificity => (double)TrueNegatives / (TrueNegatives + FalsePositives);

    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1 => 2.0 * TruePositives / ((2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>The share of correct decisions.</summary>
    public double Accuracy => (double)(TruePositives + TrueNegatives) / (TruePositives + FalsePositives + FalseNegatives + TrueNegatives);

    /// <summary>The lowest score that is called positive.</summary>
    internal double NextScore { get; init; }
}
