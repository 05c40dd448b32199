using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Tensors as bitmaps, one pixel for each position.</summary>
internal static class TensorBitmap
{
    /// <summary>A network's input (1, height, width, channels) as the figure that it was made of, whatever range its numbers have.</summary>
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

    /// <summary>One channel of (1, height, width, channels), from its least (black) to its greatest number (white).</summary>
    public static SKBitmap OfChannel(Tensor image, int channel)
    {
        var (height, width, channels) = (image.Shape[1], image.Shape[2], image.Shape[3]);
        var values = Enumerable.Range(0, height * width).Select(i => image.Values[(i * channels) + channel]).ToArray();
        var (least, most) = (values.Min(), values.Max());
        return Draw(height, width, position => ExplanationColors.Grey(most > least ? (values[position] - least) / (most - least) : 0.5));
    }

    /// <summary>A map (height, width) of numbers from −most (blue) over 0 (white) to most (orange).</summary>
    public static SKBitmap OfMap(Tensor map, double most) =>
        Draw(map.Shape[0], map.Shape[1], position => ExplanationColors.Diverging(map.Values[position], most));

    /// <summary>The greatest magnitude of some tensors.</summary>
    public static double Most(params ReadOnlySpan<Tensor?> tensors)
    {
        var most = 0.0;
        foreach (var tensor in tensors)
            foreach (var value in tensor?.Values ?? []) most = Math.Max(most, double.IsFinite(value) ? Math.Abs(value) : 0);
        return most;
    }

    private static SKBitmap Draw(int height, int width, Func<int, SKColor> color)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < height * width; i++) bitmap.SetPixel(i % width, i / width, color(i));
        return bitmap;
    }
}

/// <summary>Which numbers stand for black and white in a network's input, judged by the numbers there are.</summary>
internal readonly record struct ShownRange(double Black, double White)
{
    /// <summary>From 0 to 1, from −1 to 1 or from 0 to 255 where that fits; from the least to the greatest number otherwise.</summary>
    public static ShownRange Of(IReadOnlyList<float> values)
    {
        var (least, most) = ((double)values.Min(), (double)values.Max());
        if (least >= 0 && most <= 1) return new ShownRange(0, 1);
        if (least >= -1 && most <= 1) return new ShownRange(-1, 1);
        return least >= 0 && most <= 255 ? new ShownRange(0, 255) : new ShownRange(least, most);
    }

    /// <summary>A number on the scale from 0 (black) to 1 (white).</summary>
    public double ToUnit(double value) => (value - Black) / (White - Black);
}
