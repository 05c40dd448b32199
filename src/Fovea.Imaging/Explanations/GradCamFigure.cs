using System.Globalization;
using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Draws an image next to a copy that is overlaid with the Grad-CAM map of a class.</summary>
public static class GradCamFigure
{
    private const int Margin = 32;
    private const int Gap = 24;
    private const int Heading = 86;
    private const int NoteHeight = 22;
    private const int MaxSide = 520;

    /// <summary>Writes the figure.</summary>
    /// <param name="result">The map of a class.</param>
    /// <param name="image">The image, (1, height, width, 1 or 3), from 0 to 1. Its size may differ from that of the model's input.</param>
    /// <param name="className">The name of the class.</param>
    /// <param name="path">The PNG file to write. An existing file is replaced.</param>
    /// <exception cref="ArgumentException">The image has another shape.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(GradCamResult result, Tensor image, string className, string path) => AtomicFile.Write(path, ToPng(result, image, className));

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">The image has another shape.</exception>
    public static string ToHtml(GradCamResult result, Tensor image, string className) =>
        FigureHtml.Image(ToPng(result, image, className), $"Grad-CAM of {className}");

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">The image has another shape.</exception>
    public static byte[] ToPng(GradCamResult result, Tensor image, string className)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(image);
        if (image.Shape is not { Rank: 4 } shape || shape[0] != 1 || shape[3] is not (1 or 3))
            throw new ArgumentException($"GradCamFigure: expected an image (1, height, width, 1 or 3); received {image.Shape}.", nameof(image));
        var scale = (double)MaxSide / Math.Max(shape[1], shape[2]);
        var (height, width) = (Math.Max(160, (int)(shape[1] * scale)), Math.Max(160, (int)(shape[2] * scale)));
        var figure = Resampling.Resize(new ByteImage(Array.ConvertAll(image.Values, Byte), shape[1], shape[2], shape[3]), height, width);
        var map =
            Resampling.Resize(new ByteImage(Array.ConvertAll(result.Heatmap.Values, Byte), result.Heatmap.Shape[0], result.Heatmap.Shape[1], 1), height, width);
        var total = Math.Max((2 * Margin) + (2 * width) + Gap, 560);
        using var regular = Lettering.Regular(17);
        var notes = Lettering.Wrap(Notes(result), regular, total - (2 * Margin));
        notes = [.. notes.Select(note => Lettering.Fit(note, regular, total - (2 * Margin)))];
        var top = Margin + Heading + ((notes.Count - 1) * NoteHeight);
        using var surface = SKSurface.Create(new SKImageInfo(total, top + height + Margin, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(SKColors.White);
        DrawHeading(surface.Canvas, result, className, total - (2 * Margin));
        for (var i = 0; i < notes.Count; i++)
            Lettering.Draw(surface.Canvas, notes[i], Margin, Margin + 60 + (i * NoteHeight), SKTextAlign.Left, regular, Palette.Quiet);
        Draw(surface.Canvas, figure, null, Margin, top);
        Draw(surface.Canvas, figure, map, Margin + width + Gap, top);
        using var snapshot = surface.Snapshot();
        using var data = snapshot.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static void DrawHeading(SKCanvas canvas, GradCamResult result, string className, int width)
    {
        using var bold = Lettering.SemiBold(26);
        var score =
            string.Create(
            CultureInfo.InvariantCulture, $"{className}  ·  {(result.Kind == OutputKind.Values ? $"{result.Score:0.00}" : $"{100 * result.Score:0.0} %")}");
        Lettering.Draw(canvas, Lettering.Fit(score, bold, width), Margin, Margin + 26, SKTextAlign.Left, bold, Palette.Ink);
    }

    private static string Notes(GradCamResult result)
    {
        var note = result.Heatmap.Values.Max() > 0 ? "red: regions that raise the score" : "no region raises the score";
        return $"{note}; from {result.Layer}, {result.Heatmap.Shape[0]} × {result.Heatmap.Shape[1]} positions";
    }

    private static void Draw(SKCanvas canvas, ByteImage figure, ByteImage? map, int left, int top)
    {
        using var bitmap = new SKBitmap(figure.Width, figure.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < figure.Width * figure.Height; i++)
        {
            var pixel = figure.Pixels.AsSpan(i * figure.Channels, figure.Channels);
            float[] color = figure.Channels == 1 ? [pixel[0] / 255f, pixel[0] / 255f, pixel[0] / 255f] : [pixel[0] / 255f, pixel[1] / 255f, pixel[2] / 255f];
            if (map is not null)
            {
                var heat = map.Pixels[i] / 255f;
                var (hot, share) = (ExplanationColors.Turbo(heat), 0.25f + (0.3f * heat));
                color = [Mix(color[0], hot.Red, share), Mix(color[1], hot.Green, share), Mix(color[2], hot.Blue, share)];
            }

            bitmap.SetPixel(i % figure.Width, i / figure.Width, new SKColor(Byte(color[0]), Byte(color[1]), Byte(color[2])));
        }

        canvas.DrawBitmap(bitmap, left, top);
    }

    private static float Mix(float below, byte above, float share) => (below * (1 - share)) + (above / 255f * share);

    private static byte Byte(float value) => (byte)Math.Round(255 * Math.Clamp(value, 0, 1));
}
