using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Draws how the receptive field grows. Each layer that enlarges the field has one panel: the image, with a frame around the part that one output of the layer
/// sees.
/// </summary>
public static class ReceptiveFieldFigure
{
    private const int Top = 150;
    private const int Side = 300;
    private const int Gap = 30;
    private const int CaptionHeight = 116;
    private const int Columns = 4;

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="growth">The result of <see cref="ConvolutionStep.ReceptiveFields"/>.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(ReceptiveFieldGrowth growth, string path) => AtomicFile.Write(path, ToPng(growth));

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    public static string ToHtml(ReceptiveFieldGrowth growth) => FigureHtml.Image(ToPng(growth), "Receptive fields");

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    public static byte[] ToPng(ReceptiveFieldGrowth growth)
    {
        ArgumentNullException.ThrowIfNull(growth);
        var layers = growth.Growing();
        var columns = Math.Min(Columns, layers.Count);
        var rows = (layers.Count + columns - 1) / columns;
        using var image = TensorBitmap.OfImage(growth.Image);
        var margin = MarginOf(growth, layers);
        var scale = StepInput.ScaleFor(image.Height + (2 * margin), image.Width + (2 * margin), Side);
        var panelHeight = (image.Height + (2 * margin)) * scale;
        using var sheet =
            new Sheet(Math.Max(900, (2 * Sheet.Margin) + (columns * (Side + Gap)) - Gap), (int)(Top + (rows * (panelHeight + CaptionHeight)) + 20));
        sheet.Title(
            "Receptive fields: the part of the image that one output of each layer sees",
            $"The image has {image.Height} × {image.Width} pixels{(margin > 0 ? "; the grey area around it is zero padding" : "")}. Layers whose "
                + "receptive field "
                + "does not grow are omitted.");
        foreach (var (i, layer) in layers.Index())
            DrawPanel(
                sheet, growth, layer, image, Sheet.Margin + (i % columns * (Side + Gap)), Top + (i / columns * (panelHeight + CaptionHeight)), scale, margin);
        return sheet.ToPng();
    }

    private static void DrawPanel(Sheet sheet, ReceptiveFieldGrowth growth, LayerField layer, SKBitmap image, float x, float y, float scale, int margin)
    {
        var panel = SKRect.Create(x, y, (image.Width + (2 * margin)) * scale, (image.Height + (2 * margin)) * scale);
        sheet.Fill(panel, Palette.Grid);
        var placed = sheet.Image(image, x + (margin * scale), y + (margin * scale), scale);
        var seen = placed.Place(layer.Region, 8);
        sheet.Canvas.Save();
        sheet.Canvas.ClipRect(SKRect.Inflate(panel, 2, 2));
        sheet.Canvas.Save();
        sheet.Canvas.ClipRect(seen, SKClipOperation.Difference);
        sheet.Fill(panel, SKColors.White.WithAlpha(170));
        sheet.Canvas.Restore();
        sheet.Frame(seen, Palette.Orange, 3);
        sheet.Canvas.Restore();

        var isImage = layer.OutputShape.Rank == 3;
        var seesAll = growth.SeesAll(layer);
        sheet.Text($"{layer.Region.Height} × {layer.Region.Width}", x, panel.Bottom + 28, 20, seesAll ? Palette.Orange : null, bold: true);
        if (seesAll) sheet.Text("the whole image", x + panel.Width, panel.Bottom + 28, 17, Palette.Orange, align: SKTextAlign.Right);
        sheet.Text($"{layer.Path} ({layer.ClassName})", x, panel.Bottom + 52, 16, width: Side);
        var moves = layer.Field.StrideHeight == 1 ? "1 pixel" : $"{layer.Field.StrideHeight} pixels";
        sheet.Text(
            !isImage
                ? "each of its outputs"
                : $"output {layer.Row},{layer.Column} of {layer.OutputShape[0]} "
                    + $"× {layer.OutputShape[1]}{(layer.Field.StrideHeight > 0 ? $", {moves} apart" : "")}",
            x, panel.Bottom + 75, 15, Palette.Quiet, width: Side);
    }

    /// <summary>The space around the image for fields that extend beyond its border, at most an eighth of the image on each side.</summary>
    private static int MarginOf(ReceptiveFieldGrowth growth, IReadOnlyList<LayerField> layers)
    {
        var (height, width) = (growth.Image.Shape[1], growth.Image.Shape[2]);
        var over =
            layers.Max(layer => Math.Max(Math.Max(-layer.Region.Top, -layer.Region.Left), Math.Max(layer.Region.Bottom - height, layer.Region.Right - width)));
        return Math.Clamp(over, 0, Math.Max(height, width) / 8);
    }
}
