using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>A white sheet to draw an explanation on: text, frames, arrows and images.</summary>
internal sealed class Sheet : IDisposable
{
    public const int Margin = 40;

    private const float MinFontSize = 9;

    private readonly SKSurface surface;

    public Sheet(int width, int height)
    {
        (Width, Height) = (width, height);
        surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Canvas.Clear(SKColors.White);
    }

    public int Width { get; }

    public int Height { get; }

    public SKCanvas Canvas => surface.Canvas;

    /// <summary>Draws the title and an explanation in the upper left.</summary>
    public void Title(string title, string meaning)
    {
        Text(title, Margin, 62, 28, bold: true, width: Width - (2 * Margin));
        Paragraph(meaning, Margin, 96, Width - (2 * Margin));
    }

    /// <summary>Draws one line of text with its baseline at <paramref name="y"/>, in a smaller font if it exceeds the width.</summary>
    public void Text(
        string text, float x, float y, float size = 17, SKColor? color = null, bool bold = false, SKTextAlign align = SKTextAlign.Left,
            float width = float.PositiveInfinity)
    {
        using var font = Font(size, bold);
        while (font.Size > MinFontSize && font.MeasureText(text) > width) font.Size -= 0.5f;
        Lettering.Draw(Canvas, font.MeasureText(text) > width ? Lettering.Fit(text, font, width) : text, x, y, align, font, color ?? Palette.Ink);
    }

    /// <summary>Draws text with line breaks, and returns the baseline after the last line.</summary>
    public float Paragraph(string text, float x, float y, float width, float size = 17, SKColor? color = null)
    {
        using var font = Font(size, bold: false);
        var line = "";
        foreach (var word in text.Split(' '))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && font.MeasureText(longer) > width)
            {
                Text(line, x, y, size, color ?? Palette.Quiet);
                y += size * 1.4f;
                longer = word;
            }

            line = longer;
        }

        Text(line, x, y, size, color ?? Palette.Quiet);
        return y + (size * 1.4f);
    }

    public void Fill(SKRect place, SKColor color)
    {
        using var paint = new SKPaint { Color = color };
        Canvas.DrawRect(place, paint);
    }

    public void Frame(SKRect place, SKColor color, float thickness = 1, bool dashed = false)
    {
        using var dashes = dashed ? SKPathEffect.CreateDash([4, 3], 0) : null;
        using var paint = new SKPaint { Color = color, Style = SKPaintStyle.Stroke, StrokeWidth = thickness, IsAntialias = true, PathEffect = dashes };
        Canvas.DrawRect(place, paint);
    }

    public void Line(float x1, float y1, float x2, float y2, SKColor color, float thickness = 1)
    {
        using var paint = new SKPaint { Color = color, StrokeWidth = thickness, IsAntialias = true, StrokeCap = SKStrokeCap.Round };
        Canvas.DrawLine(x1, y1, x2, y2, paint);
    }

    public void Dot(float x, float y, float radius, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        Canvas.DrawCircle(x, y, radius, paint);
    }

    /// <summary>Draws an arrow to the right.</summary>
    public void Arrow(float x, float y, float length)
    {
        Line(x, y, x + length, y, Palette.Quiet, 2.5f);
        Line(x + length - 9, y - 8, x + length, y, Palette.Quiet, 2.5f);
        Line(x + length - 9, y + 8, x + length, y, Palette.Quiet, 2.5f);
    }

    /// <summary>Draws an image with a thin frame, each of its pixels as a square of <paramref name="scale"/>.</summary>
    public PlacedImage Image(SKBitmap bitmap, float x, float y, float scale)
    {
        var place = SKRect.Create(x, y, bitmap.Width * scale, bitmap.Height * scale);
        var sampling = scale >= 1.5 ? new SKSamplingOptions(SKFilterMode.Nearest) : new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        using var pixels = SKImage.FromBitmap(bitmap);
        Canvas.DrawImage(pixels, place, sampling);
        Frame(SKRect.Inflate(place, 0.5f, 0.5f), Palette.Grid);
        return new PlacedImage(x, y, scale, bitmap.Height, bitmap.Width);
    }

    /// <summary>Draws the color scale of values with a note.</summary>
    public void Legend(float x, float y, string note)
    {
        const int length = 150;
        Text("negative", x, y + 12, 15, Palette.Quiet);
        for (var i = 0; i < length; i++) Fill(SKRect.Create(x + 70 + i, y, 1, 14), ExplanationColors.Diverging(i - (length / 2.0), length / 2.0));
        Frame(SKRect.Create(x + 70, y, length, 14), Palette.Grid);
        Text($"positive · {note}", x + 70 + length + 10, y + 12, 15, Palette.Quiet);
    }

    public byte[] ToPng()
    {
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    public void Dispose() => surface.Dispose();

    private static SKFont Font(float size, bool bold) => bold ? Lettering.SemiBold(size) : Lettering.Regular(size);
}

/// <summary>The position of an image on a sheet.</summary>
/// <param name="X">Its left edge on the sheet.</param>
/// <param name="Y">Its upper edge on the sheet.</param>
/// <param name="Scale">The size of an image pixel on the sheet.</param>
/// <param name="Rows">Its height in image pixels.</param>
/// <param name="Columns">Its width in image pixels.</param>
internal readonly record struct PlacedImage(float X, float Y, float Scale, int Rows, int Columns)
{
    public float Right => X + (Columns * Scale);

    public float Bottom => Y + (Rows * Scale);

    public float MiddleY => Y + (Rows * Scale / 2);

    /// <summary>The rectangle of a part of the image on the sheet, enlarged to a minimum size.</summary>
    public SKRect Place(ImageRegion region, float minimum = 0)
    {
        var place = SKRect.Create(X + (region.Left * Scale), Y + (region.Top * Scale), region.Width * Scale, region.Height * Scale);
        place.Inflate(Math.Max(0, (minimum - place.Width) / 2), Math.Max(0, (minimum - place.Height) / 2));
        return place;
    }
}
