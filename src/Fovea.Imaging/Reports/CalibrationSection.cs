using System.Globalization;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>How sure the model is, compared with how often it is right, before and after temperature scaling.</summary>
internal sealed class CalibrationSection(ClassPredictions predictions, ClassPredictions? before, TemperatureScaling? scaling, string partName)
{
    public void AddTo(HtmlReport report)
    {
        var section = report.AddSection("Calibration");
        section.AddParagraph(
            "The probabilities of a calibrated classifier can be taken at their word: of the predictions with a confidence near 80 %, 80 % are right. Each bar "
                + "is a range of confidences, with the 95 % interval of its share of right predictions. Below the dashed line the model is too sure.");
        if (before is not null && scaling is not null)
        {
            section.AddParagraph(string.Create(
                CultureInfo.InvariantCulture,
                $"Temperature scaling divides the values before the softmax or sigmoid by {scaling.Temperature:0.000}, which was fitted to the validation ")
                + "images. The saved model contains it, so every program computes the corrected probabilities. The predicted classes are the same.");
            section.Add(Chart("As trained", before));
            section.Add(Chart("With temperature scaling", predictions));
        }
        else
        {
            if (scaling is { IsFitted: false })
                section.AddParagraph("The validation images do not determine a temperature, so the probabilities were left as they are.");
            section.Add(Chart(char.ToUpperInvariant(partName[0]) + partName[1..] + " images", predictions));
        }

        section.Add(Table());
    }

    /// <summary>Writes the bins of a reliability diagram as the array <c>bins</c>.</summary>
    public static void WriteBins(Utf8JsonWriter json, Calibration calibration)
    {
        json.WriteStartArray("bins");
        foreach (var bin in calibration.Bins)
        {
            json.WriteStartObject();
            json.WriteNumber("low", bin.Low);
            json.WriteNumber("high", bin.High);
            json.WriteNumber("count", bin.Count);
            json.WriteNumber("confidence", bin.Confidence);
            json.WriteNumber("accuracy", bin.Accuracy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ReliabilityChart Chart(string title, ClassPredictions shown)
    {
        var calibration = Calibration.Of(shown);
        return new ReliabilityChart(title, calibration)
        {
            Caption = string.Create(
                CultureInfo.InvariantCulture,
                $"expected calibration error {Percent(calibration.ExpectedError)}; on average {Points(calibration.Overconfidence)}"),
        };
    }

    private static string Points(double overconfidence) => string.Create(
        CultureInfo.InvariantCulture, $"{Math.Abs(100 * overconfidence):0.0} points too {(overconfidence >= 0 ? "sure" : "unsure")}");

    private ReportTable Table()
    {
        List<(string Name, ClassPredictions Predictions)> shown = before is null
            ? [("the model", predictions)]
            : [("as trained", before), ("saved model", predictions)];
        return new ReportTable(
            [
                new("", IsHeading: true), new("Expected calibration error", IsNumber: true), new("Cross-entropy", IsNumber: true),
                new("Brier score", IsNumber: true),
            ],
            shown.Select(row => (IReadOnlyList<ReportCell>)
                [row.Name, Percent(Calibration.Of(row.Predictions).ExpectedError), Number(row.Predictions.LogLoss), Number(row.Predictions.BrierScore)]))
        { CanSort = false };
    }
}
