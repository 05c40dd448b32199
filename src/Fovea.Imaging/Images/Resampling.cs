namespace Fovea.Imaging;

/// <summary>
/// Changes the size of pictures with a triangle filter: bilinear. With antialiasing it is widened when a picture is made smaller, so
/// that every pixel of the source counts, as in Pillow and in <c>tf.image.resize(antialias=True)</c>; without, it reads the four
/// pixels around the centre, as Keras' data sets do.
/// </summary>
internal static class Resampling
{
    /// <summary>Resizes while the source's rows are read once, from top to bottom: only the rows that count at a time are in memory as numbers.</summary>
    public static Picture Resize(IPixelRows source, int height, int width, bool antialias = true)
    {
        var stride = width * source.Channels;
        var result = new float[height * stride];
        var (columns, rows) = (Taps(source.Width, width, antialias), Taps(source.Height, height, antialias));
        var (read, narrow) = (new float[source.Width * source.Channels], new float[stride]);
        // Outputs are in the order of their first input and of their last, so that those that a row counts for lie together.
        var (begin, end) = (0, 0);
        for (var y = 0; y < source.Height && begin < height; y++)
        {
            while (end < height && rows[end].First <= y) end++;
            if (begin == end) continue;
            source.ReadRow(y, read);
            if (source.Width == width) read.CopyTo(narrow, 0);
            else Narrow(read, narrow, columns, source.Channels);
            for (var output = begin; output < end; output++)
            {
                if (y - rows[output].First >= rows[output].Weights.Length) continue;
                var weight = rows[output].Weights[y - rows[output].First];
                var sums = result.AsSpan(output * stride, stride);
                for (var x = 0; x < stride; x++) sums[x] += weight * narrow[x];
            }

            while (begin < end && rows[begin].First + rows[begin].Weights.Length <= y + 1) begin++;
        }

        return new Picture(result, height, width, source.Channels);
    }

    /// <summary>Makes a picture smaller whose longer side is longer than asked for, its proportions kept.</summary>
    public static Picture ShrinkTo(IPixelRows source, int longest)
    {
        var scale = (double)longest / Math.Max(source.Height, source.Width);
        return scale < 1 ? Resize(source, Math.Max(1, (int)(source.Height * scale)), Math.Max(1, (int)(source.Width * scale))) : Picture.Of(source);
    }

    /// <summary>The largest part from the middle that has the proportions of (height, width); Keras' <c>smart_resize</c> cuts the same.</summary>
    public static IPixelRows CropToProportions(IPixelRows picture, int height, int width)
    {
        var cropHeight = Math.Clamp((int)((double)picture.Width * height / width), 1, picture.Height);
        var cropWidth = Math.Clamp((int)((double)picture.Height * width / height), 1, picture.Width);
        return new PicturePart(picture, (picture.Height - cropHeight) / 2, (picture.Width - cropWidth) / 2, cropHeight, cropWidth);
    }

    private static void Narrow(float[] row, float[] result, (int First, float[] Weights)[] taps, int channels)
    {
        for (var x = 0; x < taps.Length; x++)
        {
            var (first, weights) = taps[x];
            for (var channel = 0; channel < channels; channel++)
            {
                var sum = 0f;
                for (var i = 0; i < weights.Length; i++) sum += weights[i] * row[((first + i) * channels) + channel];
                result[(x * channels) + channel] = sum;
            }
        }
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
