using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Draws many small images on one sheet, with captions or, as a grid without margins, in their true size.</summary>
/// <remarks>
/// A grid of feature maps, as in the book: <c>ContactSheet.Save([.. channels.Select(map => CaptionedImage.OfMatrix(map))], path, columns: 16, cell: null,
/// spacing: 0, margin: 0)</c>.
/// </remarks>
public static class ContactSheet
{
    private const int CaptionHeight = 30;
    private const int LineHeight = 21;
    private const int TitleHeight = 56;

    /// <summary>The width up to which a sheet of few images is widened for its title.</summary>
    private const int MaxTitle = 900;

    /// <summary>Writes the sheet as a PNG file. An existing file is replaced.</summary>
    /// <param name="images">The images, row by row, at least one. All are drawn in squares of the same size.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="columns">The number of images in a row.</param>
    /// <param name="title">The title of the sheet.</param>
    /// <param name="cell">The side of the squares in pixels, at least 16; null for the true size of each image, in cells of the largest.</param>
    /// <param name="spacing">The space between two images in pixels.</param>
    /// <param name="margin">The space around all images in pixels.</param>
    /// <exception cref="ArgumentException">There are no images, one has neither 1 nor 3 channels, or values outside its range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        IReadOnlyList<CaptionedImage> images, string path, int columns = 10, string? title = null, int? cell = 112, int spacing = 18, int margin = 32) =>
        AtomicFile.Write(path, ToPng(images, columns, title, cell, spacing, margin));

    /// <summary>Draws the sheet as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">There are no images, one has neither 1 nor 3 channels, or values outside its range.</exception>
    public static byte[] ToPng(
        IReadOnlyList<CaptionedImage> images, int columns = 10, string? title = null, int? cell = 112, int spacing = 18, int margin = 32)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(spacing);
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        if (cell is { } side) ArgumentOutOfRangeException.ThrowIfLessThan(side, 16, nameof(cell));
        if (images.Count == 0) throw new ArgumentException("ContactSheet: expected at least one image; received none.", nameof(images));
        using var drawing = new Drawing(images, Math.Min(columns, images.Count), cell, spacing, margin);
        return drawing.ToPng(title);
    }

    /// <summary>Draws the sheet as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">There are no images, one has neither 1 nor 3 channels, or values outside its range.</exception>
    public static string ToHtml(
        IReadOnlyList<CaptionedImage> images, int columns = 10, string? title = null, int? cell = 112, int spacing = 18, int margin = 32) =>
        FigureHtml.Image(ToPng(images, columns, title, cell, spacing, margin), title ?? "Images");

    private sealed class Drawing : IDisposable
    {
        private readonly IReadOnlyList<CaptionedImage> images;
        private readonly List<SKBitmap> bitmaps;
        private readonly int columns;
        private readonly int spacing;
        private readonly int margin;
        private readonly bool isTrueSize;
        private readonly (int Width, int Height) cell;
        private readonly int captionHeight;

        public Drawing(IReadOnlyList<CaptionedImage> images, int columns, int? cell, int spacing, int margin)
        {
            (this.images, this.columns, this.spacing, this.margin, isTrueSize) = (images, columns, spacing, margin, cell is null);
            bitmaps = [.. images.Select(image => image.ToBitmap())];
            this.cell = cell is { } side ? (side, side) : (bitmaps.Max(bitmap => bitmap.Width), bitmaps.Max(bitmap => bitmap.Height));
            captionHeight = images.All(image => image.Caption.Length == 0)
                ? 0
                : CaptionHeight + (LineHeight * images.Max(image => image.Caption.Count(character => character == '\n')));
        }

        public byte[] ToPng(string? title)
        {
            var rows = (images.Count + columns - 1) / columns;
            var top = margin + (title is null ? 0 : TitleHeight);
            var width = (2 * margin) + (columns * cell.Width) + ((columns - 1) * spacing);
            var rowHeight = cell.Height + captionHeight;
            using var font = Lettering.SemiBold(24);
            if (title is not null) width = Math.Max(width, (2 * margin) + (int)Math.Ceiling(Math.Min(font.MeasureText(title), MaxTitle)));
            var height = top + (rows * rowHeight) + ((rows - 1) * spacing) + margin;
            using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            surface.Canvas.Clear(Palette.Paper);
            if (title is not null)
                Lettering.Draw(surface.Canvas, Lettering.Fit(title, font, width - (2 * margin)), margin, margin + 24, SKTextAlign.Left, font, Palette.Ink);
            for (var i = 0; i < images.Count; i++)
                DrawCell(surface.Canvas, i, margin + (i % columns * (cell.Width + spacing)), top + (i / columns * (rowHeight + spacing)));
            using var sheet = surface.Snapshot();
            using var data = sheet.Encode(SKEncodedImageFormat.Png, 100);
            return data.ToArray();
        }

        public void Dispose() => bitmaps.ForEach(bitmap => bitmap.Dispose());

        private void DrawCell(SKCanvas canvas, int index, float left, float top)
        {
            var (image, bitmap) = (images[index], bitmaps[index]);
            var scale = isTrueSize ? 1 : Math.Min((float)cell.Width / bitmap.Width, (float)cell.Height / bitmap.Height);
            var (width, height) = (bitmap.Width * scale, bitmap.Height * scale);
            var place = SKRect.Create(left + ((cell.Width - width) / 2), top + ((cell.Height - height) / 2), width, height);
            if (isTrueSize) place.Location = new SKPoint((float)Math.Floor(place.Left), (float)Math.Floor(place.Top));

            // Small images show their pixels as squares; large ones are shrunk smoothly.
            var sampling = isTrueSize || scale >= 2
                ? new SKSamplingOptions(SKFilterMode.Nearest)
                : new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
            using var pixels = SKImage.FromBitmap(bitmap);
            canvas.DrawImage(pixels, place, sampling);
            if (image.Caption.Length > 0) DrawCaption(canvas, image, left + (cell.Width / 2f), top + cell.Height + 22);
            if (!image.IsMarked) return;
            using var paint = new SKPaint { IsAntialias = true, Color = Palette.Red, Style = SKPaintStyle.Stroke, StrokeWidth = 4 };
            canvas.DrawRect(SKRect.Inflate(place, 2, 2), paint);
        }

        private void DrawCaption(SKCanvas canvas, CaptionedImage image, float centre, float line)
        {
            using var font = image.IsMarked ? Lettering.SemiBold(16) : Lettering.Regular(16);
            foreach (var text in image.Caption.Split('\n'))
            {
                var color = image.IsMarked ? Palette.Red : Palette.Ink;
                Lettering.Draw(canvas, Lettering.Fit(text, font, cell.Width + Math.Max(spacing - 4, 0)), centre, line, SKTextAlign.Center, font, color);
                line += LineHeight;
            }
        }
    }
}
