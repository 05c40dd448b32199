using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>The scores of each class, the confusion matrix, and the pairs of classes that are confused most.</summary>
internal sealed class ClassScoresSection(ClassificationReport scores, ConfusionMatrix matrix, string partName)
{
    public const int MaxPairs = 20;

    /// <summary>Tables of more classes are folded, below the classes with the lowest scores.</summary>
    private const int MaxTable = 30;
    private const int Lowest = 15;

    public void AddTo(HtmlReport report)
    {
        AddScores(report.AddSection("Classes"));
        var section = report.AddSection("Confusion matrix");
        section.AddParagraph($"Each row is an actual class of the {partName} images; the columns tell what the model predicted for it.");
        section.Add(new ConfusionMatrixTable(matrix));
        AddPairs(section);
    }

    private void AddScores(ReportSection section)
    {
        section.AddParagraph(
            "Precision is the share of right ones among the images that were predicted as the class. Recall is the share of the images of the class that were "
                + "recognized. F1 is the harmonic mean of both. The 95 % intervals tell what the number of images allows to conclude.");
        if (scores.Classes.Count <= MaxTable)
        {
            section.Add(Table(scores.Classes, hasMeans: true));
            return;
        }

        section.Add(Table([.. scores.Classes.OrderBy(score => score.F1).Take(Lowest)], hasMeans: true, $"The {Lowest} classes with the lowest F1"));
        section.AddSection($"All {scores.Classes.Count} classes", isFolded: true).Add(Table(scores.Classes, hasMeans: true));
    }

    private ReportTable Table(IReadOnlyList<ClassScores> shown, bool hasMeans, string caption = "")
    {
        List<IReadOnlyList<ReportCell>> rows = [.. shown.Select(Row)];
        if (hasMeans)
        {
            rows.Add(Row(scores.MacroAverage with { Name = "mean of the classes" }));
            rows.Add(Row(scores.WeightedAverage with { Name = "mean weighted by images" }));
        }

        return new ReportTable(
            [
                new("Class", IsHeading: true), new("Precision", IsNumber: true), new("95 % interval", IsNumber: true), new("Recall", IsNumber: true),
                new("95 % interval", IsNumber: true), new("F1", IsNumber: true), new("Images", IsNumber: true),
            ], rows)
        { TotalRows = hasMeans ? 2 : 0, Caption = caption };
    }

    private static IReadOnlyList<ReportCell> Row(ClassScores score) =>
    [
        score.Name, Bar(score.Precision), Interval(score.PrecisionInterval), Bar(score.Recall), Interval(score.RecallInterval), Bar(score.F1),
        new ReportCell(Count(score.Support)) { SortsAs = score.Support },
    ];

    private static ReportCell Bar(double share) => new(Percent(share)) { Share = share, SortsAs = share };

    private static ReportCell Interval(WilsonInterval? interval) =>
        interval is { } known ? new ReportCell(known.ToString()) { SortsAs = known.Low } : new ReportCell("");

    private void AddPairs(ReportSection section)
    {
        var pairs = matrix.MostConfused(MaxPairs);
        if (pairs.Count == 0 || matrix.ClassNames.Count == 2) return;
        section.AddSection("Most confused").Add(new ReportTable(
            [new("Actual class", IsHeading: true), new("Predicted as"), new("Images", IsNumber: true), new("Of the class", IsNumber: true)],
            pairs.Select(pair =>
            {
                var share = (double)pair.Count / matrix.Actual(pair.Actual);
                return (IReadOnlyList<ReportCell>)
                [
                    matrix.ClassNames[pair.Actual], matrix.ClassNames[pair.Predicted], new ReportCell(Count(pair.Count)) { SortsAs = pair.Count },
                    new ReportCell(Percent(share)) { Share = share, SortsAs = share },
                ];
            })));
    }
}
