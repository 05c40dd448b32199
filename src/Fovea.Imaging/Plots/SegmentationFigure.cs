using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>An image with the actual and the predicted class of each pixel.</summary>
/// <param name="Image">The image, (height, width, 3) or (height, width, 1), from 0 to 1.</param>
/// <param name="Actual">The actual class number of each pixel, (height, width).</param>
/// <param name="Predicted">The predicted class number of each pixel, (height, width).</param>
/// <param name="Caption">The text below it.</param>
public sealed record SegmentationExample(Tensor Image, Tensor Actual, Tensor Predicted, string Caption = "");

/// <summary>Draws images with their actual and predicted classes: each one as it is, with its mask, and with the prediction, side by side.</summary>
public static class SegmentationFigure
{
    private const int SmallestHeight = 160;
    private const int Gap = 6;
    private const int Margin = 32;
    private const string Panels = "Each: the image, its mask, the prediction";

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="examples">The examples, at least one.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="classNames">The names of the classes by class number.</param>
    /// <param name="title">The title of the figure.</param>
    /// <param name="columns">The number of examples next to each other.</param>
    /// <exception cref="ArgumentException">There are no examples, or one has tensors of other shapes.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        IReadOnlyList<SegmentationExample> examples, string path, IReadOnlyList<string> classNames, string? title = null, int columns = 2) =>
        AtomicFile.Write(path, ToPng(examples, classNames, title, columns));

    /// <summary>Draws the figure as PNG.</summary>
    /// <param name="examples">The examples, at least one.</param>
    /// <param name="classNames">The names of the classes by class number.</param>
    /// <param name="title">The title of the figure.</param>
    /// <param name="columns">The number of examples next to each other.</param>
    /// <exception cref="ArgumentException">There are no examples, or one has tensors of other shapes.</exception>
    public static byte[] ToPng(IReadOnlyList<SegmentationExample> examples, IReadOnlyList<string> classNames, string? title = null, int columns = 2)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(classNames);
        if (examples.Count == 0) throw new ArgumentException("SegmentationFigure: expected at least one example; received none.", nameof(examples));
        var sheet = ContactSheet.ToPng(
            [.. examples.Select(example => new CaptionedImage(SideBySide(example, classNames), example.Caption))], columns, title, cell: null, spacing: 20,
            margin: Margin);
        return WithLegend(sheet, classNames, Panels);
    }

    /// <summary>Adds the colors of the classes below a sheet.</summary>
    /// <param name="sheet">The sheet as PNG.</param>
    /// <param name="classNames">The names of the classes by class number.</param>
    /// <param name="note">What the sheet shows.</param>
    internal static byte[] WithLegend(byte[] sheet, IReadOnlyList<string> classNames, string note)
    {
        using var image = SKBitmap.Decode(sheet);
        return WithLegend(image, image.Width, classNames, note);
    }

    /// <summary>
    /// The image, its mask and its prediction next to each other, (height, width, 3) from 0 to 1; small images are enlarged by whole factors.
    /// </summary>
    /// <param name="example">The example.</param>
    /// <param name="classNames">The names of the classes by class number.</param>
    /// <exception cref="ArgumentException">The tensors have other shapes.</exception>
    public static Tensor SideBySide(SegmentationExample example, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(classNames);
        var factor = Math.Max(1, (SmallestHeight + example.Image.Shape[0] - 1) / example.Image.Shape[0]);
        var image = Enlarge(example.Image, factor);
        var plain = new Tensor(image.Shape[..2], new float[image.Shape[..2].Count]);
        Tensor[] panels =
        [
            SegmentationOverlay.Of(image, plain, ["background"]), SegmentationOverlay.Of(image, Enlarge(example.Actual, factor), classNames),
            SegmentationOverlay.Of(image, Enlarge(example.Predicted, factor), classNames),
        ];
        var (height, width) = (image.Shape[0], image.Shape[1]);
        var wide = (3 * width) + (2 * Gap);
        var values = new float[height * wide * 3];
        Array.Fill(values, 1);
        for (var panel = 0; panel < 3; panel++)
            for (var y = 0; y < height; y++)
                panels[panel].Values.AsSpan(y * width * 3, width * 3).CopyTo(values.AsSpan(((y * wide) + (panel * (width + Gap))) * 3));
        return new Tensor([height, wide, 3], values);
    }

    /// <summary>Draws the colors of the classes, as PNG.</summary>
    /// <param name="classNames">The names of the classes by class number.</param>
    /// <param name="width">The width of the figure in pixels.</param>
    public static byte[] LegendToPng(IReadOnlyList<string> classNames, int width = 960)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 100);
        return WithLegend(null, width, classNames, Panels);
    }

    internal static byte[] LegendToPng(IReadOnlyList<string> classNames, string note) => WithLegend(null, 960, classNames, note);

    /// <summary>Repeats the pixels of an image or a mask.</summary>
    private static Tensor Enlarge(Tensor image, int factor)
    {
        if (factor == 1) return image;
        var (height, width, channels) = (image.Shape[0], image.Shape[1], image.Shape.Rank == 3 ? image.Shape[2] : 1);
        var values = new float[height * factor * width * factor * channels];
        for (var y = 0; y < height * factor; y++)
            for (var x = 0; x < width * factor; x++)
                image.Values.AsSpan(((y / factor * width) + (x / factor)) * channels, channels)
                    .CopyTo(values.AsSpan(((y * width * factor) + x) * channels));
        Shape enlarged = [height * factor, width * factor];
        return new Tensor(image.Shape.Rank == 3 ? [enlarged[0], enlarged[1], channels] : enlarged, values);
    }

    /// <summary>Adds the colors of the classes below a sheet, if there is one.</summary>
    private static byte[] WithLegend(SKBitmap? sheet, int width, IReadOnlyList<string> classNames, string note)
    {
        const int key = 18, line = 30, space = 26;
        var above = sheet?.Height ?? 20;
        using var font = Lettering.Regular(16);
        var entries = new List<(float X, float Y, SKColor? Color, string Name)>();
        var (x, y, colors) = ((float)Margin, 0f, SegmentationOverlay.ColorsOf(classNames));
        AddEntry(null, note);
        for (var label = 0; label < classNames.Count; label++)
            if (colors[label] is { } color) AddEntry(color, classNames[label]);
        using var surface = SKSurface.Create(new SKImageInfo(width, above + (int)y + line + 8, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(Palette.Paper);
        if (sheet is not null) surface.Canvas.DrawBitmap(sheet, 0, 0);
        foreach (var entry in entries)
        {
            var top = above - 10 + entry.Y;
            if (entry.Color is { } ink)
            {
                using var paint = new SKPaint { Color = ink, IsAntialias = true };
                surface.Canvas.DrawRoundRect(entry.X, top, key, key, 3, 3, paint);
            }

            Lettering.Draw(
                surface.Canvas, entry.Name, entry.X + (entry.Color is null ? 0 : key + 8), top + key - 4, SKTextAlign.Left, font,
                entry.Color is null ? Palette.Quiet : Palette.Ink);
        }

        using var whole = surface.Snapshot();
        using var data = whole.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();

        void AddEntry(SKColor? color, string name)
        {
            var length = font.MeasureText(name) + (color is null ? 0 : key + 8);
            if (x > Margin && x + length > width - Margin) (x, y) = (Margin, y + line);
            entries.Add((x, y, color, name));
            x += length + space;
        }
    }
}
