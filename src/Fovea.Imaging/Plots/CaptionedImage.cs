using System.Globalization;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>An image on a contact sheet.</summary>
/// <param name="Image">
/// (height, width) or (height, width, 1) for grey, (height, width, 3) for red, green and blue, or a batch of one such image. The values are in
/// <see cref="Range"/>.
/// </param>
/// <param name="Caption">The text below it, in one or several lines; empty for none.</param>
/// <param name="IsMarked">Whether it is marked in red, for instance as a wrong prediction.</param>
public sealed record CaptionedImage(Tensor Image, string Caption = "", bool IsMarked = false)
{
    /// <summary>The values of black and white; from 0 to 1 by default. Values slightly beyond, as after an augmentation, are black or white.</summary>
    public PixelRange Range { get; init; } = PixelRange.ZeroToOne;

    /// <summary>Colors a matrix, such as one channel of a layer's output: <c>CaptionedImage.OfMatrix(maps[0, .., .., 5], "channel 5")</c>.</summary>
    /// <param name="matrix">(rows, columns).</param>
    /// <param name="caption">The text below it.</param>
    /// <param name="colors">The colors of the values.</param>
    /// <param name="range">The values of the first and the last color; null for the smallest and the largest value.</param>
    /// <exception cref="ArgumentException">The tensor is no matrix, or the range is empty.</exception>
    public static CaptionedImage OfMatrix(Tensor matrix, string caption = "", ColorMap colors = ColorMap.Viridis, (double Low, double High)? range = null)
    {
        var values = new MatrixValues(matrix, colors, range, "CaptionedImage", nameof(matrix));
        var pixels = values.Colors().SelectMany(color => (float[])[color.Red / 255f, color.Green / 255f, color.Blue / 255f]);
        return new CaptionedImage(new Tensor([values.Rows, values.Columns, 3], [.. pixels]), caption);
    }

    /// <summary>Converts the image to pixels.</summary>
    internal SKBitmap ToBitmap()
    {
        var dimensions = Image.Shape switch
        {
            { Rank: 4 } batch when batch[0] == 1 => batch[1..],
            { Rank: 2 } grey => new Shape(grey[0], grey[1], 1),
            var shape => shape,
        };
        if (dimensions is not { Rank: 3 } || dimensions[2] is not (1 or 3))
            throw new ArgumentException(
                $"ContactSheet: expected images of (height, width), (height, width, 1) or (height, width, 3); received {Image.Shape}.", "images");
        var (black, white) = Range switch { PixelRange.ZeroTo255 => (0f, 255f), PixelRange.MinusOneToOne => (-1f, 1f), _ => (0f, 1f) };
        if (FindFault(black, white) is { } fault) throw new ArgumentException(fault, "images");
        var (height, width, channels) = (dimensions[0], dimensions[1], dimensions[2]);
        var pixels = new SKColor[height * width];
        for (var i = 0; i < pixels.Length; i++)
        {
            byte Channel(int channel) =>
                (byte)Math.Round(255 * Math.Clamp((Image.Values[(i * channels) + (channels == 1 ? 0 : channel)] - black) / (white - black), 0, 1));
            pixels[i] = new SKColor(Channel(0), Channel(1), Channel(2));
        }

        return new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque) { Pixels = pixels };
    }

    /// <summary>Describes values that are so far outside the range that another one must be meant; null if there are none.</summary>
    private string? FindFault(float black, float white)
    {
        var tolerance = (white - black) / 2;
        var (low, high) = (Image.Values.Min(), Image.Values.Max());
        return low >= black - tolerance && high <= white + tolerance
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"ContactSheet: expected values from {black} to {white}; '{Caption}' has values from {low:G4} to {high:G4}. Set another Range, as in "
                    + $"new CaptionedImage(image) {{ Range = PixelRange.ZeroTo255 }}, or use CaptionedImage.OfMatrix for other values.");
    }
}
