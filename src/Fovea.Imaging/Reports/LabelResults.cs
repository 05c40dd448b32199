using System.Globalization;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>
/// The results of a model of several labels: scores of each label at its threshold, their means, the curves over the thresholds, and the worst mistakes as
/// images.
/// </summary>
/// <example><code>new TrainingReport(model, [history]) { Results = new LabelResults(predictions, model.LabelThresholds) { Images = test } }</code></example>
public sealed class LabelResults : TaskResults
{
    private const int Shown = 24;
    private const int ThumbnailWidth = 150;
    private const int MaxTable = 30;
    private const int MaxCurves = 12;
    private const int LabelsInCaption = 3;

    /// <summary>The curves are drawn at these thresholds.</summary>
    private static readonly double[] Grid = [.. Enumerable.Range(0, 101).Select(i => i / 100.0)];

    /// <summary>Creates the results of predictions.</summary>
    /// <param name="predictions">The predictions of the model that was saved, for data that it was not trained on; at least one.</param>
    /// <param name="thresholds">The threshold of each label, chosen on other data. None for 0.5 each.</param>
    /// <exception cref="ArgumentException">There are no predictions, or another number of thresholds than of labels.</exception>
    public LabelResults(LabelPredictions predictions, IReadOnlyList<double>? thresholds = null)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count == 0) throw new ArgumentException("LabelResults: expected at least one prediction; received none.", nameof(predictions));
        Predictions = predictions;
        Report = new LabelReport(predictions, thresholds);
    }

    /// <summary>The predictions.</summary>
    public LabelPredictions Predictions { get; }

    /// <summary>The scores of the labels.</summary>
    public LabelReport Report { get; }

    /// <summary>The name of the data: test, or validation if there are no others.</summary>
    public string PartName { get; init; } = "test";

    /// <summary>The data of the predictions, to show the worst mistakes; null for none. Data that are no images are not shown.</summary>
    public Dataset? Images { get; init; }

    /// <summary>The temperature scaling that was applied to the model; null for none.</summary>
    public TemperatureScaling? Scaling { get; init; }

    /// <summary>The predictions for the same data before <see cref="Scaling"/>; null if there are none.</summary>
    public LabelPredictions? BeforeScaling { get; init; }

    /// <inheritdoc/>
    public override string Task => "labels";

    /// <inheritdoc/>
    public override int SampleCount => Predictions.Count;

    /// <summary>F1 of all decisions, the mean F1 of the labels, their mean average precision, and the loss.</summary>
    public override IReadOnlyList<TaskScore> Scores =>
    [
        new("f1", "F1", Report.MicroF1) { IsShare = true },
        new("macro_f1", "Mean F1 of the labels", Report.MacroF1) { IsShare = true },
        new("mean_average_precision", "Mean average precision", Report.MeanAveragePrecision) { IsShare = true },
        new("loss", "Loss", Predictions.LogLoss),
    ];

    /// <inheritdoc/>
    public override string Summary =>
        $"The F1 score of the labels of the {Count(Predictions.Count)} {PartName} images is {Percent(Report.MicroF1)}, its mean over the labels "
            + $"{Percent(Report.MacroF1)}.";

    /// <inheritdoc/>
    public override string Measures =>
        "Precision, recall and F1 of each label at its threshold, which was chosen on the validation images; average precision of each label; F1 of all "
            + "decisions (micro) and the mean of the labels (macro); the share of images whose labels are all right; expected calibration error of all "
            + "labels together.";

    /// <inheritdoc/>
    public override void AddKeyFigures(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        report.AddKeyFigure(
            $"F1 on {PartName} images", Percent(Report.MicroF1), $"precision {Percent(Report.MicroPrecision)}, recall {Percent(Report.MicroRecall)}");
        report.AddKeyFigure("Mean F1 of the labels", Percent(Report.MacroF1), $"of {Count(Report.Labels.Count)} labels");
        report.AddKeyFigure("Mean average precision", Percent(Report.MeanAveragePrecision), "at all thresholds");
        new LabelCalibrationSection(this).AddKeyFigure(report);
        report.AddKeyFigure("All labels right", Percent(Report.ExactMatch), $"of {Count(Predictions.Count)} {PartName} images");
    }

    /// <inheritdoc/>
    public override void AddSections(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        AddScores(report.AddSection("Labels"));
        AddMistakes(report);
        new LabelCalibrationSection(this).AddTo(report);
        AddCurves(report.AddSection("Thresholds"));
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteString("part", PartName);
        json.WriteNumber("count", Predictions.Count);
        json.WriteStartObject("micro");
        WriteScores(json, Report.MicroPrecision, Report.MicroRecall, Report.MicroF1);
        json.WriteEndObject();
        json.WriteStartObject("macro");
        WriteScores(json, Report.MacroPrecision, Report.MacroRecall, Report.MacroF1);
        json.WriteEndObject();
        json.WriteFinite("mean_average_precision", Report.MeanAveragePrecision);
        json.WriteFinite("exact_match", Report.ExactMatch);
        json.WriteFinite("log_loss", Predictions.LogLoss);
        json.WriteStartArray("labels");
        foreach (var label in Report.Labels)
        {
            json.WriteStartObject();
            json.WriteString("name", label.Name);
            json.WriteNumber("threshold", label.Threshold);
            WriteScores(json, label.Precision, label.Recall, label.F1);
            json.WriteFinite("average_precision", label.AveragePrecision);
            json.WriteNumber("support", label.Support);
            json.WriteNumber("predicted", label.Predicted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        new LabelCalibrationSection(this).WriteJson(json);
        WriteMistakes(json);
    }

    private static void WriteScores(Utf8JsonWriter json, double precision, double recall, double f1)
    {
        json.WriteNumber("precision", precision);
        json.WriteNumber("recall", recall);
        json.WriteNumber("f1", f1);
    }

    private void WriteMistakes(Utf8JsonWriter json)
    {
        json.WriteStartArray("worst_mistakes");
        foreach (var sample in Worst())
        {
            json.WriteStartObject();
            json.WriteNumber("index", sample);
            WriteNames(json, "missed", Wrong(sample, isMissed: true));
            WriteNames(json, "wrong", Wrong(sample, isMissed: false));
            json.WriteNumber("loss", Predictions.Loss(sample));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteNames(Utf8JsonWriter json, string name, IEnumerable<int> labels)
    {
        json.WriteStartArray(name);
        foreach (var label in labels) json.WriteStringValue(Predictions.LabelNames[label]);
        json.WriteEndArray();
    }

    private void AddScores(ReportSection section)
    {
        section.AddParagraph(
            "An image gets a label if its probability is above the threshold of the label, which has the highest F1 score on the validation images. Precision "
                + "is the share of right ones among the images that were given the label. Recall is the share of the images with the label that were given "
                + "it. F1 is the harmonic mean of both. Average precision is the mean precision over all recalls, whatever the threshold.");
        if (Report.Labels.Count <= MaxTable)
        {
            section.Add(Table(Report.Labels));
            return;
        }

        section.Add(Table([.. Report.Labels.OrderBy(label => label.F1).Take(MaxTable / 2)], $"The {MaxTable / 2} labels with the lowest F1"));
        section.AddSection($"All {Report.Labels.Count} labels", isFolded: true).Add(Table(Report.Labels));
    }

    private ReportTable Table(IReadOnlyList<LabelScores> shown, string caption = "") => new(
        [
            new("Label", IsHeading: true), new("Threshold", IsNumber: true), new("Precision", IsNumber: true), new("Recall", IsNumber: true),
            new("F1", IsNumber: true), new("Average precision", IsNumber: true), new("Images", IsNumber: true), new("Given to", IsNumber: true),
        ],
        [
            .. shown.Select(label => (IReadOnlyList<ReportCell>)
            [
                label.Name, new ReportCell(Threshold(label.Threshold)) { SortsAs = label.Threshold }, Bar(label.Precision), Bar(label.Recall), Bar(label.F1),
                Bar(label.AveragePrecision), Number(label.Support), Number(label.Predicted),
            ]),
            (IReadOnlyList<ReportCell>)
            [
                "all decisions (micro)", "", Bar(Report.MicroPrecision), Bar(Report.MicroRecall), Bar(Report.MicroF1), "",
                Number(Report.Labels.Sum(label => label.Support)), Number(Report.Labels.Sum(label => label.Predicted)),
            ],
            [
                "mean of the labels (macro)", "", Bar(Report.MacroPrecision), Bar(Report.MacroRecall), Bar(Report.MacroF1),
                Bar(Report.MeanAveragePrecision), "", "",
            ],
        ])
    { TotalRows = 2, Caption = caption };

    private void AddMistakes(HtmlReport report)
    {
        if (Images is null || Images.InputShape is not { Rank: 3 } shape || shape[2] is not (1 or 3)) return;
        var section = report.AddSection("Worst mistakes");
        var (worst, mistakes) = (Worst(), Enumerable.Range(0, Predictions.Count).Count(HasMistake));
        if (mistakes == 0)
        {
            section.AddParagraph($"None: all labels of all {Count(Predictions.Count)} {PartName} images are right.");
            return;
        }

        section.AddParagraph(
            $"{(worst.Count == mistakes ? $"All {Count(mistakes)}" : $"{worst.Count} of {Count(mistakes)}")} images with a wrong label, those with the highest "
                + "loss first, as the model sees them. Missing is a label that the model did not give; wrong is one that the image does not have. Some may be "
                + "wrong in the data.");
        section.Add(new ReportImages(worst.Select(sample => ReportImage.Of(
            new Tensor(shape, MistakesSection.PixelsOf(Images, shape, sample)), $"Image {sample + 1}") with
        {
            Caption = MistakeCaption(sample),
        }))
        { Width = ThumbnailWidth });
    }

    /// <summary>The missing and the wrong labels of a sample, with their probabilities.</summary>
    /// <param name="sample">The sample.</param>
    public string MistakeCaption(int sample)
    {
        var lines = new List<string>();
        foreach (var (isMissed, word) in new[] { (true, "missing"), (false, "wrong") })
        {
            int[] labels = [.. Wrong(sample, isMissed).OrderByDescending(label => Predictions.Loss(sample, label))];
            if (labels.Length == 0) continue;
            var names = labels.Take(LabelsInCaption)
                .Select(label => $"{Predictions.LabelNames[label]} {Percent(Predictions.Probabilities(sample)[label])}");
            lines.Add($"{word}: {string.Join(", ", names)}{(labels.Length > LabelsInCaption ? ", …" : "")}");
        }

        return lines.Count == 0 ? "all right" : string.Join('\n', lines);
    }

    /// <summary>The samples with a wrong label, those with the highest loss first; at most 24.</summary>
    public IReadOnlyList<int> Worst() =>
    [
        .. Enumerable.Range(0, Predictions.Count).Where(HasMistake).OrderByDescending(sample => Predictions.Loss(sample)).ThenBy(sample => sample).Take(Shown),
    ];

    private bool HasMistake(int sample) => Wrong(sample, isMissed: true).Any() || Wrong(sample, isMissed: false).Any();

    private IEnumerable<int> Wrong(int sample, bool isMissed) => Enumerable.Range(0, Report.Labels.Count).Where(label =>
        Predictions.Actual(sample)[label] == isMissed && Predictions.Probabilities(sample)[label] > Report.Labels[label].Threshold != isMissed);

    private void AddCurves(ReportSection section)
    {
        section.AddParagraph(
            $"What other thresholds would achieve on the {PartName} images. Choose a threshold on images that the final evaluation does not use.");
        var drawn = Enumerable.Range(0, Report.Labels.Count).Where(label => Predictions.Decisions(label) is not null)
            .OrderByDescending(label => Report.Labels[label].Support).Take(MaxCurves).Order().ToList();
        if (drawn.Count < Report.Labels.Count)
            section.AddNote(
                $"Curves are drawn for {drawn.Count} of {Report.Labels.Count} labels: at most {MaxCurves}, those with the most images, and none "
                    + "without images.");
        foreach (var label in drawn)
        {
            var (decisions, scores) = (Predictions.Decisions(label)!, Report.Labels[label]);
            section.Add(new LineChart(
                scores.Name,
                [
                    Curve("precision", ChartColor.Blue, point => point.Precision), Curve("recall", ChartColor.Orange, point => point.Recall),
                    Curve("F1", ChartColor.Teal, point => point.F1),
                ])
            {
                XLabel = "Threshold",
                IsShare = true,
                XRange = (0, 1),
                YRange = (-0.01, 1.01),
                Caption = $"{Count(scores.Support)} images; threshold {Threshold(scores.Threshold)}; average precision {Percent(scores.AveragePrecision)}",
                Marks = [(scores.Threshold, "")],
            });

            LineSeries Curve(string name, ChartColor color, Func<DecisionPoint, double> value) =>
                new(name, Grid, [.. Grid.Select(threshold => value(decisions.At(threshold)))]) { Color = color };
        }
    }

    private static string Threshold(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static ReportCell Bar(double share) => double.IsFinite(share) ? new(Percent(share)) { Share = share, SortsAs = share } : new("–");

    private static ReportCell Number(int number) => new(Count(number)) { SortsAs = number };
}
