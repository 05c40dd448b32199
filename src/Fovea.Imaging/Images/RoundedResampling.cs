using System.Numerics;

namespace Fovea.Imaging;

/// <summary>
/// Resizes as Pillow does (libImaging/Resample.c): columns first, then rows, each pass rounded to bytes. The sums of a pass fit into 32 bits: weights have 22
/// fraction bits and add up to 1, and the positive ones to less than 2.
/// </summary>
internal static class RoundedResampling
{
    private const int Precision = 22;
    private const int Half = 1 << (Precision - 1);

    /// <summary>Resizes while reading the rows of the source once from top to bottom.</summary>
    /// <param name="source">The image.</param>
    /// <param name="height">The new height.</param>
    /// <param name="width">The new width.</param>
    /// <param name="rows">The source rows of each new row.</param>
    /// <param name="columns">The source columns of each new column.</param>
    public static ByteImage Resize(IPixelRows source, int height, int width, PixelTaps[] rows, PixelTaps[] columns)
    {
        var stride = width * source.Channels;
        var (read, narrow) = (new byte[source.Width * source.Channels], new int[stride]);
        var sums = new RowSums(rows, stride);
        var contributing = new ContributingRows(rows);
        for (var y = 0; y < source.Height && contributing.Begin < height; y++)
        {
            if (!contributing.MoveTo(y)) continue;
            sums.FinishBefore(contributing.Begin);
            source.ReadRow(y, read);
            if (source.Channels == 3) NarrowColors(read, narrow, columns);
            else NarrowGray(read, narrow, columns);
            for (var output = contributing.Begin; output < contributing.End; output++)
                if (rows[output].TryWeightAt(y, out var weight)) sums.Add(output, weight, narrow);
        }

        sums.FinishBefore(height);
        return new ByteImage(sums.Pixels, height, width, source.Channels);
    }

    private static void NarrowColors(ReadOnlySpan<byte> row, Span<int> result, PixelTaps[] columns)
    {
        for (var x = 0; x < columns.Length; x++)
        {
            var weights = columns[x].Weights;
            var pixels = row.Slice(3 * columns[x].First, 3 * weights.Length);
            var (red, green, blue) = (Half, Half, Half);
            for (var i = 0; i < weights.Length; i++)
            {
                var weight = weights[i];
                var pixel = pixels.Slice(3 * i, 3);
                red += weight * pixel[0];
                green += weight * pixel[1];
                blue += weight * pixel[2];
            }

            var own = result.Slice(3 * x, 3);
            (own[0], own[1], own[2]) = (ToByte(red), ToByte(green), ToByte(blue));
        }
    }

    private static void NarrowGray(ReadOnlySpan<byte> row, Span<int> result, PixelTaps[] columns)
    {
        for (var x = 0; x < columns.Length; x++)
        {
            var weights = columns[x].Weights;
            var pixels = row.Slice(columns[x].First, weights.Length);
            var sum = Half;
            for (var i = 0; i < weights.Length; i++) sum += weights[i] * pixels[i];
            result[x] = ToByte(sum);
        }
    }

    private static byte ToByte(int sum) => (byte)Math.Clamp(sum >> Precision, 0, 255);

    /// <summary>The sums of the new rows to which the current row of the source contributes, and the finished rows.</summary>
    private sealed class RowSums
    {
        private readonly int stride;
        private readonly int slots;
        private readonly int[] sums;
        private int finished;

        public RowSums(PixelTaps[] rows, int stride)
        {
            (this.stride, Pixels) = (stride, new byte[rows.Length * stride]);
            slots = 1;
            for (int output = 0, first = 0; output < rows.Length; output++)
            {
                while (rows[first].End <= rows[output].First && first < output) first++;
                slots = Math.Max(slots, output - first + 1);
            }

            sums = new int[slots * stride];
        }

        public byte[] Pixels { get; }

        public void Add(int output, int weight, ReadOnlySpan<int> row)
        {
            var own = Sums(output);
            var (x, factor) = (0, new Vector<int>(weight));
            for (; x <= own.Length - Vector<int>.Count; x += Vector<int>.Count)
                (new Vector<int>(own[x..]) + (factor * new Vector<int>(row[x..]))).CopyTo(own[x..]);
            for (; x < own.Length; x++) own[x] += weight * row[x];
        }

        /// <summary>Rounds the sums of all rows before one to bytes.</summary>
        public void FinishBefore(int end)
        {
            for (; finished < end; finished++)
            {
                var own = Sums(finished);
                var pixels = Pixels.AsSpan(finished * stride, stride);
                for (var x = 0; x < pixels.Length; x++) pixels[x] = ToByte(own[x] + Half);
                own.Clear();
            }
        }

        private Span<int> Sums(int output) => sums.AsSpan(output % slots * stride, stride);
    }
}
