using System.Numerics.Tensors;

namespace Fovea.Imaging;

/// <summary>
/// Measures how sharp the sharpest edges of an image are. At an edge, the step between two neighboring pixels is compared with the range of the gray levels
/// around it (9 × 9 pixels). The ratio is 1 for an edge between two pixels, and 1 / (σ √2π) for an edge that was blurred by a Gaussian of σ pixels, whatever
/// the contrast of the edge. Only pixels whose surroundings have a range of at least 30 gray levels count, so that a plain area is not mistaken for a blurred
/// one. The sharpness is the 99th percentile of the ratios: one sharp object suffices.
/// </summary>
internal static class SharpnessMeasure
{
    private const int Reach = 4;
    private const int MinRange = 30;
    private const int Levels = 256;
    private const double Percentile = 0.99;

    /// <summary>The share of pixels that must be at edges.</summary>
    private const double MinShare = 0.01;

    private const int MinPixels = 50;

    /// <summary>How often an image without edges is halved, so that edges that are far wider than 9 pixels are found.</summary>
    private const int MaxHalvings = 2;

    /// <summary>Measures an image.</summary>
    /// <param name="gray">The gray levels, row by row.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="width">The number of columns.</param>
    /// <returns>From 0 to 1; <see langword="null"/> for an image without contrast, which is neither sharp nor blurred.</returns>
    public static double? Of(byte[] gray, int height, int width)
    {
        for (var halvings = 0; ; halvings++)
        {
            if (height <= 2 * Reach || width <= 2 * Reach) return null;
            if (OfSize(gray, height, width) is { } sharpness) return sharpness / (1 << halvings);
            if (halvings == MaxHalvings) return null;
            var half = Resampling.Resize(new ByteImage(gray, height, width, 1), height / 2, width / 2);
            (gray, height, width) = (half.Pixels, half.Height, half.Width);
        }
    }

    private static double? OfSize(byte[] gray, int height, int width)
    {
        var (low, high) = (Extremes(gray, width, highest: false), Extremes(gray, width, highest: true));
        var histogram = new int[Levels];
        var count = 0;
        for (var y = 0; y < height - 1; y++)
        {
            for (int x = 0, place = y * width; x < width - 1; x++, place++)
            {
                var range = high[place] - low[place];
                if (range < MinRange) continue;
                var step = Math.Max(Math.Abs(gray[place + 1] - gray[place]), Math.Abs(gray[place + width] - gray[place]));
                histogram[step * (Levels - 1) / range]++;
                count++;
            }
        }

        return count < Math.Max(MinPixels, MinShare * height * width) ? null : Percentiles.Of(histogram, count, Percentile) / (double)(Levels - 1);
    }

    /// <summary>The lowest or highest gray level within 9 × 9 pixels around each pixel, first of the rows and then of the columns.</summary>
    private static byte[] Extremes(byte[] gray, int width, bool highest)
    {
        var rows = gray.ToArray();
        for (var from = 0; from < gray.Length; from += width) Spread(gray.AsSpan(from, width), rows.AsSpan(from, width), 1, highest);
        var result = rows.ToArray();
        Spread(rows, result, width, highest);
        return result;
    }

    /// <summary>Combines each value with those up to four steps before and after it.</summary>
    private static void Spread(ReadOnlySpan<byte> source, Span<byte> result, int step, bool highest)
    {
        for (var shift = step; shift <= Reach * step && shift < source.Length; shift += step)
        {
            Combine(result[shift..], source[..^shift], highest);
            Combine(result[..^shift], source[shift..], highest);
        }
    }

    private static void Combine(Span<byte> result, ReadOnlySpan<byte> other, bool highest)
    {
        if (highest) TensorPrimitives.Max(result, other, result);
        else TensorPrimitives.Min(result, other, result);
    }
}

/// <summary>Percentiles of histograms.</summary>
internal static class Percentiles
{
    /// <summary>The first level that at least a share of all values do not exceed (the nearest rank).</summary>
    public static int Of(int[] histogram, long count, double share)
    {
        var sum = 0L;
        for (var level = 0; level < histogram.Length; level++)
        {
            sum += histogram[level];
            if (sum >= share * count && sum > 0) return level;
        }

        return histogram.Length - 1;
    }
}
