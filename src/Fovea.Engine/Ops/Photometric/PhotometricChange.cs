using System.Numerics;

namespace Fovea.Engine.Ops;

/// <summary>The formulas of <see cref="PhotometricKind"/> for one image.</summary>
internal static class PhotometricChange
{
    /// <summary>The number of levels of a value of 8 bits.</summary>
    public const int Levels = 256;

    /// <summary>Changes an image.</summary>
    /// <param name="image">The pixels, row by row.</param>
    /// <param name="output">Receives the changed pixels.</param>
    /// <param name="size">Height, width and channels.</param>
    /// <param name="range">The smallest and the largest value of a pixel.</param>
    /// <param name="kind">The change.</param>
    /// <param name="amount">Its amount.</param>
    /// <param name="second">Its second amount.</param>
    public static void Apply<T>(ReadOnlySpan<T> image, Span<T> output, Shape size, (T Low, T High) range, PhotometricKind kind, T amount, T second)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (low, high) = range;
        var scale = T.CreateChecked(Levels - 1) / (high - low);
        switch (kind)
        {
            case PhotometricKind.Brightness:
                for (var i = 0; i < image.Length; i++) output[i] = T.Clamp(low + (amount * (image[i] - low)), low, high);
                break;
            case PhotometricKind.Color:
                for (var i = 0; i < image.Length; i += size[2]) Blend(image.Slice(i, size[2]), Gray(image.Slice(i, size[2])), output[i..], range, amount);
                break;
            case PhotometricKind.Contrast:
                Blend(image, MeanGray(image, size[2]), output, range, amount);
                break;
            case PhotometricKind.Sharpness:
            case PhotometricKind.PaddedSharpness:
                Sharpen(image, output, size, range, amount, isPadded: kind == PhotometricKind.PaddedSharpness);
                break;
            case PhotometricKind.Posterize:
                var step = T.CreateChecked(1 << Math.Clamp(8 - int.CreateChecked(amount), 0, 8));
                var tolerance = T.CreateChecked(0.001);  // a level that was scaled to another range may have been rounded down
                for (var i = 0; i < image.Length; i++) output[i] = low + (T.Floor((((image[i] - low) * scale) + tolerance) / step) * step / scale);
                break;
            case PhotometricKind.Solarize:
                for (var i = 0; i < image.Length; i++) output[i] = (image[i] - low) * scale < amount ? image[i] : low + high - image[i];
                break;
            case PhotometricKind.AutoContrast:
                for (var channel = 0; channel < size[2]; channel++) Stretch(image, output, size[2], channel, range);
                break;
            case PhotometricKind.Equalize:
            case PhotometricKind.ExactEqualize:
                for (var channel = 0; channel < size[2]; channel++)
                    Equalize(image, output, size[2], channel, low, scale, isExact: kind == PhotometricKind.ExactEqualize);
                break;
            case PhotometricKind.Invert:
                for (var i = 0; i < image.Length; i++) output[i] = low + high - image[i];
                break;
            case PhotometricKind.Shift:
                for (var i = 0; i < image.Length; i++) output[i] = T.Clamp(image[i] + amount, low, high);
                break;
            case PhotometricKind.GrayBlend:
                for (var i = 0; i < image.Length; i += size[2])
                {
                    var pixel = image.Slice(i, size[2]);
                    Blend(pixel, Gray(pixel, 0.2989), output[i..], range, T.One - amount);
                }

                break;
            case PhotometricKind.ChannelContrast:
                for (var channel = 0; channel < size[2]; channel++) Spread(image, output, size[2], channel, range, amount);
                break;
            case PhotometricKind.ShiftedSolarize:
                for (var i = 0; i < image.Length; i++)
                {
                    var level = T.Clamp(((image[i] - low) * scale) + second, T.Zero, T.CreateChecked(Levels - 1));
                    output[i] = low + ((level < amount ? level : T.CreateChecked(Levels - 1) - level) / scale);
                }

                break;
            default:
                image.CopyTo(output);
                break;
        }
    }

    private static void Blend<T>(ReadOnlySpan<T> image, T other, Span<T> output, (T Low, T High) range, T amount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < image.Length; i++) output[i] = T.Clamp(other + (amount * (image[i] - other)), range.Low, range.High);
    }

    private static T Gray<T>(ReadOnlySpan<T> pixel, double red = 0.299)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => pixel.Length == 3
        ? (T.CreateChecked(red) * pixel[0]) + (T.CreateChecked(0.587) * pixel[1]) + (T.CreateChecked(0.114) * pixel[2])
        : pixel[0];

    private static T MeanGray<T>(ReadOnlySpan<T> image, int channels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = 0.0;
        for (var i = 0; i < image.Length; i += channels) sum += double.CreateChecked(Gray(image.Slice(i, channels)));
        return T.CreateChecked(sum * channels / image.Length);
    }

    /// <summary>Pixels of the border stay, or are sharpened with zeros outside the image.</summary>
    private static void Sharpen<T>(ReadOnlySpan<T> image, Span<T> output, Shape size, (T Low, T High) range, T amount, bool isPadded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (height, width, channels) = (size[0], size[1], size[2]);
        var (four, all) = (T.CreateChecked(4), T.CreateChecked(13));
        for (var i = 0; i < image.Length; i++)
        {
            var (y, x) = Math.DivRem(i / channels, width);
            if (!isPadded && (y == 0 || x == 0 || y == height - 1 || x == width - 1))
            {
                output[i] = image[i];
                continue;
            }

            var sum = T.Zero;
            for (var row = Math.Max(0, y - 1); row <= Math.Min(height - 1, y + 1); row++)
            {
                var first = i + ((((row - y) * width) - 1) * channels);
                if (x > 0) sum += image[first];
                sum += image[first + channels];
                if (x < width - 1) sum += image[first + (2 * channels)];
            }

            var smooth = (sum + (four * image[i])) / all;
            output[i] = T.Clamp(smooth + (amount * (image[i] - smooth)), range.Low, range.High);
        }
    }

    private static void Spread<T>(ReadOnlySpan<T> image, Span<T> output, int channels, int channel, (T Low, T High) range, T amount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = 0.0;
        for (var i = channel; i < image.Length; i += channels) sum += double.CreateChecked(image[i]);
        var mean = T.CreateChecked(sum * channels / image.Length);
        for (var i = channel; i < image.Length; i += channels) output[i] = T.Clamp(mean + (amount * (image[i] - mean)), range.Low, range.High);
    }

    /// <summary>A channel of one value stays as it is.</summary>
    private static void Stretch<T>(ReadOnlySpan<T> image, Span<T> output, int channels, int channel, (T Low, T High) range)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (darkest, brightest) = (image[channel], image[channel]);
        for (var i = channel; i < image.Length; i += channels) (darkest, brightest) = (T.Min(darkest, image[i]), T.Max(brightest, image[i]));
        var scale = brightest > darkest ? (range.High - range.Low) / (brightest - darkest) : T.One;
        var first = brightest > darkest ? range.Low : darkest;
        for (var i = channel; i < image.Length; i += channels) output[i] = first + ((image[i] - darkest) * scale);
    }

    /// <summary>
    /// Replaces each of 256 levels by the share of pixels up to it. As the imaging library does it, a level counts the darker pixels, and the brightest are
    /// left out; an exact one counts its own pixels too, and leaves out the darkest.
    /// </summary>
    private static void Equalize<T>(ReadOnlySpan<T> image, Span<T> output, int channels, int channel, T low, T scale, bool isExact)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<int> counts = stackalloc int[Levels];
        counts.Clear();
        for (var i = channel; i < image.Length; i += channels) counts[Level(image[i])]++;
        Span<T> levels = stackalloc T[Levels];
        var isChanged = isExact ? ExactLevels(counts, levels) : LibraryLevels(counts, levels);
        for (var i = channel; i < image.Length; i += channels) output[i] = isChanged ? low + (levels[Level(image[i])] / scale) : image[i];

        int Level(T value)
        {
            var level = (value - low) * scale;
            return level >= T.Zero ? (int)Math.Min(Levels - 1.0, double.CreateChecked(level) + (isExact ? 0.001 : 0.5)) : 0;
        }
    }

    /// <summary>The new value of each level; false if the channel stays.</summary>
    public static bool LibraryLevels<T>(ReadOnlySpan<int> counts, Span<T> levels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (brightest, pixels) = (Levels - 1, 0);
        while (counts[brightest] == 0) brightest--;
        foreach (var count in counts[..brightest]) pixels += count;
        var step = pixels / (Levels - 1);
        if (step == 0) return false;
        for (var (level, darker) = (0, step / 2); level < Levels; darker += counts[level++])
            levels[level] = T.CreateChecked(Math.Min(Levels - 1, darker / step));
        return true;
    }

    /// <summary>The new value of each level, which counts its pixels and the darker ones; false if the channel stays.</summary>
    public static bool ExactLevels<T>(ReadOnlySpan<int> counts, Span<T> levels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (darkest, pixels) = (counts[counts.IndexOfAnyExcept(0)], 0);
        foreach (var count in counts) pixels += count;
        if (pixels == darkest) return false;
        for (var (level, seen) = (0, 0); level < Levels; level++)
        {
            seen += counts[level];
            levels[level] = T.CreateChecked(Math.Max(0, Math.Round((Levels - 1.0) * (seen - darkest) / (pixels - darkest), MidpointRounding.ToEven)));
        }

        return true;
    }
}
