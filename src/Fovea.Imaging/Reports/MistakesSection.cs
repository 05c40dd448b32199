using System.Globalization;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>The images with the highest loss: wrong predictions that the model is most sure of.</summary>
internal sealed class MistakesSection(ClassPredictions predictions, Dataset? images, string partName)
{
    private const int Shown = 24;
    private const int ThumbnailWidth = 150;

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray("worst_mistakes");
        foreach (var sample in Worst(predictions))
        {
            json.WriteStartObject();
            json.WriteNumber("index", sample);
            if (images?.FileOf(sample) is { } file) json.WriteString("file", file);
            json.WriteString("actual", predictions.ClassNames[predictions.Actual(sample)]);
            json.WriteFinite("probability_of_actual", predictions.Probabilities(sample)[predictions.Actual(sample)]);
            json.WriteString("predicted", predictions.ClassNames[predictions.Predicted(sample)]);
            json.WriteFinite("probability_of_predicted", predictions.Confidence(sample));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void AddTo(HtmlReport report)
    {
        if (images is null || images.InputShape is not { Rank: 3 } shape || shape[2] is not (1 or 3)) return;
        var section = report.AddSection("Worst mistakes");
        var mistakes = predictions.Count - predictions.RightCount;
        if (mistakes == 0)
        {
            section.AddParagraph($"None: all {Count(predictions.Count)} {partName} images are classified right.");
            return;
        }

        var worst = Worst(predictions);
        section.AddParagraph(
            $"{(worst.Count == mistakes ? $"All {Count(mistakes)}" : $"{worst.Count} of {Count(mistakes)}")} wrong predictions, those with the lowest "
                + "probability "
                + "of the actual class first, as the model sees them. Some may be wrong labels.");
        section.Add(new ReportImages(worst.Select(sample => Image(images, shape, sample))) { Width = ThumbnailWidth });
    }

    private static List<int> Worst(ClassPredictions predictions) =>
        [.. Enumerable.Range(0, predictions.Count).Where(sample => !predictions.IsRight(sample))
            .OrderByDescending(predictions.Loss).ThenBy(sample => sample).Take(Shown)];

    private ReportImage Image(Dataset data, Shape shape, int sample)
    {
        var pixels = PixelsOf(data, shape, sample);
        var (actual, predicted) = (predictions.ClassNames[predictions.Actual(sample)], predictions.ClassNames[predictions.Predicted(sample)]);
        var caption = $"{actual} {Share(predictions.Probabilities(sample)[predictions.Actual(sample)])}\npredicted {predicted} "
            + Share(predictions.Confidence(sample));
        if (data.FileOf(sample) is { } file) caption += $"\n{Path.GetFileName(file)}";
        return ReportImage.Of(new Tensor(shape, pixels), $"{actual}, predicted as {predicted}") with { Caption = caption };
    }

    /// <summary>The image of a sample, from 0 to 1.</summary>
    public static float[] PixelsOf(Dataset data, Shape shape, int sample)
    {
        var pixels = new float[shape.Count];
        data.Read(sample, pixels, new float[data.TargetShape.Count]);
        if (data.ImageInput is { } input) input.ToUnit(pixels);
        else Stretch(pixels);
        return pixels;
    }

    private static string Share(double probability) => !double.IsFinite(probability) ? "–"
        : probability is > 0 and < 0.001 ? "< 0.1 %"
        : (100 * probability).ToString(probability >= 0.9995 ? "0" : "0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>Values of an unknown range, from the smallest as black to the largest as white.</summary>
    private static void Stretch(float[] pixels)
    {
        var (low, high) = (pixels.Min(), pixels.Max());
        if (low >= 0 && high <= 1) return;
        for (var i = 0; i < pixels.Length; i++) pixels[i] = high > low ? (pixels[i] - low) / (high - low) : 0.5f;
    }
}
