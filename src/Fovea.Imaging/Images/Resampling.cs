namespace Fovea.Imaging;

/// <summary>
/// Resizes images. With antialiasing the result equals that of Pillow (libImaging/Resample.c): columns first, then rows, with fixed-point weights, each
/// pass rounded to bytes. Without antialiasing each new pixel is the weighted sum of the few pixels around its center, rounded once.
/// </summary>
internal static class Resampling
{
    /// <summary>Resizes an image as the settings define.</summary>
    public static ByteImage Resize(IPixelRows source, ImageInput input) =>
        Resize(source, input.Height, input.Width, input.Resize, input.Antialias, input.Fit);

    /// <summary>Resizes while reading the rows of the source once from top to bottom. Only the sums of the result are in memory.</summary>
    public static ByteImage Resize(
        IPixelRows source, int height, int width, ResizeMethod method = ResizeMethod.Bilinear, bool antialias = true, ImageFit fit = ImageFit.Stretch)
    {
        var (window, columnWindow) = SourceWindow.Of(source.Height, source.Width, height, width, fit);
        if (window.IsWhole(source.Height, height) && columnWindow.IsWhole(source.Width, width)) return ByteImage.Of(source);
        var kernel = ResizeKernel.Of(method);
        var (rows, columns) = (kernel.Taps(source.Height, window, height, antialias), kernel.Taps(source.Width, columnWindow, width, antialias));
        return antialias || method == ResizeMethod.Area
            ? RoundedResampling.Resize(source, height, width, rows, columns)
            : ResizeAtOnce(source, height, width, rows, columns);
    }

    /// <summary>Shrinks an image whose longer side exceeds a limit, with its aspect ratio.</summary>
    public static ByteImage ShrinkTo(IPixelRows source, int longest)
    {
        var scale = (double)longest / Math.Max(source.Height, source.Width);
        return scale < 1 ? Resize(source, Math.Max(1, (int)(source.Height * scale)), Math.Max(1, (int)(source.Width * scale))) : ByteImage.Of(source);
    }

    /// <summary>Adds up the few pixels around each new one in both directions, and rounds once.</summary>
    private static ByteImage ResizeAtOnce(IPixelRows source, int height, int width, PixelTaps[] rows, PixelTaps[] columns)
    {
        var stride = width * source.Channels;
        var (read, narrow, sums) = (new byte[source.Width * source.Channels], new long[stride], new long[height * stride]);
        var contributing = new ContributingRows(rows);
        for (var y = 0; y < source.Height && contributing.Begin < height; y++)
        {
            if (!contributing.MoveTo(y)) continue;
            source.ReadRow(y, read);
            Narrow(read, narrow, columns, source.Channels);
            for (var output = contributing.Begin; output < contributing.End; output++)
            {
                if (!rows[output].TryWeightAt(y, out var weight)) continue;
                var own = sums.AsSpan(output * stride, stride);
                for (var x = 0; x < own.Length; x++) own[x] += weight * narrow[x];
            }
        }

        return new ByteImage(Array.ConvertAll(sums, sum => PixelTaps.ToByte(sum, 2)), height, width, source.Channels);
    }

    private static void Narrow(byte[] row, long[] result, PixelTaps[] taps, int channels)
    {
        for (var x = 0; x < taps.Length; x++)
        {
            var (first, weights) = (taps[x].First * channels, taps[x].Weights);
            for (var channel = 0; channel < channels; channel++)
            {
                var sum = 0L;
                for (int i = 0, place = first + channel; i < weights.Length; i++, place += channels) sum += (long)weights[i] * row[place];
                result[(x * channels) + channel] = sum;
            }
        }
    }
}

/// <summary>The interval of the source, in one direction, that is mapped to the target. It extends beyond the source if black is added.</summary>
internal readonly record struct SourceWindow(int Start, int Length)
{
    /// <summary>Whether the source is used unchanged.</summary>
    public bool IsWhole(int from, int to) => Start == 0 && Length == from && from == to;

    /// <summary>The intervals of rows and columns for a target size, equal to those of Keras' <c>smart_resize</c>.</summary>
    /// <param name="ownHeight">The height of the source.</param>
    /// <param name="ownWidth">The width of the source.</param>
    /// <param name="height">The target height.</param>
    /// <param name="width">The target width.</param>
    /// <param name="fit">The treatment of another aspect ratio.</param>
    public static (SourceWindow Rows, SourceWindow Columns) Of(int ownHeight, int ownWidth, int height, int width, ImageFit fit)
    {
        var (rows, columns) = (InProportion(ownWidth, height, width), InProportion(ownHeight, width, height));
        (rows, columns) = fit switch
        {
            ImageFit.Crop => (Math.Clamp(rows, 1, ownHeight), Math.Clamp(columns, 1, ownWidth)),
            ImageFit.Pad => (Math.Max(rows, ownHeight), Math.Max(columns, ownWidth)),
            _ => (ownHeight, ownWidth),
        };
        return (Centred(ownHeight, rows), Centred(ownWidth, columns));
    }

    private static int InProportion(int other, int size, int otherSize) => (int)Math.Min(int.MaxValue / 4, (double)other * size / otherSize);

    /// <summary>If the difference is odd, the extra pixel is removed or added at the end.</summary>
    private static SourceWindow Centred(int size, int length) => length <= size ? new((size - length) / 2, length) : new(-((length - size) / 2), length);
}
