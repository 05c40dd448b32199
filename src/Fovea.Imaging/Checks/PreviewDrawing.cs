using System.Globalization;
using Fovea.Formats;

namespace Fovea.Imaging;

/// <summary>Draws a preview as a figure or a page.</summary>
internal static class PreviewDrawing
{
    private const int Side = 160;

    /// <summary>The width of a page for images, and the space between two, in CSS pixels.</summary>
    private const int PageWidth = 1040, Gap = 18;

    /// <summary>Draws one figure: a row for each image, first as it is read, then varied.</summary>
    public static void SaveFigure(DataPreview preview, string path)
    {
        var sheet = ContactSheet.ToPng(
            [.. preview.Rows.SelectMany(row => Captioned(preview, row))], columns: preview.Rows.Max(row => row.Varied.Count) + 1, cell: Side);
        AtomicFile.Write(path, preview.MaskClasses is { } names ? SegmentationFigure.WithLegend(sheet, names, "Masks are drawn in color") : sheet);
    }

    /// <summary>A page with a section for each image.</summary>
    public static HtmlReport ToPage(DataPreview preview)
    {
        var page = new HtmlReport($"Preview of {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(preview.Folder)))}")
        {
            Subtitle = $"What a network is fed: {preview.Input}.",
        };
        if (preview.MaskClasses is { } names)
        {
            var legend = SegmentationFigure.LegendToPng(names, "Masks are drawn in color");
            var description = $"The colors of the classes {string.Join(", ", names)}";
            page.AddSection("Classes").Add(new ReportImages([new ReportImage(legend, description)]) { Width = 960 });
        }

        foreach (var row in preview.Rows)
        {
            ReportImage[] images =
            [
                Embedded(preview, row.Original, row.File) with { Caption = "as it is read" },
                .. row.Varied.Select((image, copy) => Embedded(
                    preview, image, string.Create(CultureInfo.InvariantCulture, $"{row.File}, variation {copy + 1}")) with { Caption = CaptionOf(image) }),
            ];
            var width = Math.Clamp((PageWidth / images.Length) - Gap, 96, Side);
            page.AddSection(row.Label.Length > 0 ? $"{row.Label}: {row.File}" : row.File).Add(new ReportImages(images) { Width = width });
        }

        return page;
    }

    private static IEnumerable<CaptionedImage> Captioned(DataPreview preview, DataPreviewRow row)
    {
        yield return new CaptionedImage(Drawn(preview, row.Original), row.Label.Length > 0 ? row.Label : Path.GetFileName(row.File));
        foreach (var varied in row.Varied) yield return new CaptionedImage(Drawn(preview, varied), CaptionOf(varied));
    }

    private static ReportImage Embedded(DataPreview preview, DataPreviewImage image, string description) =>
        ReportImage.Of(Drawn(preview, image), description);

    /// <summary>The image with its mask, from 0 to 1.</summary>
    private static Tensor Drawn(DataPreview preview, DataPreviewImage image)
    {
        var scaled = new Tensor(image.Image.Shape, [.. image.Image.Values.ToArray().Select(value => Math.Clamp(value / 255, 0, 1))]);
        return image.Mask is { } mask ? SegmentationOverlay.Of(scaled, mask, preview.MaskClasses!) : scaled;
    }

    /// <summary>The labels of a mixed image with their shares, a line for each that has at least 1 %; empty for an image of one label.</summary>
    private static string CaptionOf(DataPreviewImage image) => image.Labels.Count < 2
        ? ""
        : string.Join('\n', image.Labels.Where(share => share.Share >= 0.005)
            .Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Label} {share.Share:0 %}")));
}
