using System.Globalization;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>What a classifier of two classes achieves at other thresholds than 0.5.</summary>
internal sealed class ThresholdsSection(DecisionThresholds thresholds, IReadOnlyList<string> classNames, string partName)
{
    /// <summary>The curves are drawn at these thresholds.</summary>
    private static readonly double[] Grid = [.. Enumerable.Range(0, 201).Select(i => i / 200.0)];
    private static readonly double[] Wanted = [0.9, 0.95, 0.99];

    public static void WriteJson(Utf8JsonWriter json, DecisionThresholds thresholds)
    {
        json.WriteStartObject("thresholds");
        json.WriteNumber("positive_class", 1);
        WritePoint(json, "default", thresholds.At(0.5));
        WritePoint(json, "best_f1", thresholds.BestF1);
        json.WriteStartArray("curve");
        foreach (var threshold in Grid.Where((_, i) => i % 10 == 0)) WritePoint(json, null, thresholds.At(threshold));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void AddTo(HtmlReport report)
    {
        var section = report.AddSection("Decision threshold");
        var (positive, best) = (classNames[1], thresholds.BestF1);
        section.AddParagraph(
            $"An image is called \"{positive}\" if its probability of \"{positive}\" is above a threshold, usually 0.5. Where one kind of mistake "
                + "costs more than "
                + $"the other, another threshold is better. These curves are measured on the {partName} images; choose a threshold on images that the final "
                + "evaluation does not use.");
        section.Add(new LineChart(
            "Scores at each threshold",
            [
                Curve("precision", ChartColor.Blue, point => point.Precision), Curve("recall", ChartColor.Orange, point => point.Recall),
                Curve("F1", ChartColor.Teal, point => point.F1), Curve("specificity", ChartColor.Purple, point => point.Specificity, isDashed: true),
            ])
        {
            XLabel = $"Threshold for \"{positive}\"",
            IsShare = true,
            XRange = (0, 1),
            YRange = (-0.01, 1.01),
            Marks = [(best.Threshold, string.Create(CultureInfo.InvariantCulture, $"best F1: {best.Threshold:0.00}"))],
        });
        section.Add(new LineChart("Precision and recall", [PrecisionByRecall()])
        {
            XLabel = "Recall",
            YLabel = "Precision",
            IsShare = true,
            XRange = (0, 1),
            YRange = (Math.Min(0.5, thresholds.Points.Min(point => point.Precision)) - 0.01, 1.01),
        });
        section.Add(Table(best));
    }

    private static void WritePoint(Utf8JsonWriter json, string? name, DecisionPoint point)
    {
        if (name is null) json.WriteStartObject();
        else json.WriteStartObject(name);
        json.WriteNumber("threshold", point.Threshold);
        json.WriteNumber("precision", point.Precision);
        json.WriteNumber("recall", point.Recall);
        json.WriteNumber("f1", point.F1);
        json.WriteNumber("specificity", point.Specificity);
        json.WriteEndObject();
    }

    private LineSeries Curve(string name, ChartColor color, Func<DecisionPoint, double> value, bool isDashed = false) =>
        new(name, Grid, [.. Grid.Select(threshold => value(thresholds.At(threshold)))]) { Color = color, IsDashed = isDashed };

    private LineSeries PrecisionByRecall()
    {
        DecisionPoint[] points = [.. thresholds.Points.Reverse()];
        var step = Math.Max(1, points.Length / 200);
        DecisionPoint[] drawn = [.. points.Where((_, i) => i % step == 0 || i == points.Length - 1)];
        return new LineSeries("", [.. drawn.Select(point => point.Recall)], [.. drawn.Select(point => point.Precision)]);
    }

    private ReportTable Table(DecisionPoint best)
    {
        List<(string Name, DecisionPoint? Point)> rows = [("usual", thresholds.At(0.5)), ("highest F1", best)];
        rows.AddRange(Wanted.Select(share => ($"precision of at least {100 * share:0} %", thresholds.ForPrecision(share))));
        rows.AddRange(Wanted.Select(share => ($"recall of at least {100 * share:0} %", thresholds.ForRecall(share))));
        return new ReportTable(
            [
                new("", IsHeading: true), new("Threshold", IsNumber: true), new("Precision", IsNumber: true), new("Recall", IsNumber: true),
                new("F1", IsNumber: true), new("Specificity", IsNumber: true), new("Accuracy", IsNumber: true),
            ],
            rows.Select(row => (IReadOnlyList<ReportCell>)(row.Point is not { } point
                ? [row.Name, "none", "", "", "", "", ""]
                :
                [
                    row.Name, point.Threshold.ToString("0.000", CultureInfo.InvariantCulture), Percent(point.Precision), Percent(point.Recall),
                    Percent(point.F1), Percent(point.Specificity), Percent(point.Accuracy),
                ])))
        { CanSort = false };
    }
}
