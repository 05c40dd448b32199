using System.Runtime.Intrinsics;

namespace Fovea.Engine.Ops;

/// <summary>How the positions at which images are read follow from the second input of an op.</summary>
internal enum PositionRule
{
    /// <summary>Six numbers a b c d e f for each image: the output pixel (x, y) is read at (a·x + b·y + c, d·x + e·y + f).</summary>
    Affine,

    /// <summary>Eight numbers a b c d e f g h: both coordinates of the affine map are divided by g·x + h·y + 1.</summary>
    Projective,

    /// <summary>The position (x, y) of each output pixel.</summary>
    Grid,
}

/// <summary>The pixels around the positions at which images are read, and their weights, in float64.</summary>
/// <param name="Rule">How positions follow from the second input.</param>
/// <param name="FillMode">How the image is continued beyond its border.</param>
/// <param name="Interpolation">How values between pixels are computed.</param>
/// <param name="Height">The height of the images that are read.</param>
/// <param name="Width">The width of the images that are read.</param>
/// <param name="OutputHeight">The height of the output.</param>
/// <param name="OutputWidth">The width of the output.</param>
/// <param name="IsAntialiased">Whether an output pixel is the mean of several positions where a map shrinks the image (<see cref="Samples"/>).</param>
internal readonly record struct ImageSampling(
    PositionRule Rule, FillMode FillMode, Interpolation Interpolation, int Height, int Width, int OutputHeight, int OutputWidth, bool IsAntialiased)
{
    /// <summary>The largest number of positions of an output pixel in each direction.</summary>
    public const int MaxSamples = 16;

    /// <summary>Positions are limited to this distance, so that they can be converted to integers; NaN becomes −2³⁰.</summary>
    public const double Farthest = 1 << 30;

    /// <summary>
    /// Up to four pixels, by their rows and columns (−1: outside the image), and the weights of the second row and column. The first row and column have the
    /// weights 1 − those.
    /// </summary>
    public readonly record struct Sample(int Row0, int Row1, int Column0, int Column1, double Row1Weight, double Column1Weight);

    /// <summary>The number of parameters of each image.</summary>
    public int Parameters => Rule switch { PositionRule.Affine => 6, PositionRule.Projective => 8, _ => 2 * OutputHeight * OutputWidth };

    /// <summary>
    /// The numbers of positions of an output pixel along x and y, of which the pixel is the mean: the distance of neighboring output pixels in the image,
    /// rounded, measured at the center of the output.
    /// </summary>
    public (int Across, int Down) Samples(ReadOnlySpan<double> map)
    {
        if (!IsAntialiased || Rule == PositionRule.Grid || Interpolation == Interpolation.Nearest) return (1, 1);
        var (x, y) = ((OutputWidth - 1) / 2.0, (OutputHeight - 1) / 2.0);
        var (g, h) = Rule == PositionRule.Projective ? (map[6], map[7]) : (0, 0);
        var w = (g * x) + (h * y) + 1;
        var (column, row) = (((map[0] * x) + (map[1] * y) + map[2]) / w, ((map[3] * x) + (map[4] * y) + map[5]) / w);
        return (Count(map[0] - (g * column), map[3] - (g * row)), Count(map[1] - (h * column), map[4] - (h * row)));

        int Count(double columns, double rows)
        {
            var distance = Math.Sqrt((columns * columns) + (rows * rows)) / Math.Abs(w);
            return distance >= 1.5 ? (int)Math.Min(Math.Round(distance), MaxSamples) : 1;
        }
    }

    /// <summary>The positions at which the output positions (x, y), (x + 1, y), … are read by an affine or projective map.</summary>
    public void Positions(ReadOnlySpan<double> map, double x, double y, Span<double> columns, Span<double> rows)
    {
        var start = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // Locals, since the compiler cannot know that the results are not written into the map.
            var (a, by, c) = (Vector256.Create(map[0]), Vector256.Create(map[1] * y), Vector256.Create(map[2]));
            var (d, ey, f) = (Vector256.Create(map[3]), Vector256.Create(map[4] * y), Vector256.Create(map[5]));
            var isProjective = Rule == PositionRule.Projective;
            var (g, hy) = isProjective ? (Vector256.Create(map[6]), Vector256.Create(map[7] * y)) : default;
            var steps = Vector256.Create(0.0, 1, 2, 3);
            for (; start <= columns.Length - 4; start += 4)
            {
                var xs = Vector256.Create(x + start) + steps;
                var (column, row) = ((a * xs) + by + c, (d * xs) + ey + f);
                if (isProjective)
                {
                    var w = (g * xs) + hy + Vector256.Create(1.0);
                    (column, row) = (column / w, row / w);
                }

                column.CopyTo(columns[start..]);
                row.CopyTo(rows[start..]);
            }
        }

        for (var i = start; i < columns.Length; i++)
        {
            var (column, row) = ((map[0] * (x + i)) + (map[1] * y) + map[2], (map[3] * (x + i)) + (map[4] * y) + map[5]);
            var w = Rule == PositionRule.Projective ? (map[6] * (x + i)) + (map[7] * y) + 1 : 1;
            (columns[i], rows[i]) = (column / w, row / w);
        }
    }

    /// <summary>The pixels that are read for the position (x, y) of the image.</summary>
    public Sample At(double x, double y)
    {
        (x, y) = (Bounded(x), Bounded(y));
        if (Interpolation == Interpolation.Nearest)
        {
            var (row, column) = (Inside((long)Math.Floor(y + 0.5), Height), Inside((long)Math.Floor(x + 0.5), Width));
            return new Sample(row, row, column, column, 0, 0);
        }

        var (top, left) = (Math.Floor(y), Math.Floor(x));
        return new Sample(
            Inside((long)top, Height), Inside((long)top + 1, Height), Inside((long)left, Width), Inside((long)left + 1, Width), y - top, x - left);
    }

    /// <summary>The row or column that is read at an index, which may be outside the image; −1 for the fill value.</summary>
    public int Inside(long index, int length) => FillMode.Inside(index, length);

    /// <summary>Visits every output element with each image element (−1: outside) that it reads, and the weight of the latter.</summary>
    public void ForEachTap(double[] parameters, int batch, int channels, Action<int, int, double> visit)
    {
        var (columns, rows) = (new double[OutputWidth], new double[OutputWidth]);
        for (var n = 0; n < batch; n++)
        {
            var map = parameters.AsSpan(n * Parameters, Parameters);
            var (across, down) = Samples(map);
            for (var y = 0; y < OutputHeight; y++)
            {
                for (var part = 0; part < across * down; part++)
                {
                    if (Rule != PositionRule.Grid) Positions(map, Between(part % across, across), y + Between(part / across, down), columns, rows);
                    for (var x = 0; x < OutputWidth; x++)
                    {
                        if (Rule == PositionRule.Grid)
                            (columns[x], rows[x]) = (map[2 * ((y * OutputWidth) + x)], map[(2 * ((y * OutputWidth) + x)) + 1]);
                        VisitTaps(At(columns[x], rows[x]), n, (((n * OutputHeight) + y) * OutputWidth) + x, channels, 1.0 / (across * down), visit);
                    }
                }
            }
        }
    }

    /// <summary>Where one of some positions is in a pixel, relative to its center: with two, at −¼ and ¼.</summary>
    public static double Between(int part, int parts) => ((part + 0.5) / parts) - 0.5;

    private void VisitTaps(Sample sample, int n, int pixel, int channels, double weight, Action<int, int, double> visit)
    {
        var (height, width) = (Height, Width);
        for (var channel = 0; channel < channels; channel++)
        {
            int Source(int row, int column) => row < 0 || column < 0 ? -1 : (((((n * height) + row) * width) + column) * channels) + channel;
            var output = (pixel * channels) + channel;
            visit(output, Source(sample.Row0, sample.Column0), weight * (1 - sample.Row1Weight) * (1 - sample.Column1Weight));
            visit(output, Source(sample.Row0, sample.Column1), weight * (1 - sample.Row1Weight) * sample.Column1Weight);
            visit(output, Source(sample.Row1, sample.Column0), weight * sample.Row1Weight * (1 - sample.Column1Weight));
            visit(output, Source(sample.Row1, sample.Column1), weight * sample.Row1Weight * sample.Column1Weight);
        }
    }

    private static double Bounded(double position) => position >= -Farthest ? Math.Min(position, Farthest) : -Farthest;
}
