using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>An image on a contact sheet.</summary>
/// <param name="Pixels">Height × width × channels values from 0 (black) to 1 (full), with 1 channel (grey) or 3 (red, green, blue).</param>
/// <param name="Shape">(height, width, channels).</param>
/// <param name="Caption">The text below it, in one or several lines.</param>
/// <param name="IsMarked">Whether it is marked in red, for instance as a wrong prediction.</param>
public sealed record CaptionedImage(IReadOnlyList<float> Pixels, Shape Shape, string Caption, bool IsMarked = false);

/// <summary>Draws many small images with captions on one sheet.</summary>
public static class ContactSheet
{
    private const int Margin = 32;
    private const int Gap = 18;
    private const int CaptionHeight = 30;
    private const int LineHeight = 21;
    private const int TitleHeight = 56;

    /// <summary>Writes the sheet as a PNG file. An existing file is replaced.</summary>
    /// <param name="images">The images, row by row, at least one. All are drawn in squares of the same size.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="columns">The number of images in a row.</param>
    /// <param name="title">The title of the sheet.</param>
    /// <param name="cell">The side of the squares in pixels.</param>
    /// <exception cref="ArgumentException">There are no images, or one has neither 1 nor 3 channels.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(IReadOnlyList<CaptionedImage> images, string path, int columns = 10, string? title = null, int cell = 112) =>
        AtomicFile.Write(path, ToPng(images, columns, title, cell));

    /// <summary>Draws the sheet as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">There are no images, or one has neither 1 nor 3 channels.</exception>
    public static byte[] ToPng(IReadOnlyList<CaptionedImage> images, int columns = 10, string? title = null, int cell = 112)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cell, 16);
        if (images.Count == 0) throw new ArgumentException("ContactSheet: expected at least one image; received none.", nameof(images));
        columns = Math.Min(columns, images.Count);
        var rows = (images.Count + columns - 1) / columns;
        var top = Margin + (title is null ? 0 : TitleHeight);
        var width = (2 * Margin) + (columns * cell) + ((columns - 1) * Gap);
        var rowHeight = cell + CaptionHeight + (LineHeight * images.Max(image => image.Caption.Count(character => character == '\n')));
        var height = top + (rows * rowHeight) + ((rows - 1) * Gap) + Margin;

        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(Palette.Paper);
        if (title is not null) DrawTitle(surface.Canvas, title, width - (2 * Margin));
        for (var i = 0; i < images.Count; i++)
        {
            var left = Margin + (i % columns * (cell + Gap));
            DrawCell(surface.Canvas, images[i], left, top + (i / columns * (rowHeight + Gap)), cell);
        }

        using var sheet = surface.Snapshot();
        using var data = sheet.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static void DrawTitle(SKCanvas canvas, string title, float width)
    {
        using var font = Lettering.SemiBold(24);
        Lettering.Draw(canvas, Lettering.Fit(title, font, width), Margin, Margin + 24, SKTextAlign.Left, font, Palette.Ink);
    }

    private static void DrawCell(SKCanvas canvas, CaptionedImage image, float left, float top, int cell)
    {
        using var bitmap = ToBitmap(image);
        var scale = Math.Min((float)cell / bitmap.Width, (float)cell / bitmap.Height);
        var (width, height) = (bitmap.Width * scale, bitmap.Height * scale);
        var place = SKRect.Create(left + ((cell - width) / 2), top + ((cell - height) / 2), width, height);

        // Small images show their pixels as squares; large ones are shrunk smoothly.
        var sampling = scale >= 2 ? new SKSamplingOptions(SKFilterMode.Nearest) : new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        using var pixels = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(pixels, place, sampling);
        using var font = image.IsMarked ? Lettering.SemiBold(16) : Lettering.Regular(16);
        var line = top + cell + 22;
        foreach (var text in image.Caption.Split('\n'))
        {
            Lettering.Draw(
                canvas, Lettering.Fit(text, font, cell + Gap - 4), left + (cell / 2f), line, SKTextAlign.Center, font, image.IsMarked
                    ? Palette.Red
                    : Palette.Ink);
            line += LineHeight;
        }

        if (!image.IsMarked) return;
        using var paint = new SKPaint { IsAntialias = true, Color = Palette.Red, Style = SKPaintStyle.Stroke, StrokeWidth = 4 };
        canvas.DrawRect(SKRect.Inflate(place, 2, 2), paint);
    }

    private static SKBitmap ToBitmap(CaptionedImage image)
    {
        if (image.Shape is not { Rank: 3 } || image.Shape[2] is not (1 or 3))
            throw new ArgumentException($"ContactSheet: expected images of (height, width, 1 or 3); received {image.Shape}.", nameof(image));
        var (height, width, channels) = (image.Shape[0], image.Shape[1], image.Shape[2]);
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var start = ((y * width) + x) * channels;
                byte Channel(int channel) => (byte)Math.Round(255 * Math.Clamp(image.Pixels[start + (channels == 1 ? 0 : channel)], 0, 1));
                bitmap.SetPixel(x, y, new SKColor(Channel(0), Channel(1), Channel(2)));
            }
        }

        return bitmap;
    }
}
