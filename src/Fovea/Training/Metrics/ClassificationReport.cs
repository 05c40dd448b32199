using System.Globalization;
using System.Text;

namespace Fovea;

/// <summary>
/// Precision, recall and F1 score of each class and their means, from a <see cref="ConfusionMatrix"/>. Its text is that of
/// <c>sklearn.metrics.classification_report</c>. A ratio whose denominator is 0 is 0.
/// </summary>
public sealed class ClassificationReport
{
    private const int Digits = 2;

    /// <summary>Creates the report of a confusion matrix.</summary>
    /// <param name="matrix">The confusion matrix.</param>
    public ClassificationReport(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Classes = [.. matrix.ClassNames.Select((name, label) => Of(matrix, name, label))];
        Accuracy = matrix.Count == 0 ? 0 : matrix.Accuracy;
        MacroAverage = Mean("macro avg", _ => 1);
        WeightedAverage = Mean("weighted avg", scores => scores.Support);
    }

    /// <summary>The scores of each class, by class number.</summary>
    public IReadOnlyList<ClassScores> Classes { get; }

    /// <summary>The share of correct predictions, from 0 to 1.</summary>
    public double Accuracy { get; }

    /// <summary>The means over the classes.</summary>
    public ClassScores MacroAverage { get; }

    /// <summary>The means over the classes, weighted by their number of samples.</summary>
    public ClassScores WeightedAverage { get; }

    /// <summary>The table: a row for each class, then accuracy and means.</summary>
    public override string ToString()
    {
        var width = Math.Max(WeightedAverage.Name.Length, Classes.Max(scores => scores.Name.Length));
        var text = new StringBuilder().Append(' ', width).Append("  precision    recall  f1-score   support\n\n");
        foreach (var scores in Classes) Append(scores);
        text.Append('\n').Append("accuracy".PadLeft(width)).Append(' ', 21).Append(Print(Accuracy)).Append(Count(MacroAverage.Support)).Append('\n');
        Append(MacroAverage);
        Append(WeightedAverage);
        return text.ToString();

        void Append(ClassScores scores) => text.Append(scores.Name.PadLeft(width)).Append(' ')
            .Append(Print(scores.Precision)).Append(Print(scores.Recall)).Append(Print(scores.F1)).Append(Count(scores.Support)).Append('\n');
    }

    private static ClassScores Of(ConfusionMatrix matrix, string name, int label)
    {
        double right = matrix[label, label];
        int predicted = matrix.Predicted(label), support = matrix.Actual(label);
        return new ClassScores(name, Share(right, predicted), Share(right, support), Share(2 * right, predicted + support), support)
        {
            PrecisionInterval = WilsonInterval.Of((long)right, predicted),
            RecallInterval = WilsonInterval.Of((long)right, support),
        };
    }

    private static double Share(double part, int whole) => whole == 0 ? 0 : part / whole;

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(10);

    /// <summary>Two decimals as Python prints them: a value exactly between two, such as 0.125, is rounded to the even digit.</summary>
    private static string Print(double share)
    {
        var isBetween = share * 8 == Math.Floor(share * 8);
        return (isBetween ? Math.Round(share, Digits, MidpointRounding.ToEven) : share).ToString("F2", CultureInfo.InvariantCulture).PadLeft(10);
    }

    private ClassScores Mean(string name, Func<ClassScores, double> weight)
    {
        var total = Classes.Sum(weight);
        return new ClassScores(
            name, Mean(scores => scores.Precision), Mean(scores => scores.Recall), Mean(scores => scores.F1), Classes.Sum(scores => scores.Support));

        double Mean(Func<ClassScores, double> score) => total == 0 ? 0 : Classes.Sum(scores => weight(scores) * score(scores)) / total;
    }
}

/// <summary>The scores of a class.</summary>
/// <param name="Name">The class.</param>
/// <param name="Precision">The share of correct predictions among those of the class, from 0 to 1.</param>
/// <param name="Recall">The share of the samples of the class that were predicted correctly, from 0 to 1.</param>
/// <param name="F1">The harmonic mean of precision and recall.</param>
/// <param name="Support">The number of samples of the class.</param>
public sealed record ClassScores(string Name, double Precision, double Recall, double F1, int Support)
{
    /// <summary>The 95 % interval of the precision; null for a mean.</summary>
    public WilsonInterval? PrecisionInterval { get; init; }

    /// <summary>The 95 % interval of the recall; null for a mean.</summary>
    public WilsonInterval? RecallInterval { get; init; }
}
