namespace Fovea.Engine.Ops;

/// <summary>The pixels around the positions that an affine transform reads, and their weights, in float64.</summary>
internal readonly record struct AffineSampling(FillMode FillMode, Interpolation Interpolation, int Height, int Width)
{
    public const int Parameters = 6;

    /// <summary>
    /// Up to four pixels, by their rows and columns (−1: outside the image), and the weights of the second row and column. The first row and column have the
    /// weights 1 − those.
    /// </summary>
    public readonly record struct Sample(int Row0, int Row1, int Column0, int Column1, double Row1Weight, double Column1Weight);

    public static Shape CheckShapes(string name, IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank != 4) throw new ShapeException(name, $"expected images (batch, height, width, channels); received {inputs[0]}.");
        Shape expected = [inputs[0][0], Parameters];
        return inputs[1] == expected
            ? inputs[0]
            : throw new ShapeException(name, $"expected parameters {expected} for the images {inputs[0]}; received {inputs[1]}.");
    }

    /// <summary>The pixels that are read for the position (x, y) of the image.</summary>
    public Sample At(double x, double y)
    {
        if (Interpolation == Interpolation.Nearest)
        {
            var (row, column) = (Inside((long)Math.Floor(y + 0.5), Height), Inside((long)Math.Floor(x + 0.5), Width));
            return new Sample(row, row, column, column, 0, 0);
        }

        var (top, left) = (Math.Floor(y), Math.Floor(x));
        return new Sample(
            Inside((long)top, Height), Inside((long)top + 1, Height), Inside((long)left, Width), Inside((long)left + 1, Width), y - top, x - left);
    }

    /// <summary>Visits every output element with each image element (−1: outside) that it reads, and the weight of the latter.</summary>
    public void ForEachTap(double[] parameters, Shape shape, Action<int, int, double> visit)
    {
        var output = 0;
        for (var n = 0; n < shape[0]; n++)
        {
            var (width, height, channels) = (Width, Height, shape[3]);
            var p = parameters.AsSpan(n * Parameters, Parameters);
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    var sample = At((p[0] * x) + (p[1] * y) + p[2], (p[3] * x) + (p[4] * y) + p[5]);
                    for (var channel = 0; channel < channels; channel++, output++)
                    {
                        int Source(int row, int column) => row < 0 || column < 0 ? -1 : (((((n * height) + row) * width) + column) * channels) + channel;
                        visit(output, Source(sample.Row0, sample.Column0), (1 - sample.Row1Weight) * (1 - sample.Column1Weight));
                        visit(output, Source(sample.Row0, sample.Column1), (1 - sample.Row1Weight) * sample.Column1Weight);
                        visit(output, Source(sample.Row1, sample.Column0), sample.Row1Weight * (1 - sample.Column1Weight));
                        visit(output, Source(sample.Row1, sample.Column1), sample.Row1Weight * sample.Column1Weight);
                    }
                }
            }
        }
    }

    /// <summary>The row or column that is read at an index, which may be outside the image; −1 for the fill value.</summary>
    private int Inside(long index, int length)
    {
        if (index >= 0 && index < length) return (int)index;
        switch (FillMode)
        {
            case FillMode.Constant:
                return -1;
            case FillMode.Nearest:
                return index < 0 ? 0 : length - 1;
            case FillMode.Wrap:
                return (int)Modulo(index, length);
            default:
                var position = (int)Modulo(index, 2L * length);
                return position < length ? position : (2 * length) - 1 - position;
        }
    }

    private static long Modulo(long index, long length) => ((index % length) + length) % length;
}
