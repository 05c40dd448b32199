namespace Fovea.Imaging;

/// <summary>
/// Changes the size of pictures with a triangle filter: bilinear. With antialiasing it is widened when a picture is made smaller, so
/// that every pixel of the source counts, as in Pillow and in <c>tf.image.resize(antialias=True)</c>; without, it reads the four
/// pixels around the centre, as Keras' data sets do.
/// </summary>
internal static class Resampling
{
    public static Picture Resize(Picture picture, int height, int width, bool antialias = true)
    {
        var narrow = picture.Width == width ? picture : Columns(picture, width, antialias);
        return narrow.Height == height ? narrow : Rows(narrow, height, antialias);
    }

    /// <summary>The largest part from the middle that has the proportions of (height, width); Keras' <c>smart_resize</c> cuts the same.</summary>
    public static Picture CropToProportions(Picture picture, int height, int width)
    {
        var cropHeight = Math.Clamp((int)((double)picture.Width * height / width), 1, picture.Height);
        var cropWidth = Math.Clamp((int)((double)picture.Height * width / height), 1, picture.Width);
        var (top, left) = ((picture.Height - cropHeight) / 2, (picture.Width - cropWidth) / 2);
        var row = cropWidth * picture.Channels;
        var pixels = new float[cropHeight * row];
        for (var y = 0; y < cropHeight; y++)
            picture.Pixels.AsSpan((((top + y) * picture.Width) + left) * picture.Channels, row).CopyTo(pixels.AsSpan(y * row));
        return new Picture(pixels, cropHeight, cropWidth, picture.Channels);
    }

    private static Picture Columns(Picture source, int width, bool antialias)
    {
        var result = new float[source.Height * width * source.Channels];
        var taps = Taps(source.Width, width, antialias);
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

    private static Picture Rows(Picture source, int height, bool antialias)
    {
        var stride = source.Width * source.Channels;
        var result = new float[height * stride];
        var taps = Taps(source.Height, height, antialias);
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
    private static (int First, float[] Weights)[] Taps(int from, int to, bool antialias)
    {
        var scale = (double)from / to;
        var reach = antialias ? Math.Max(1, scale) : 1;
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
