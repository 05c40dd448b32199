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
        return WithLegend(sheet, classNames);
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
        var plain = new Tensor(example.Actual.Shape, [.. Enumerable.Repeat(0f, example.Actual.Shape.Count)]);
        Tensor[] panels =
        [
            SegmentationOverlay.Of(example.Image, plain, ["background"]), SegmentationOverlay.Of(example.Image, example.Actual, classNames),
            SegmentationOverlay.Of(example.Image, example.Predicted, classNames),
        ];
        var (height, width) = (plain.Shape[0], plain.Shape[1]);
        var factor = Math.Max(1, (SmallestHeight + height - 1) / height);
        var (wide, tall) = ((3 * width * factor) + (2 * Gap), height * factor);
        var values = new float[tall * wide * 3];
        Array.Fill(values, 1);
        for (var panel = 0; panel < 3; panel++)
            for (var y = 0; y < tall; y++)
                for (var x = 0; x < width * factor; x++)
                    panels[panel].Values.AsSpan(((y / factor * width) + (x / factor)) * 3, 3)
                        .CopyTo(values.AsSpan(((y * wide) + (panel * ((width * factor) + Gap)) + x) * 3));
        return new Tensor([tall, wide, 3], values);
    }

    /// <summary>Adds the colors of the classes below a sheet.</summary>
    private static byte[] WithLegend(byte[] sheet, IReadOnlyList<string> classNames)
    {
        const int key = 18, line = 30, space = 26;
        using var image = SKBitmap.Decode(sheet);
        using var font = Lettering.Regular(16);
        var entries = new List<(float X, float Y, SKColor? Color, string Name)>();
        var (x, y, colors) = ((float)Margin, 0f, SegmentationOverlay.ColorsOf(classNames));
        AddEntry(null, "Each: the image, its mask, the prediction");
        for (var label = 0; label < classNames.Count; label++)
            if (colors[label] is { } color) AddEntry(color, classNames[label]);
        using var surface = SKSurface.Create(new SKImageInfo(image.Width, image.Height + (int)y + line + 8, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(Palette.Paper);
        surface.Canvas.DrawBitmap(image, 0, 0);
        foreach (var entry in entries)
        {
            var top = image.Height - 10 + entry.Y;
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
            if (x > Margin && x + length > image.Width - Margin) (x, y) = (Margin, y + line);
            entries.Add((x, y, color, name));
            x += length + space;
        }
    }
}
