namespace Fovea.Engine.Ops;

/// <summary>
/// Equalizes the histograms of tiles with limited contrast (CLAHE; Zuiderveld 1994). Each image (n, h, w, c), with values from 0 to 255, is divided into
/// tiles of equal size; it is reflected below and to the right where the tiles exceed it. Of the histogram of a tile with 256 bins, counts above
/// clip limit · pixels / 256 are cut, and the cut counts are spread over all bins. With C the sum of the counts up to a bin and C₀ that of the first bin,
/// the table of the tile is 255 · (C − C₀) / (pixels − C₀). A new value is interpolated bilinearly between the tables of the four nearest tiles.
/// </summary>
/// <remarks>Values are counted and looked up as whole numbers, so the output is constant between them, and the input has no gradient.</remarks>
/// <param name="TileRows">The number of tiles from top to bottom.</param>
/// <param name="TileColumns">The number of tiles from left to right.</param>
/// <param name="ClipLimit">The limit of a count, relative to an even histogram; 0 for none.</param>
internal sealed record TileEqualizeOp(int TileRows, int TileColumns, float ClipLimit) : Op
{
    public const int Bins = 256;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Rank == 4
        ? inputs[0]
        : throw new ShapeException(Name, $"expected images (batch, height, width, channels); received {inputs[0]}.");

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (height, width, channels) = (call.OutputShape[1], call.OutputShape[2], call.OutputShape[3]);
        var (rows, columns) = (new TileAxis(height, TileRows), new TileAxis(width, TileColumns));
        for (var n = 0; n < call.OutputShape[0]; n++)
        {
            for (var c = 0; c < channels; c++)
            {
                var tables = new double[TileRows * TileColumns][];
                for (var tile = 0; tile < tables.Length; tile++)
                {
                    var counts = new double[Bins];
                    for (var pixel = 0; pixel < rows.Length * columns.Length; pixel++)
                    {
                        var (y, x) = (rows.Source((tile / TileColumns * rows.Length) + (pixel / columns.Length)),
                            columns.Source((tile % TileColumns * columns.Length) + (pixel % columns.Length)));
                        counts[Bin(call.Inputs[0][At(y, x)])]++;
                    }

                    WriteTable(counts, rows.Length * columns.Length);
                    tables[tile] = counts;
                }

                for (var pixel = 0; pixel < height * width; pixel++)
                {
                    var (row, column) = (rows.Between(pixel / width), columns.Between(pixel % width));
                    var bin = Bin(call.Inputs[0][At(pixel / width, pixel % width)]);
                    double Value(int y, int x) => tables[(y * TileColumns) + x][bin];
                    call.Output[At(pixel / width, pixel % width)] =
                        ((1 - row.Weight) * (((1 - column.Weight) * Value(row.First, column.First)) + (column.Weight * Value(row.First, column.Second))))
                        + (row.Weight * (((1 - column.Weight) * Value(row.Second, column.First)) + (column.Weight * Value(row.Second, column.Second))));
                }

                int At(int y, int x) => (((((n * height) + y) * width) + x) * channels) + c;
            }
        }

        static int Bin(double x) => (int)Math.Clamp(x, 0, Bins - 1);
    }

    /// <summary>Replaces the counts of the pixels of a tile by its table.</summary>
    internal void WriteTable(Span<double> counts, int pixels)
    {
        if (ClipLimit > 0)
        {
            var (limit, excess) = (ClipLimit * (double)pixels / Bins, 0.0);
            foreach (var count in counts) excess += Math.Max(0, count - limit);
            for (var bin = 0; bin < Bins; bin++) counts[bin] = Math.Min(counts[bin], limit) + (excess / Bins);
        }

        var (first, sum) = (counts[0], 0.0);
        for (var bin = 0; bin < Bins; bin++)
        {
            sum += counts[bin];
            counts[bin] = Math.Clamp(255 * (sum - first) / (pixels == first ? 1 : pixels - first), 0, 255);
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new TileEqualizeKernel(output, this);
}

/// <summary>The tiles along one axis of an image.</summary>
/// <param name="Size">The pixels of the image.</param>
/// <param name="Tiles">The number of tiles.</param>
internal readonly record struct TileAxis(int Size, int Tiles)
{
    /// <summary>The pixels of a tile.</summary>
    public int Length => (Size + Tiles - 1) / Tiles;

    /// <summary>The pixel of the image for a pixel of the tiles.</summary>
    public int Source(int position) => FillMode.Reflect.Inside(position, Size);

    /// <summary>The two tiles that a pixel lies between, and the weight of the second. Tiles are Length apart, the first at Length / 2.</summary>
    public (int First, int Second, double Weight) Between(int position)
    {
        var place = (position - (Length / 2.0)) / Length;
        var first = (int)Math.Floor(place);
        return (Math.Clamp(first, 0, Tiles - 1), Math.Clamp(first + 1, 0, Tiles - 1), place - first);
    }
}
