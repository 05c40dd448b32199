using System.Globalization;
using System.Text;

namespace Fovea;

/// <summary>
/// Precision, recall, F1 and average precision of each label at its threshold, and their means, from <see cref="LabelPredictions"/>. The values are those of
/// scikit-learn; a ratio whose denominator is 0 is 0.
/// </summary>
public sealed class LabelReport
{
    /// <summary>Creates the report of predictions.</summary>
    /// <param name="predictions">The predictions.</param>
    /// <param name="thresholds">The threshold of each label: it applies where its probability is above it. None for 0.5 each.</param>
    /// <exception cref="ArgumentException">There is another number of thresholds than of labels.</exception>
    public LabelReport(LabelPredictions predictions, IReadOnlyList<double>? thresholds = null)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var names = predictions.LabelNames;
        double[] limits = thresholds is { Count: > 0 } ? [.. thresholds] : [.. names.Select(_ => LabelPredictions.DefaultThreshold)];
        if (limits.Length != names.Count)
            throw new ArgumentException($"LabelReport: expected {names.Count} thresholds; received {limits.Length}.", nameof(thresholds));
        Labels = [.. names.Select((_, label) => Of(predictions, label, limits[label]))];
        var (hits, called, positives) = (Labels.Sum(label => label.TruePositives), Labels.Sum(label => label.Predicted), Labels.Sum(label => label.Support));
        MicroPrecision = Share(hits, called);
        MicroRecall = Share(hits, positives);
        MicroF1 = Share(2 * hits, called + positives);
        ExactMatch = predictions.Count == 0 ? double.NaN : (double)Enumerable.Range(0, predictions.Count).Count(IsExact) / predictions.Count;
        Count = predictions.Count;

        bool IsExact(int sample) =>
            Enumerable.Range(0, names.Count).All(label => predictions.Actual(sample)[label] == predictions.Probabilities(sample)[label] > limits[label]);
    }

    /// <summary>The scores of each label.</summary>
    public IReadOnlyList<LabelScores> Labels { get; }

    /// <summary>The number of samples.</summary>
    public int Count { get; }

    /// <summary>The precision of the decisions about all labels together.</summary>
    public double MicroPrecision { get; }

    /// <summary>The recall of the decisions about all labels together.</summary>
    public double MicroRecall { get; }

    /// <summary>The F1 score of the decisions about all labels together.</summary>
    public double MicroF1 { get; }

    /// <summary>The mean precision of the labels.</summary>
    public double MacroPrecision => Labels.Average(label => label.Precision);

    /// <summary>The mean recall of the labels.</summary>
    public double MacroRecall => Labels.Average(label => label.Recall);

    /// <summary>The mean F1 score of the labels.</summary>
    public double MacroF1 => Labels.Average(label => label.F1);

    /// <summary>The mean average precision of the labels that occur; NaN if none does. It does not depend on the thresholds.</summary>
    public double MeanAveragePrecision =>
        Labels.Select(label => label.AveragePrecision).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The share of the samples whose labels are all right, also called subset accuracy; NaN without samples.</summary>
    public double ExactMatch { get; }

    /// <summary>The table: a row for each label, then the means.</summary>
    public override string ToString()
    {
        var width = Math.Max("micro avg".Length, Labels.Max(label => label.Name.Length));
        var text = new StringBuilder().Append(' ', width).Append("  threshold  precision    recall  f1-score   avg-prec   support\n\n");
        foreach (var label in Labels)
            Append(label.Name, Print(label.Threshold), label.Precision, label.Recall, label.F1, label.AveragePrecision, label.Support);
        text.Append('\n');
        Append("micro avg", "", MicroPrecision, MicroRecall, MicroF1, double.NaN, Labels.Sum(label => label.Support));
        Append("macro avg", "", MacroPrecision, MacroRecall, MacroF1, MeanAveragePrecision, Labels.Sum(label => label.Support));
        return text.ToString();

        void Append(string name, string threshold, double precision, double recall, double f1, double average, int support) => text
            .Append(name.PadLeft(width)).Append(threshold.PadLeft(11)).Append(Print(precision).PadLeft(11)).Append(Print(recall).PadLeft(10))
            .Append(Print(f1).PadLeft(10)).Append(Print(average).PadLeft(11))
            .Append(support.ToString(CultureInfo.InvariantCulture).PadLeft(10)).Append('\n');
    }

    private static LabelScores Of(LabelPredictions predictions, int label, double threshold)
    {
        var (hits, called, positives) = (0, 0, predictions.Positives(label));
        for (var sample = 0; sample < predictions.Count; sample++)
        {
            if (!(predictions.Probabilities(sample)[label] > threshold)) continue;
            called++;
            if (predictions.Actual(sample)[label]) hits++;
        }

        return new LabelScores(predictions.LabelNames[label], threshold, hits, called, positives)
        {
            AveragePrecision = predictions.Decisions(label) is { } decisions ? AveragePrecisionOf(decisions) : positives > 0 ? 1 : double.NaN,
        };
    }

    /// <summary>Σ (gain of recall · precision) over the thresholds from the highest to the lowest.</summary>
    private static double AveragePrecisionOf(DecisionThresholds decisions)
    {
        var (sum, recall) = (0.0, 0.0);
        foreach (var point in decisions.Points.Reverse())
        {
            sum += (point.Recall - recall) * point.Precision;
            recall = point.Recall;
        }

        return sum;
    }

    private static string Print(double value) => double.IsFinite(value) ? value.ToString("F2", CultureInfo.InvariantCulture) : "";

    private static double Share(double part, int whole) => whole == 0 ? 0 : part / whole;
}

/// <summary>The scores of one label of several.</summary>
/// <param name="Name">The label.</param>
/// <param name="Threshold">The label applies where its probability is above it.</param>
/// <param name="TruePositives">The number of samples that have the label and were given it.</param>
/// <param name="Predicted">The number of samples that were given the label.</param>
/// <param name="Support">The number of samples that have the label.</param>
public sealed record LabelScores(string Name, double Threshold, int TruePositives, int Predicted, int Support)
{
    /// <summary>The share of right ones among the samples that were given the label; 0 if there are none.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)TruePositives / Predicted;

    /// <summary>The share of the samples with the label that were given it; 0 if there are none.</summary>
    public double Recall => Support == 0 ? 0 : (double)TruePositives / Support;

    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1 => Predicted + Support == 0 ? 0 : 2.0 * TruePositives / (Predicted + Support);

    /// <summary>
    /// The area under the curve of precision against recall, as <c>sklearn.metrics.average_precision_score</c>; NaN if no sample has the label.
    /// </summary>
    public double AveragePrecision { get; init; }
}
