using System.Runtime.Intrinsics;

namespace Fovea.Engine.Ops;

/// <summary>Rows whose pixels are copied: those of images that are not changed, flipped, or shifted by whole pixels.</summary>
internal sealed unsafe partial class ImageSamplingKernel
{
    /// <summary>Whether a map changes nothing.</summary>
    private bool IsIdentity(ReadOnlySpan<double> map) =>
        sampling.Rule != PositionRule.Grid && (sampling.Height, sampling.Width) == (sampling.OutputHeight, sampling.OutputWidth)
            && map.SequenceEqual([1, 0, 0, 0, 1, 0, 0, 0]);

    /// <summary>Copies a row if the map reads it, forward or backward, from the centers of the pixels of one row.</summary>
    private bool TryCopyRow(ReadOnlySpan<double> map, int y, float* image, float* output)
    {
        if (Math.Abs(map[0]) != 1 || map[3] != 0 || (sampling.Rule == PositionRule.Projective && (map[6] != 0 || map[7] != 0))) return false;
        var isNearest = sampling.Interpolation == Interpolation.Nearest;
        var (slant, down) = (map[1] * y, map[4] * y);
        var (shift, row) = isNearest ? (slant + Math.Floor(map[2] + 0.5), Math.Floor(down + map[5] + 0.5)) : (slant + map[2], down + map[5]);
        if (!IsWhole(slant) || !IsWhole(shift) || !IsWhole(row) || (!isNearest && !IsWhole(down))) return false;
        var from = sampling.Inside((long)row, sampling.Height);
        if (map[0] > 0) CopyForward(image, from, (int)shift, output);
        else CopyBackward(image, from, (int)shift, output);
        return true;

        static bool IsWhole(double value) => Math.Abs(value) < 1 << 24 && Math.Floor(value) == value;
    }

    /// <summary>Pixel x is copied from column x + shift.</summary>
    private void CopyForward(float* image, int row, int shift, float* output)
    {
        var first = Math.Clamp(-shift, 0, sampling.OutputWidth);
        var last = row < 0 ? first : Math.Clamp(sampling.Width - shift, first, sampling.OutputWidth);
        for (var x = 0; x < first; x++) WritePixel(image, row, sampling.Inside(x + shift, sampling.Width), output + ((nint)x * channels));
        if (last > first)
        {
            var source = image + ((((nint)row * sampling.Width) + first + shift) * channels);
            new Span<float>(source, (last - first) * channels).CopyTo(new Span<float>(output + ((nint)first * channels), (last - first) * channels));
        }

        for (var x = last; x < sampling.OutputWidth; x++)
            WritePixel(image, row, sampling.Inside(x + shift, sampling.Width), output + ((nint)x * channels));
    }

    /// <summary>Pixel x is copied from column shift − x.</summary>
    private void CopyBackward(float* image, int row, int shift, float* output)
    {
        var line = image + ((nint)row * sampling.Width * channels);
        // Columns from 0 to the last but one are read at x from start to end, all but the last x.
        var start = Math.Clamp(shift - (sampling.Width - 2), 0, sampling.OutputWidth - 1);
        var end = row < 0 || channels != 3 ? start : Math.Clamp(shift + 1, start, sampling.OutputWidth - 1);
        for (var x = 0; x < sampling.OutputWidth; x++)
        {
            if (x == start)
            {
                x = FlipColors(line, shift, x, end, output);

                // The fourth value belongs to another pixel. The next pixel overwrites it.
                for (; x < end; x++) Vector128.Load(line + (3 * (nint)(shift - x))).Store(output + (3 * (nint)x));
            }

            var column = shift - x;
            if (row < 0 || (uint)column >= (uint)sampling.Width)
                WritePixel(image, row, sampling.Inside(column, sampling.Width), output + ((nint)x * channels));
            else CopyPixel(line + ((nint)column * channels), output + ((nint)x * channels));
        }
    }

    /// <summary>
    /// Copies pixels of three channels from column shift − x for x from start on, five with a vector. Its first value belongs to another pixel and becomes the
    /// last one, which the next pixel overwrites.
    /// </summary>
    /// <returns>The first x that is left.</returns>
    private static int FlipColors(float* line, int shift, int start, int end, float* output)
    {
        if (!Vector512.IsHardwareAccelerated) return start;
        var order = Vector512.Create(13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0);
        var x = start;

        // Columns from shift − x − 4 to shift − x, and the last value of the column before them.
        for (; x <= end - 5 && shift - x > 4; x += 5)
            Vector512.Shuffle(Vector512.Load(line + (3 * (nint)(shift - x - 4)) - 1), order).Store(output + (3 * (nint)x));
        return x;
    }
}
