using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>Where the pixels of a block are read, computed with vectors of pixels.</summary>
internal sealed unsafe partial class ImageSamplingKernel
{
    /// <summary>
    /// The positions of up to <see cref="Size"/> output pixels, and what follows from them. Vectors run beyond the last pixel, so that no result depends on the
    /// index of a pixel.
    /// </summary>
    /// <param name="memory">Room for <see cref="Doubles"/> numbers.</param>
    private readonly struct Block(double* memory)
    {
        /// <summary>The number of pixels, a multiple of all vector widths.</summary>
        public const int Size = 64;

        /// <summary>The memory of a block, in float64.</summary>
        public const int Doubles = 8 * Size;

        /// <summary>The offset of a position around which pixels are reflected: <see cref="Corner"/> is known.</summary>
        public const int Reflected = -2;

        /// <summary>The x of each position in the image; after a search its whole part.</summary>
        public double* Columns => memory;

        /// <summary>The y of each position; after a search its whole part.</summary>
        public double* Rows => memory + Size;

        /// <summary>
        /// After a search: where the first pixel that is read begins; −1 if some of the pixels are outside the image, or <see cref="Reflected"/>.
        /// </summary>
        public double* Offsets => memory + (2 * Size);

        /// <summary>After a search for corners: how far to the right of the whole part each position is.</summary>
        public float* Right => (float*)(memory + (3 * Size));

        /// <summary>After a search for corners: how far below the whole part each position is.</summary>
        public float* Down => (float*)(memory + (3 * Size)) + Size;

        /// <summary>The numbers of <see cref="Corner"/>, one row for each.</summary>
        private double* Corners => memory + (4 * Size);

        /// <summary>
        /// Of a position around which pixels are reflected: where the left (0) and the right pixel (1) begin in a row, and where the row above (2) and the row
        /// below (3) begin.
        /// </summary>
        public nint Corner(int which, int pixel) => (nint)double.ConvertToIntegerNative<long>(Corners[(which * Size) + pixel]);

        /// <summary>Finds the nearest pixel of each position.</summary>
        public void FindNearest(in ImageSampling sampling, int channels, int count)
        {
            var (width, height) = (new Vector<double>(sampling.Width), new Vector<double>(sampling.Height));
            for (var i = 0; i < count; i += Vector<double>.Count)
            {
                var (column, row) = (Round(Columns + i), Round(Rows + i));
                var isInside = IsBetween(column, Vector<double>.Zero, width) & IsBetween(row, Vector<double>.Zero, height);
                Vector.ConditionalSelect(isInside, ((row * width) + column) * channels, -Vector<double>.One).Store(Offsets + i);
                column.Store(Columns + i);
                row.Store(Rows + i);
            }

            static Vector<double> Round(double* positions) => Vector.Floor(Bounded(Vector.Load(positions)) + new Vector<double>(0.5));
        }

        /// <summary>Finds the four pixels around each position.</summary>
        public void FindCorners(in ImageSampling sampling, int channels, int count)
        {
            var (width, lastColumn, lastRow) =
                (new Vector<double>(sampling.Width), new Vector<double>(sampling.Width - 1), new Vector<double>(sampling.Height - 1));
            for (var i = 0; i < count; i += Vector<float>.Count)
            {
                var (right0, down0) = FindCorner(i, width, lastColumn, lastRow, sampling, channels);
                var (right1, down1) = FindCorner(i + Vector<double>.Count, width, lastColumn, lastRow, sampling, channels);
                Vector.Narrow(right0, right1).Store(Right + i);
                Vector.Narrow(down0, down1).Store(Down + i);
            }
        }

        /// <summary>The first pixels of a vector of positions, and how far to the right and below of it the positions are.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (Vector<double> Right, Vector<double> Down) FindCorner(
            int i, Vector<double> width, Vector<double> lastColumn, Vector<double> lastRow, in ImageSampling sampling, int channels)
        {
            var (x, y) = (Vector.Load(Columns + i), Vector.Load(Rows + i));
            var (left, top) = (Vector.Floor(x), Vector.Floor(y));
            var isInside = IsBetween(left, Vector<double>.Zero, lastColumn) & IsBetween(top, Vector<double>.Zero, lastRow);
            if (isInside != Vector<long>.AllBitsSet) return FindBorder(i, isInside, sampling, channels);
            (((top * width) + left) * channels).Store(Offsets + i);
            return (x - left, y - top);
        }

        /// <summary>Like FindCorner for a vector with positions of which some pixels are outside the image.</summary>
        private (Vector<double> Right, Vector<double> Down) FindBorder(int i, Vector<long> isInside, in ImageSampling sampling, int channels)
        {
            var (x, y) = (Bounded(Vector.Load(Columns + i)), Bounded(Vector.Load(Rows + i)));
            var (left, top) = (Vector.Floor(x), Vector.Floor(y));
            left.Store(Columns + i);
            top.Store(Rows + i);
            var (width, height) = (new Vector<double>(sampling.Width), new Vector<double>(sampling.Height));
            var offset = -Vector<double>.One;
            if (sampling.FillMode == FillMode.Reflect)
            {
                var stride = width * channels;
                (Reflect(left, width) * channels).Store(Corners + i);
                (Reflect(left + Vector<double>.One, width) * channels).Store(Corners + Size + i);
                (Reflect(top, height) * stride).Store(Corners + (2 * Size) + i);
                (Reflect(top + Vector<double>.One, height) * stride).Store(Corners + (3 * Size) + i);
                var isNear = IsBetween(left, -width, (2 * width) - Vector<double>.One) & IsBetween(top, -height, (2 * height) - Vector<double>.One);
                offset = Vector.ConditionalSelect(isNear, new Vector<double>(Reflected), offset);
            }

            Vector.ConditionalSelect(isInside, ((top * width) + left) * channels, offset).Store(Offsets + i);
            return (x - left, y - top);

            // For an index from −length to 2 · length − 1.
            static Vector<double> Reflect(Vector<double> index, Vector<double> length)
            {
                var positive = Vector.Max(index, -Vector<double>.One - index);
                return Vector.Min(positive, (2 * length) - Vector<double>.One - positive);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<long> IsBetween(Vector<double> values, Vector<double> first, Vector<double> end) =>
            Vector.GreaterThanOrEqual(values, first) & Vector.LessThan(values, end);

        /// <summary>Positions are limited to a distance, so that they can be converted to integers; NaN becomes the lowest.</summary>
        private static Vector<double> Bounded(Vector<double> position)
        {
            var lowest = new Vector<double>(-ImageSampling.Farthest);
            return Vector.ConditionalSelect(
                Vector.GreaterThanOrEqual(position, lowest), Vector.ConditionalSelect(Vector.LessThan(position, -lowest), position, -lowest), lowest);
        }
    }
}
