using System.Globalization;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>How the probabilities of several labels compare with how often the labels apply, before and after temperature scaling.</summary>
internal sealed class LabelCalibrationSection(LabelResults results)
{
    public void AddKeyFigure(HtmlReport report) => report.AddKeyFigure(
        "Calibration error", Percent(Calibration.Of(results.Predictions).ExpectedError),
        results.BeforeScaling is { } before
            ? $"{Percent(Calibration.Of(before).ExpectedError)} before temperature scaling"
            : "0 % if labels apply as often as their probability says");

    public void AddTo(HtmlReport report)
    {
        var section = report.AddSection("Calibration");
        section.AddParagraph(
            "The probabilities of a calibrated model can be taken at their word: of the labels with a probability near 80 %, 80 % apply. All labels of all "
                + "images are counted together. Each bar is a range of probabilities, with the 95 % interval of the share of labels that apply. Below the "
                + "dashed line the probabilities are too high, above it too low.");
        if (results is { BeforeScaling: { } before, Scaling: { } scaling })
        {
            section.AddParagraph(string.Create(
                CultureInfo.InvariantCulture,
                $"Temperature scaling divides the values before all sigmoids by {scaling.Temperature:0.000}, which was fitted to the validation images. ")
                + "The saved model contains it, so every program computes the corrected probabilities. The order of the images by a label stays the same.");
            section.Add(Chart("As trained", before));
            section.Add(Chart("With temperature scaling", results.Predictions));
            section.Add(Table([("as trained", before), ("saved model", results.Predictions)]));
            return;
        }

        if (results.Scaling is { IsFitted: false })
            section.AddParagraph("The validation images do not determine a temperature, so the probabilities were left as they are.");
        section.Add(Chart($"{char.ToUpperInvariant(results.PartName[0])}{results.PartName[1..]} images", results.Predictions));
        section.Add(Table([("the model", results.Predictions)]));
    }

    /// <summary>Writes the object <c>calibration</c>, as for classes.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("calibration");
        if (results.Scaling is { } scaling) json.WriteNumber("temperature", scaling.Temperature);
        if (results.BeforeScaling is { } before) Write("before", before);
        Write("model", results.Predictions);
        json.WriteEndObject();

        void Write(string name, LabelPredictions predictions)
        {
            var calibration = Calibration.Of(predictions);
            json.WriteStartObject(name);
            json.WriteNumber("expected_error", calibration.ExpectedError);
            json.WriteNumber("maximum_error", calibration.MaximumError);
            json.WriteFinite("log_loss", predictions.LogLoss);
            CalibrationSection.WriteBins(json, calibration);
            json.WriteEndObject();
        }
    }

    private static ReliabilityChart Chart(string title, LabelPredictions shown)
    {
        var calibration = Calibration.Of(shown);
        return new ReliabilityChart(title, calibration)
        {
            IsOfLabels = true,
            Caption = string.Create(
                CultureInfo.InvariantCulture,
                $"expected calibration error {Percent(calibration.ExpectedError)}; on average {Math.Abs(100 * calibration.Overconfidence):0.0} points too ")
                + (calibration.Overconfidence >= 0 ? "high" : "low"),
        };
    }

    private static ReportTable Table(IReadOnlyList<(string Name, LabelPredictions Predictions)> shown) => new(
        [new("", IsHeading: true), new("Expected calibration error", IsNumber: true), new("Cross-entropy", IsNumber: true)],
        shown.Select(row => (IReadOnlyList<ReportCell>)
            [row.Name, Percent(Calibration.Of(row.Predictions).ExpectedError), Number(row.Predictions.LogLoss)]))
    { CanSort = false };
}
