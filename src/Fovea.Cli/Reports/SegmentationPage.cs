using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>The measures of a segmentation as an HTML page.</summary>
internal static class SegmentationPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="matrix">The counts of all pixels.</param>
    /// <param name="worst">The images with the lowest mean IoU.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="title">The title of the page.</param>
    public static void Save(PixelConfusionMatrix matrix, IReadOnlyList<SegmentationExample> worst, string path, string title)
    {
        var report = new HtmlReport(title);
        report.AddKeyFigure("Mean IoU", Percent(matrix.MeanIoU), "over the classes");
        report.AddKeyFigure("Mean Dice", Percent(matrix.MeanDice));
        report.AddKeyFigure("Right pixels", Percent(matrix.Accuracy), $"of {matrix.Count.ToString("N0", CultureInfo.InvariantCulture)}");
        AddTo(report, matrix, worst);
        report.Save(path);
    }

    /// <summary>Adds the sections to a page.</summary>
    public static void AddTo(HtmlReport report, PixelConfusionMatrix matrix, IReadOnlyList<SegmentationExample> worst)
    {
        var measures = report.AddSection("Classes");
        measures.AddParagraph("IoU is the intersection of prediction and mask, divided by their union. Dice is twice the intersection, divided by the sum of both.");
        measures.Add(Measures(matrix));
        var confusion = report.AddSection("Confusion of pixels");
        confusion.AddParagraph("Each row is the pixels of one class in the masks; the shares say as which class they were predicted.");
        confusion.Add(Confusion(matrix));
        var images = report.AddSection("Images with the lowest mean IoU");
        images.Add(new ReportImages(
            [new ReportImage(SegmentationFigure.LegendToPng(matrix.ClassNames), $"The colors of the classes {string.Join(", ", matrix.ClassNames)}")]) { Width = 960 });
        images.Add(new ReportImages(worst.Select(example => ReportImage.Of(
            SegmentationFigure.SideBySide(example, matrix.ClassNames), $"{example.Caption}: the image, its mask and the prediction") with { Caption = example.Caption }))
        {
            Width = 480,
        });
    }

    private static ReportTable Measures(PixelConfusionMatrix matrix) => new(
        [
            new("class", IsHeading: true), new("IoU", IsNumber: true), new("Dice", IsNumber: true), new("precision", IsNumber: true), new("recall", IsNumber: true),
            new("share of pixels", IsNumber: true),
        ],
        Enumerable.Range(0, matrix.ClassNames.Count).Select(label => (IReadOnlyList<ReportCell>)
        [
            matrix.ClassNames[label], Cell(matrix.IoU(label)), Cell(matrix.Dice(label)), Cell(matrix.Precision(label)), Cell(matrix.Recall(label)),
            Cell((double)matrix.Actual(label) / matrix.Count),
        ]));

    private static ReportTable Confusion(PixelConfusionMatrix matrix) => new(
        [new("actual", IsHeading: true), .. matrix.ClassNames.Select(name => new ReportColumn($"as {name}", IsNumber: true))],
        Enumerable.Range(0, matrix.ClassNames.Count).Select(actual => (IReadOnlyList<ReportCell>)
        [
            matrix.ClassNames[actual],
            .. Enumerable.Range(0, matrix.ClassNames.Count).Select(predicted => Cell((double)matrix[actual, predicted] / matrix.Actual(actual))),
        ]))
    {
        CanSort = false,
    };

    private static ReportCell Cell(double share) => double.IsNaN(share) ? new("–") : new(Percent(share)) { Share = share, SortsAs = share };

    private static string Percent(double share) => double.IsNaN(share) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");
}
