using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Draws the classes of pixels in colors over an image, with lines between the classes. A class named <c>background</c> is not colored.
/// </summary>
public static class SegmentationOverlay
{
    /// <summary>The share of the color in a pixel.</summary>
    private const float Opacity = 0.5f;

    /// <summary>Colors that color-blind people tell apart (Okabe and Ito 2008), then others around the circle.</summary>
    private static readonly uint[] First = [0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0xD55E00, 0xCC79A7, 0x0072B2];

    /// <summary>Draws the classes over an image.</summary>
    /// <param name="image">The image, (height, width, 3) or (height, width, 1), from 0 to 1.</param>
    /// <param name="classes">The class number of each pixel, (height, width). Other numbers, such as an ignored one, are drawn in gray.</param>
    /// <param name="classNames">The names of the classes by class number.</param>
    /// <returns>(height, width, 3), from 0 to 1.</returns>
    /// <exception cref="ArgumentException">The tensors have other shapes.</exception>
    public static Tensor Of(Tensor image, Tensor classes, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(classNames);
        if (image.Shape is not { Rank: 3 } || image.Shape[2] is not (1 or 3) || classes.Shape != image.Shape[..2])
            throw new ArgumentException(
                $"SegmentationOverlay: expected an image (height, width, 3 or 1) and classes (height, width) of the same size; received {image.Shape} and "
                    + $"{classes.Shape}.", nameof(classes));
        var (height, width, channels) = (image.Shape[0], image.Shape[1], image.Shape[2]);
        var (colors, labels) = (ColorsOf(classNames), classes.Values);
        var reach = Math.Max(1, Math.Min(height, width) / 320);
        var result = new float[height * width * 3];
        Parallel.For(0, height, y =>
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = (y * width) + x;
                var label = (int)labels[pixel];
                var isLine = (x >= reach && labels[pixel - reach] != labels[pixel]) || (y >= reach && labels[pixel - (reach * width)] != labels[pixel]);
                var color = label >= 0 && label < colors.Length ? colors[label] : new SKColor(128, 128, 128);
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = image.Values[(pixel * channels) + (channels == 1 ? 0 : channel)];
                    if (color is { } ink) value += Opacity * (((channel == 0 ? ink.Red : channel == 1 ? ink.Green : ink.Blue) / 255f) - value);
                    result[(pixel * 3) + channel] = isLine ? 1 : value;
                }
            }
        });
        return new Tensor([height, width, 3], result);
    }

    /// <summary>The color of each class; null for the background.</summary>
    internal static SKColor?[] ColorsOf(IReadOnlyList<string> classNames)
    {
        var next = 0;
        return [.. classNames.Select(name => name.Equals("background", StringComparison.OrdinalIgnoreCase) ? (SKColor?)null : Color(next++))];
    }

    private static SKColor Color(int index) => index < First.Length
        ? new SKColor(First[index] | 0xFF000000)
        : SKColor.FromHsv((float)(index * 137.508 % 360), index % 2 == 0 ? 85 : 60, index % 3 == 0 ? 70 : 95);
}
