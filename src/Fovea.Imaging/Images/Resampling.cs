namespace Fovea.Imaging;

/// <summary>
/// Changes the size of pictures with a triangle filter that is widened when a picture is made smaller, so that every pixel of the
/// source counts: bilinear with antialiasing, as in Pillow and in <c>tf.image.resize(antialias=True)</c>.
/// </summary>
internal static class Resampling
{
    public static Picture Resize(Picture picture, int height, int width)
    {
        var narrow = picture.Width == width ? picture : Columns(picture, width);
        return narrow.Height == height ? narrow : Rows(narrow, height);
    }

    private static Picture Columns(Picture source, int width)
    {
        var result = new float[source.Height * width * source.Channels];
        var taps = Taps(source.Width, width);
        for (var y = 0; y < source.Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (first, weights) = taps[x];
                for (var channel = 0; channel < source.Channels; channel++)
                {
                    var sum = 0f;
                    for (var i = 0; i < weights.Length; i++)
                        sum += weights[i] * source.Pixels[(((y * source.Width) + first + i) * source.Channels) + channel];
                    result[(((y * width) + x) * source.Channels) + channel] = sum;
                }
            }
        }

        return new Picture(result, source.Height, width, source.Channels);
    }

    private static Picture Rows(Picture source, int height)
    {
        var stride = source.Width * source.Channels;
        var result = new float[height * stride];
        var taps = Taps(source.Height, height);
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = taps[y];
            for (var i = 0; i < weights.Length; i++)
                for (var x = 0; x < stride; x++)
                    result[(y * stride) + x] += weights[i] * source.Pixels[((first + i) * stride) + x];
        }

        return new Picture(result, height, source.Width, source.Channels);
    }

    /// <summary>For each output the first input that counts, and the weights of it and those after it; they add up to 1.</summary>
    private static (int First, float[] Weights)[] Taps(int from, int to)
    {
        var scale = (double)from / to;
        var reach = Math.Max(1, scale);
        var taps = new (int, float[])[to];
        for (var output = 0; output < to; output++)
        {
            var centre = (output + 0.5) * scale;
            var first = Math.Max(0, (int)Math.Floor(centre - reach + 0.5));
            var end = Math.Min(from, (int)Math.Floor(centre + reach + 0.5));
            var weights = new double[Math.Max(1, end - first)];
            for (var i = 0; i < weights.Length; i++)
                weights[i] = Math.Max(0, 1 - (Math.Abs(first + i + 0.5 - centre) / reach));
            var sum = weights.Sum();
            taps[output] = (first, [.. weights.Select(weight => (float)(weight / sum))]);
        }

        return taps;
    }
}
