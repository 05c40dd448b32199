using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Writes the tables of all tiles in a first phase, where a unit is a row of tiles of one image, and looks up in a second, where a unit is a band of rows of
/// pixels.
/// </summary>
internal sealed unsafe class TileEqualizeKernel : Kernel
{
    private const int Bins = TileEqualizeOp.Bins;

    private readonly TileEqualizeOp op;
    private readonly int batch;
    private readonly int channels;
    private readonly TileAxis rows;
    private readonly TileAxis columns;
    private readonly (int First, int Second, float Weight)[] across;
    private readonly Cut bands;

    public TileEqualizeKernel(Shape images, TileEqualizeOp op)
    {
        this.op = op;
        (batch, channels) = (images[0], images[3]);
        (rows, columns) = (new TileAxis(images[1], op.TileRows), new TileAxis(images[2], op.TileColumns));
        across = [.. Enumerable.Range(0, columns.Size).Select(columns.Between).Select(pair => (pair.First, pair.Second, (float)pair.Weight))];
        bands = Cut.Into(Cut.Ceiling(Granularity.OfFloats(4L * images.Count), Math.Max(1, batch)), rows.Size);
    }

    public override int Phases => 2;

    public override int ScratchFloats => batch * TableRow * op.TileRows;

    /// <summary>The tables of a row of tiles, in floats: those of the channels of a tile are adjacent.</summary>
    private int TableRow => op.TileColumns * channels * Bins;

    public override int Units(int phase) => phase == 0 ? batch * op.TileRows : batch * bands.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0)
        {
            var image = buffers.Input(0) + ((nint)(unit / op.TileRows) * rows.Size * columns.Size * channels);
            WriteTables(image, unit % op.TileRows, buffers.Scratch + ((nint)unit * TableRow));
        }
        else
        {
            var (n, band) = Math.DivRem(unit, bands.Parts);
            var first = (nint)n * rows.Size * columns.Size * channels;
            for (var y = bands.Start(band); y < bands.Start(band + 1); y++)
            {
                var start = first + ((nint)y * columns.Size * channels);
                LookUp(buffers.Input(0) + start, buffers.Output + start, buffers.Scratch + ((nint)n * op.TileRows * TableRow), y);
            }
        }
    }

    private void WriteTables(float* image, int tileRow, float* tables)
    {
        Span<double> counts = stackalloc double[Bins];
        for (var tile = 0; tile < op.TileColumns; tile++)
        {
            for (var c = 0; c < channels; c++, tables += Bins)
            {
                counts.Clear();
                for (var y = tileRow * rows.Length; y < (tileRow + 1) * rows.Length; y++)
                {
                    var row = image + ((nint)rows.Source(y) * columns.Size * channels) + c;
                    for (var x = tile * columns.Length; x < (tile + 1) * columns.Length; x++) counts[Bin(row[columns.Source(x) * channels])]++;
                }

                op.WriteTable(counts, rows.Length * columns.Length);
                for (var bin = 0; bin < Bins; bin++) tables[bin] = (float)counts[bin];
            }
        }
    }

    private void LookUp(float* input, float* output, float* tables, int y)
    {
        var (top, bottom, weight) = rows.Between(y);
        var upper = tables + (top * TableRow);
        var lower = tables + (bottom * TableRow);
        var v = (float)weight;
        for (var x = 0; x < columns.Size; x++)
        {
            var (left, right, u) = across[x];
            var (first, second) = (left * channels * Bins, right * channels * Bins);
            for (var c = 0; c < channels; c++, input++, output++, first += Bins, second += Bins)
            {
                var bin = Bin(*input);
                var (above, below) = ((upper[first + bin] * (1 - u)) + (upper[second + bin] * u), (lower[first + bin] * (1 - u)) + (lower[second + bin] * u));
                *output = (above * (1 - v)) + (below * v);
            }
        }
    }

    private static int Bin(float x) => x > 0 ? x < Bins - 1 ? (int)x : Bins - 1 : 0;
}
