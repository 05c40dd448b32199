using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>
/// The results of a classifier: accuracy, scores of each class, confusion matrix, calibration, thresholds of two classes, and the worst mistakes as images.
/// </summary>
public sealed class ClassificationResults : TaskResults
{
    /// <summary>The matrix of more classes is left out of the JSON.</summary>
    private const int MaxMatrix = 200;

    private readonly ConfusionMatrix matrix;
    private readonly ClassificationReport scores;

    /// <summary>Creates the results of predictions.</summary>
    /// <param name="predictions">The predictions of the model that was saved, for data that it was not trained on; at least one.</param>
    /// <exception cref="ArgumentException">There are no predictions.</exception>
    public ClassificationResults(ClassPredictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count == 0) throw new ArgumentException("ClassificationResults: expected at least one prediction; received none.", nameof(predictions));
        Predictions = predictions;
        matrix = predictions.ToConfusionMatrix();
        scores = new ClassificationReport(matrix);
    }

    /// <summary>The predictions.</summary>
    public ClassPredictions Predictions { get; }

    /// <summary>The name of the data: test, or validation if there are no others.</summary>
    public string PartName { get; init; } = "test";

    /// <summary>The data of the predictions, to show the worst mistakes; null for none. Data that are no images are not shown.</summary>
    public Dataset? Images { get; init; }

    /// <summary>The temperature scaling that was applied to the model; null for none.</summary>
    public TemperatureScaling? Scaling { get; init; }

    /// <summary>The predictions for the same data before <see cref="Scaling"/>; null if there are none.</summary>
    public ClassPredictions? BeforeScaling { get; init; }

    /// <inheritdoc/>
    public override string Task => "classification";

    /// <inheritdoc/>
    public override int SampleCount => Predictions.Count;

    /// <summary>Accuracy and cross-entropy.</summary>
    public override IReadOnlyList<TaskScore> Scores =>
    [
        new("accuracy", "Accuracy", Predictions.Accuracy) { IsShare = true, Interval = Predictions.AccuracyInterval }, new("loss", "Loss", Predictions.LogLoss),
    ];

    /// <inheritdoc/>
    public override string Summary =>
        $"{Percent(Predictions.Accuracy)} of the {Count(Predictions.Count)} {PartName} images are classified right (95 % "
            + $"interval {Predictions.AccuracyInterval}).";

    /// <inheritdoc/>
    public override string Measures =>
        "Accuracy with its 95 % interval (Wilson), precision, recall and F1 of each class, expected calibration error (Guo et al. "
        + "2017), cross-entropy.";

    private int Classes => Predictions.ClassNames.Count;

    /// <inheritdoc/>
    public override void AddKeyFigures(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        report.AddKeyFigure($"Accuracy on {PartName} images", Percent(Predictions.Accuracy), $"95 % interval {Predictions.AccuracyInterval}");
        report.AddKeyFigure("Mistakes", Count(Predictions.Count - Predictions.RightCount), $"of {Count(Predictions.Count)} {PartName} images");
        if (Classes > 5) report.AddKeyFigure("Top-5 accuracy", Percent(Predictions.TopAccuracy(5)), "the class is among the five most probable");
        if (!HasProbabilities(Predictions)) return;
        var error = Calibration.Of(Predictions).ExpectedError;
        report.AddKeyFigure(
            "Calibration error", Percent(error),
            BeforeScaling is { } before ? $"{Percent(Calibration.Of(before).ExpectedError)} before temperature scaling" : "0 % if confidence equals accuracy");
    }

    /// <inheritdoc/>
    public override void AddSections(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        new ClassScoresSection(scores, matrix, PartName).AddTo(report);
        new MistakesSection(Predictions, Images, PartName).AddTo(report);
        if (HasProbabilities(Predictions)) new CalibrationSection(Predictions, BeforeScaling, Scaling, PartName).AddTo(report);
        if (Thresholds is { } thresholds) new ThresholdsSection(thresholds, Predictions.ClassNames, PartName).AddTo(report);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteString("part", PartName);
        json.WriteNumber("count", Predictions.Count);
        json.WriteNumber("right", Predictions.RightCount);
        json.WriteNumber("accuracy", Predictions.Accuracy);
        json.WriteInterval("accuracy_interval", Predictions.AccuracyInterval);
        if (Classes > 5) json.WriteNumber("top5_accuracy", Predictions.TopAccuracy(5));
        json.WriteFinite("log_loss", Predictions.LogLoss);
        json.WriteFinite("brier_score", Predictions.BrierScore);
        WriteClasses(json);
        WriteMatrix(json);
        if (HasProbabilities(Predictions)) WriteCalibration(json);
        if (Thresholds is { } thresholds) ThresholdsSection.WriteJson(json, thresholds);
        new MistakesSection(Predictions, Images, PartName).WriteJson(json);
    }

    /// <summary>The thresholds of two classes that both have samples; else null.</summary>
    private DecisionThresholds? Thresholds => Classes == 2 && matrix.Actual(0) > 0 && matrix.Actual(1) > 0 && HasProbabilities(Predictions)
        ? DecisionThresholds.Of(Predictions)
        : null;

    private static bool HasProbabilities(ClassPredictions predictions) =>
        Enumerable.Range(0, predictions.Count).All(sample => double.IsFinite(predictions.Confidence(sample)));

    private static void WriteCalibration(Utf8JsonWriter json, string name, ClassPredictions predictions)
    {
        var calibration = Calibration.Of(predictions);
        json.WriteStartObject(name);
        json.WriteNumber("expected_error", calibration.ExpectedError);
        json.WriteNumber("maximum_error", calibration.MaximumError);
        json.WriteFinite("log_loss", predictions.LogLoss);
        json.WriteFinite("brier_score", predictions.BrierScore);
        CalibrationSection.WriteBins(json, calibration);
        json.WriteEndObject();
    }

    private void WriteClasses(Utf8JsonWriter json)
    {
        json.WriteStartArray("classes");
        foreach (var score in scores.Classes)
        {
            json.WriteStartObject();
            json.WriteString("name", score.Name);
            json.WriteNumber("precision", score.Precision);
            json.WriteInterval("precision_interval", score.PrecisionInterval!.Value);
            json.WriteNumber("recall", score.Recall);
            json.WriteInterval("recall_interval", score.RecallInterval!.Value);
            json.WriteNumber("f1", score.F1);
            json.WriteNumber("support", score.Support);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteMatrix(Utf8JsonWriter json)
    {
        if (Classes <= MaxMatrix) WriteCounts(json);
        json.WriteStartArray("most_confused");
        foreach (var pair in matrix.MostConfused(ClassScoresSection.MaxPairs))
        {
            json.WriteStartObject();
            json.WriteString("actual", matrix.ClassNames[pair.Actual]);
            json.WriteString("predicted", matrix.ClassNames[pair.Predicted]);
            json.WriteNumber("count", pair.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteCounts(Utf8JsonWriter json)
    {
        json.WriteStartArray("confusion_matrix");
        for (var actual = 0; actual < Classes; actual++)
        {
            json.WriteStartArray();
            for (var predicted = 0; predicted < Classes; predicted++) json.WriteNumberValue(matrix[actual, predicted]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private void WriteCalibration(Utf8JsonWriter json)
    {
        json.WriteStartObject("calibration");
        if (Scaling is not null) json.WriteNumber("temperature", Scaling.Temperature);
        if (BeforeScaling is not null) WriteCalibration(json, "before", BeforeScaling);
        WriteCalibration(json, "model", Predictions);
        json.WriteEndObject();
    }
}
