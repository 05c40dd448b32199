using System.Numerics;

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
        public const int Doubles = 5 * Size;

        /// <summary>The offset of a position around which there is no pixel of the image.</summary>
        public const double Outside = -2;

        /// <summary>Positions are limited to this distance, so that they can be converted to integers; NaN becomes −2³⁰.</summary>
        private const double Farthest = ImageSampling.Farthest;

        /// <summary>The x of each position in the image; after a search its whole part.</summary>
        public double* Columns => memory;

        /// <summary>The y of each position; after a search its whole part.</summary>
        public double* Rows => memory + Size;

        /// <summary>
        /// After a search: where the first pixel that is read begins; −1 if some of the pixels are outside the image, <see cref="Outside"/> if all are.
        /// </summary>
        public double* Offsets => memory + (2 * Size);

        /// <summary>After a search for corners: the weights of the pixels top left, top right, bottom left and bottom right, one row for each.</summary>
        public float* Weights => (float*)(memory + (3 * Size));

        /// <summary>The four weights of a pixel.</summary>
        public (float TopLeft, float TopRight, float BottomLeft, float BottomRight) WeightsOf(int pixel) =>
            (Weights[pixel], Weights[Size + pixel], Weights[(2 * Size) + pixel], Weights[(3 * Size) + pixel]);

        /// <summary>Finds the nearest pixel of each position.</summary>
        public void FindNearest(in ImageSampling sampling, int channels, int count)
        {
            for (var i = 0; i < count; i += Vector<double>.Count)
            {
                var (column, row) = (Round(Columns + i), Round(Rows + i));
                Offset(column, row, 1, sampling, channels).Store(Offsets + i);
                column.Store(Columns + i);
                row.Store(Rows + i);
            }

            static Vector<double> Round(double* positions) => Vector.Floor(Bounded(positions) + new Vector<double>(0.5));
        }

        /// <summary>Finds the four pixels around each position, and their weights.</summary>
        public void FindCorners(in ImageSampling sampling, int channels, int count)
        {
            for (var i = 0; i < count; i += Vector<float>.Count)
            {
                var (right0, down0) = FindCorner(sampling, channels, i);
                var (right1, down1) = FindCorner(sampling, channels, i + Vector<double>.Count);
                var (u, v) = (Vector.Narrow(right0, right1), Vector.Narrow(down0, down1));
                var (left, up) = (Vector<float>.One - u, Vector<float>.One - v);
                (up * left).Store(Weights + i);
                (up * u).Store(Weights + Size + i);
                (v * left).Store(Weights + (2 * Size) + i);
                (v * u).Store(Weights + (3 * Size) + i);
            }
        }

        /// <summary>The first pixels of a vector of positions, and how far to the right and below of it the positions are.</summary>
        private (Vector<double> Right, Vector<double> Down) FindCorner(in ImageSampling sampling, int channels, int i)
        {
            var (x, y) = (Bounded(Columns + i), Bounded(Rows + i));
            var (left, top) = (Vector.Floor(x), Vector.Floor(y));
            Offset(left, top, 2, sampling, channels).Store(Offsets + i);
            left.Store(Columns + i);
            top.Store(Rows + i);
            return (x - left, y - top);
        }

        /// <summary>Where squares of some pixels begin, of which the first pixels are at given columns and rows.</summary>
        private static Vector<double> Offset(Vector<double> column, Vector<double> row, int side, in ImageSampling sampling, int channels)
        {
            var size = (sampling.Width, sampling.Height);
            var (isInside, isOutside) = (IsBetween(0, 1 - side), ~IsBetween(1 - side, 0));
            var offset = Vector.ConditionalSelect(isOutside, new Vector<double>(Outside), new Vector<double>(-1));
            return Vector.ConditionalSelect(isInside, ((row * sampling.Width) + column) * channels, offset);

            // Whether both are at least the first number, and below the size of the image and the second number.
            Vector<long> IsBetween(int first, int added) =>
                Vector.GreaterThanOrEqual(column, new Vector<double>(first)) & Vector.GreaterThanOrEqual(row, new Vector<double>(first))
                    & Vector.LessThan(column, new Vector<double>(size.Width + added)) & Vector.LessThan(row, new Vector<double>(size.Height + added));
        }

        private static Vector<double> Bounded(double* positions)
        {
            var (position, lowest) = (Vector.Load(positions), new Vector<double>(-Farthest));
            return Vector.ConditionalSelect(
                Vector.GreaterThanOrEqual(position, lowest), Vector.ConditionalSelect(Vector.LessThan(position, -lowest), position, -lowest), lowest);
        }
    }
}
