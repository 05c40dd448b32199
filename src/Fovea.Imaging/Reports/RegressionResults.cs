using System.Globalization;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>
/// The results of a regression: the errors of each number, predicted against actual numbers, the distribution of the errors, and the largest errors as images.
/// </summary>
/// <example><code>new TrainingReport(model, [history]) { Results = new RegressionResults(ValuePredictions.Of(model, test)) { Images = test } }</code></example>
public sealed class RegressionResults : TaskResults
{
    private const int Shown = 24;
    private const int ThumbnailWidth = 150;
    private const int MaxCharts = 6;

    /// <summary>Creates the results of predictions.</summary>
    /// <param name="predictions">The predictions of the model that was saved, for data that it was not trained on; at least one.</param>
    /// <exception cref="ArgumentException">There are no predictions.</exception>
    public RegressionResults(ValuePredictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count == 0) throw new ArgumentException("RegressionResults: expected at least one prediction; received none.", nameof(predictions));
        Predictions = predictions;
    }

    /// <summary>The predictions.</summary>
    public ValuePredictions Predictions { get; }

    /// <summary>The name of the data: test, or validation if there are no others.</summary>
    public string PartName { get; init; } = "test";

    /// <summary>The data of the predictions, to show the largest errors; null for none. Data that are no images are not shown.</summary>
    public Dataset? Images { get; init; }

    /// <inheritdoc/>
    public override string Task => "regression";

    /// <inheritdoc/>
    public override int SampleCount => Predictions.Count;

    /// <summary>R², and the mean absolute error of each number.</summary>
    public override IReadOnlyList<TaskScore> Scores =>
    [
        new("r2", "R²", Predictions.MeanR2),
        .. Predictions.Names.Select((name, i) => Predictions.Names.Count == 1
            ? new TaskScore("mean_absolute_error", "Mean absolute error", Predictions.MeanAbsoluteError(i))
            : new TaskScore($"mean_absolute_error_{name}", $"Mean absolute error of {name}", Predictions.MeanAbsoluteError(i))),
    ];

    /// <inheritdoc/>
    public override string Summary =>
        $"The mean absolute error of the {Count(Predictions.Count)} {PartName} images is {string.Join(", ", Predictions.Names.Take(4).Select(ErrorOf))}; "
            + $"R² is {Coefficient(Predictions.MeanR2)}.";

    /// <inheritdoc/>
    public override string Measures =>
        "Mean absolute error, root mean squared error and median absolute error in the unit of the number; R², the share of the variance that is explained.";

    /// <inheritdoc/>
    public override void AddKeyFigures(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var isOne = Predictions.Names.Count == 1;
        report.AddKeyFigure(
            $"R² on {PartName} images", Coefficient(Predictions.MeanR2),
            isOne ? "1 if all predictions are right, 0 if they are the mean" : "mean of the numbers");
        foreach (var (name, i) in Predictions.Names.Take(2).Select((name, i) => (name, i)))
        {
            report.AddKeyFigure(
                isOne ? "Mean absolute error" : $"Mean absolute error of {name}", Significant(Predictions.MeanAbsoluteError(i)),
                $"deviation of {name}: {Significant(Predictions.Deviation(i))}");
        }

        if (isOne)
        {
            report.AddKeyFigure(
                "Root mean squared error", Significant(Predictions.RootMeanSquaredError(0)), $"of {Count(Predictions.Count)} {PartName} images");
        }
    }

    /// <inheritdoc/>
    public override void AddSections(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var errors = report.AddSection("Errors");
        errors.AddParagraph(
            "All errors are in the unit of the number. An error is the prediction minus the actual number: it is above 0 where the prediction is too large. R² "
                + "compares the squared errors with those of the mean of all actual numbers.");
        errors.Add(Table());
        for (var i = 0; i < Math.Min(MaxCharts, Predictions.Names.Count); i++) AddCharts(errors, i);
        if (Predictions.Names.Count > MaxCharts) errors.AddNote($"Charts are drawn for the first {MaxCharts} of {Predictions.Names.Count} numbers.");
        AddLargest(report);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteString("part", PartName);
        json.WriteNumber("count", Predictions.Count);
        json.WriteFinite("r2", Predictions.MeanR2);
        json.WriteStartArray("values");
        for (var i = 0; i < Predictions.Names.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("name", Predictions.Names[i]);
            json.WriteFinite("mean_absolute_error", Predictions.MeanAbsoluteError(i));
            json.WriteFinite("median_absolute_error", Predictions.MedianAbsoluteError(i));
            json.WriteFinite("root_mean_squared_error", Predictions.RootMeanSquaredError(i));
            json.WriteFinite("mean_error", Predictions.MeanError(i));
            json.WriteFinite("r2", Predictions.R2(i));
            json.WriteFinite("deviation", Predictions.Deviation(i));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("largest_errors");
        foreach (var sample in Predictions.WorstFirst().Take(Shown))
        {
            json.WriteStartObject();
            json.WriteNumber("index", sample);
            WriteValues(json, "actual", Predictions.Actual(sample));
            WriteValues(json, "predicted", Predictions.Predicted(sample));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteValues(Utf8JsonWriter json, string name, IReadOnlyList<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteFinite(value);
        json.WriteEndArray();
    }

    private ReportTable Table() => new(
        [
            new("Number", IsHeading: true), new("Mean absolute error", IsNumber: true), new("Median", IsNumber: true),
            new("Root mean squared error", IsNumber: true), new("Mean error", IsNumber: true), new("R²", IsNumber: true), new("Deviation", IsNumber: true),
        ],
        Enumerable.Range(0, Predictions.Names.Count).Select(i => (IReadOnlyList<ReportCell>)
        [
            Predictions.Names[i], Cell(Predictions.MeanAbsoluteError(i)), Cell(Predictions.MedianAbsoluteError(i)), Cell(Predictions.RootMeanSquaredError(i)),
            Cell(Predictions.MeanError(i)), new ReportCell(Coefficient(Predictions.R2(i))) { Share = Predictions.R2(i), SortsAs = Predictions.R2(i) },
            Cell(Predictions.Deviation(i)),
        ]));

    private void AddCharts(ReportSection section, int value)
    {
        var (name, samples) = (Predictions.Names[value], Enumerable.Range(0, Predictions.Count));
        section.Add(new ScatterChart(
            $"{name}: predicted and actual", [.. samples.Select(sample => Predictions.Actual(sample)[value])],
            [.. samples.Select(sample => Predictions.Predicted(sample)[value])])
        {
            Caption = "on the dashed line the prediction is right",
            XLabel = $"Actual {name}",
            YLabel = $"Predicted {name}",
        });
        double[] errors = [.. samples.Select(sample => Predictions.Error(sample, value)).Where(double.IsFinite)];
        if (errors.Length == 0) return;
        section.Add(new HistogramChart($"{name}: errors", errors)
        {
            Caption = $"half of the errors are at most {Significant(Predictions.MedianAbsoluteError(value))}",
            XLabel = "Predicted minus actual",
            Mark = (0, "right"),
        });
    }

    private void AddLargest(HtmlReport report)
    {
        if (Images is null || Images.InputShape is not { Rank: 3 } shape || shape[2] is not (1 or 3)) return;
        var section = report.AddSection("Largest errors");
        section.AddParagraph(
            $"The {PartName} images with the largest errors{(Predictions.Names.Count > 1 ? ", compared with the deviation of each number" : "")}, as the model "
                + "sees them. Some may be wrong in the data.");
        section.Add(new ReportImages(Predictions.WorstFirst().Take(Shown).Select(sample => ReportImage.Of(
            new Tensor(shape, MistakesSection.PixelsOf(Images, shape, sample)), $"Image {sample + 1}") with
        {
            Caption = ErrorCaption(sample),
        }))
        { Width = ThumbnailWidth });
    }

    /// <summary>The predicted and the actual number of a sample: of several, the one with the largest error.</summary>
    /// <param name="sample">The sample.</param>
    public string ErrorCaption(int sample)
    {
        var value = Enumerable.Range(0, Predictions.Names.Count)
            .MaxBy(i => Math.Abs(Predictions.Error(sample, i)) / (Predictions.Deviation(i) is > 0 and var deviation ? deviation : 1));
        var name = Predictions.Names.Count == 1 ? "" : $"{Predictions.Names[value]}\n";
        return $"{name}actual {Significant(Predictions.Actual(sample)[value])}\npredicted {Significant(Predictions.Predicted(sample)[value])}";
    }

    private string ErrorOf(string name, int value) => $"{Significant(Predictions.MeanAbsoluteError(value))} ({name})";

    private static ReportCell Cell(double value) => new(Significant(value)) { SortsAs = value };

    private static string Coefficient(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "–";
}
