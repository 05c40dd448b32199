using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>
/// The results of a segmentation: IoU and Dice of each class, the confusion of pixels, and the images with the lowest mean IoU, next to their masks and
/// predictions.
/// </summary>
/// <example><code>new TrainingReport(model, [history]) { Results = SegmentationResults.Of(model, test) }.Save("report.html");</code></example>
public sealed class SegmentationResults : TaskResults
{
    private const int Shown = 12;
    private const int RowWidth = 480;

    private SegmentationResults(PixelConfusionMatrix matrix, IReadOnlyList<SegmentationExample> worst, int count) =>
        (Matrix, Worst, ImageCount) = (matrix, worst, count);

    /// <summary>Gets the counts of all pixels.</summary>
    public PixelConfusionMatrix Matrix { get; }

    /// <summary>Gets the images with the lowest mean IoU, lowest first, at most twelve.</summary>
    public IReadOnlyList<SegmentationExample> Worst { get; }

    /// <summary>Gets the number of images.</summary>
    public int ImageCount { get; }

    /// <summary>Gets the name of the data: test, or validation if there are no others.</summary>
    public string PartName { get; private init; } = "test";

    /// <inheritdoc/>
    public override string Task => "segmentation";

    /// <inheritdoc/>
    public override string Summary => $"The mean IoU of the {Count(ImageCount)} {PartName} images is {Percent(Matrix.MeanIoU)}.";

    /// <inheritdoc/>
    public override string Measures =>
        "Intersection over union (IoU), Dice, precision and recall of each class over all pixels, and their means over the classes.";

    private int Classes => Matrix.ClassNames.Count;

    /// <summary>Predicts a data set.</summary>
    /// <param name="model">A model with outputs for each pixel, (height, width, classes), or (height, width, 1) for two classes.</param>
    /// <param name="data">Images whose targets are the class number of each pixel.</param>
    /// <param name="ignoreClass">A class number whose pixels are not counted; null for none.</param>
    /// <param name="partName">The name of the data: test, or validation if there are no others.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="ArgumentException">The targets are not class numbers of the model.</exception>
    public static SegmentationResults Of(
        Model model, Dataset data, int? ignoreClass = null, string partName = "test", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(partName);
        var threshold = model.OutputKind == OutputKind.Logits ? 0 : 0.5f;
        var names = ClassNamesOf(model);
        var matrix = new PixelConfusionMatrix(names) { IgnoreClass = ignoreClass };
        var images = new List<(int Index, double MeanIoU)>();
        for (var i = 0; i < data.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (_, target, outputs) = Read(model, data, i);
            var own = new PixelConfusionMatrix(names) { IgnoreClass = ignoreClass };
            own.Add(target.Values, outputs.Values, threshold);
            matrix.Add(own);
            if (own.Count > 0) images.Add((i, own.MeanIoU));
        }

        return new SegmentationResults(
            matrix,
            [.. images.OrderBy(image => image.MeanIoU).ThenBy(image => image.Index).Take(Shown)
                .Select(image => Example(model, data, image.Index, image.MeanIoU, threshold))],
            data.Count)
        { PartName = partName };
    }

    /// <inheritdoc/>
    public override void AddKeyFigures(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        report.AddKeyFigure($"Mean IoU of {PartName} images", Percent(Matrix.MeanIoU), $"of {Classes} classes");
        report.AddKeyFigure("Mean Dice", Percent(Matrix.MeanDice), $"of {Classes} classes");
        report.AddKeyFigure("Right pixels", Percent(Matrix.Accuracy), $"of {Count(ImageCount)} images");
    }

    /// <inheritdoc/>
    public override void AddSections(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var classes = report.AddSection("Classes");
        classes.AddParagraph(
            "IoU is the intersection of the prediction and the mask, divided by their union. Dice is twice the intersection, divided by the sum of both. All "
                + "pixels of all images are counted together.");
        classes.Add(ScoresTable());
        var confusion = report.AddSection("Confusion of pixels");
        confusion.AddParagraph("A row is the pixels of one class in the masks, and the shares of them that were predicted as each class.");
        confusion.Add(ConfusionTable());
        if (Worst.Count == 0) return;
        var images = report.AddSection("Images with the lowest mean IoU");
        images.Add(new ReportImages(
            [new ReportImage(SegmentationFigure.LegendToPng(Matrix.ClassNames), $"The colors of the classes {string.Join(", ", Matrix.ClassNames)}")])
        {
            Width = 2 * RowWidth,
        });
        images.Add(new ReportImages(Worst.Select(Row)) { Width = RowWidth });
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteString("part", PartName);
        json.WriteNumber("images", ImageCount);
        json.WriteNumber("pixels", Matrix.Count);
        json.WriteFinite("mean_iou", Matrix.MeanIoU);
        json.WriteFinite("mean_dice", Matrix.MeanDice);
        json.WriteFinite("pixel_accuracy", Matrix.Accuracy);
        json.WriteStartArray("classes");
        for (var label = 0; label < Classes; label++)
        {
            json.WriteStartObject();
            json.WriteString("name", Matrix.ClassNames[label]);
            json.WriteFinite("iou", Matrix.IoU(label));
            json.WriteFinite("dice", Matrix.Dice(label));
            json.WriteFinite("precision", Matrix.Precision(label));
            json.WriteFinite("recall", Matrix.Recall(label));
            json.WriteNumber("pixels", Matrix.Actual(label));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("confusion");
        for (var actual = 0; actual < Classes; actual++)
        {
            json.WriteStartArray();
            for (var predicted = 0; predicted < Classes; predicted++) json.WriteNumberValue(Matrix[actual, predicted]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static ReportCell Cell(double share) => double.IsNaN(share) ? new("–") : new(Percent(share)) { Share = share, SortsAs = share };

    private static IReadOnlyList<string> ClassNamesOf(Model model)
    {
        var classes = Math.Max(2, model.OutputShape.Sizes[^1] ?? 2);
        return model.ClassNames.Count == classes
            ? model.ClassNames
            : [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))];
    }

    private static (Tensor Input, Tensor Target, Tensor Outputs) Read(Model model, Dataset data, int index)
    {
        var sample = data[index];
        return (sample.Input, sample.Target, model.Predict(sample.Input.Reshape(sample.Input.Shape.Prepend(1)), verbose: 0));
    }

    private static SegmentationExample Example(Model model, Dataset data, int index, double meanIoU, float threshold)
    {
        var (input, target, outputs) = Read(model, data, index);
        var shown = input.Values.ToArray();
        if (data.ImageInput is { } preprocessing) preprocessing.ToUnit(shown);
        var name = data is MaskFolder files ? Path.GetFileName(files.Image(index)) : $"Image {index + 1}";
        return new SegmentationExample(
            new Tensor(input.Shape, shown), target.Reshape(input.Shape[..2]), Classified(outputs, threshold).Reshape(input.Shape[..2]),
            $"{name}: mean IoU {Percent(meanIoU)}");
    }

    private static Tensor Classified(Tensor outputs, float threshold)
    {
        var classes = outputs.Shape[^1];
        var labels = new float[outputs.Shape.Count / classes];
        for (var i = 0; i < labels.Length; i++)
        {
            var row = outputs.Values.AsSpan(i * classes, classes);
            labels[i] = classes == 1 ? (row[0] >= threshold ? 1 : 0) : TensorPrimitives.IndexOfMax<float>(row);
        }

        return new Tensor([labels.Length], labels);
    }

    private ReportImage Row(SegmentationExample example) =>
        ReportImage.Of(SegmentationFigure.SideBySide(example, Matrix.ClassNames), $"{example.Caption}: the image, its mask and the prediction") with
        {
            Caption = example.Caption,
        };

    private ReportTable ScoresTable() => new(
        [
            new("class", IsHeading: true), new("IoU", IsNumber: true), new("Dice", IsNumber: true), new("precision", IsNumber: true),
            new("recall", IsNumber: true), new("share of pixels", IsNumber: true),
        ],
        Enumerable.Range(0, Classes).Select(label => (IReadOnlyList<ReportCell>)
        [
            Matrix.ClassNames[label], Cell(Matrix.IoU(label)), Cell(Matrix.Dice(label)), Cell(Matrix.Precision(label)), Cell(Matrix.Recall(label)),
            Cell((double)Matrix.Actual(label) / Matrix.Count),
        ]));

    private ReportTable ConfusionTable() => new(
        [new("in the mask", IsHeading: true), .. Matrix.ClassNames.Select(name => new ReportColumn($"as {name}", IsNumber: true))],
        Enumerable.Range(0, Classes).Select(actual => (IReadOnlyList<ReportCell>)
        [
            Matrix.ClassNames[actual],
            .. Enumerable.Range(0, Classes).Select(predicted => Cell((double)Matrix[actual, predicted] / Matrix.Actual(actual))),
        ]))
    {
        CanSort = false,
    };
}
