using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Converts tensors to bitmaps with one pixel per position.</summary>
internal static class TensorBitmap
{
    /// <summary>Draws the input of a network (1, height, width, channels) as an image, whatever the range of its values.</summary>
    public static SKBitmap OfImage(Tensor image)
    {
        var (height, width, channels) = (image.Shape[1], image.Shape[2], image.Shape[3]);
        var range = ShownRange.Of(image.Values);
        return Draw(height, width, position =>
        {
            double Level(int channel) => range.ToUnit(image.Values[(position * channels) + (channels == 3 ? channel : 0)]);
            return new SKColor(ExplanationColors.Grey(Level(0)).Red, ExplanationColors.Grey(Level(1)).Red, ExplanationColors.Grey(Level(2)).Red);
        });
    }

    /// <summary>Draws one channel of (1, height, width, channels) from its minimum (black) to its maximum (white).</summary>
    public static SKBitmap OfChannel(Tensor image, int channel)
    {
        var (height, width, channels) = (image.Shape[1], image.Shape[2], image.Shape[3]);
        var values = Enumerable.Range(0, height * width).Select(i => image.Values[(i * channels) + channel]).ToArray();
        var (min, max) = (values.Min(), values.Max());
        return Draw(height, width, position => ExplanationColors.Grey(max > min ? (values[position] - min) / (max - min) : 0.5));
    }

    /// <summary>Draws a map (height, width) with colors from −limit (blue) over 0 (white) to limit (orange).</summary>
    public static SKBitmap OfMap(Tensor map, double limit) =>
        Draw(map.Shape[0], map.Shape[1], position => ExplanationColors.Diverging(map.Values[position], limit));

    /// <summary>The largest finite magnitude in some tensors.</summary>
    public static double MaxMagnitude(params ReadOnlySpan<Tensor?> tensors)
    {
        var max = 0.0;
        foreach (var tensor in tensors)
            foreach (var value in tensor?.Values ?? []) max = Math.Max(max, double.IsFinite(value) ? Math.Abs(value) : 0);
        return max;
    }

    private static SKBitmap Draw(int height, int width, Func<int, SKColor> color)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < height * width; i++) bitmap.SetPixel(i % width, i / width, color(i));
        return bitmap;
    }
}

/// <summary>The values of black and white in a network's input, estimated from its values.</summary>
internal readonly record struct ShownRange(double Black, double White)
{
    /// <summary>The range 0 to 1, −1 to 1 or 0 to 255 if the values are within it; otherwise from the minimum to the maximum.</summary>
    public static ShownRange Of(IReadOnlyList<float> values)
    {
        var (min, max) = ((double)values.Min(), (double)values.Max());
        if (min >= 0 && max <= 1) return new ShownRange(0, 1);
        if (min >= -1 && max <= 1) return new ShownRange(-1, 1);
        return min >= 0 && max <= 255 ? new ShownRange(0, 255) : new ShownRange(min, max);
    }

    /// <summary>Maps a value to the scale from 0 (black) to 1 (white).</summary>
    public double ToUnit(double value) => (value - Black) / (White - Black);
}
