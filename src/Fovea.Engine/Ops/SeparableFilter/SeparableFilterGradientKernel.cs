using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>
/// The transposed filter: each row is spread along itself, into a row of scratch whose margins are added to the pixels that they repeat, and then to the rows
/// above and below. Several rows are added to the same one, so a unit is a whole image.
/// </summary>
internal sealed unsafe class SeparableFilterGradientKernel(Shape images, int downSize, int acrossSize, FillMode fillMode) : Kernel
{
    private readonly int height = images[1];
    private readonly int width = images[2];
    private readonly int channels = images[3];

    public override int WorkerScratchFloats => (width + acrossSize - 1) * channels;

    public override int Units(int phase) => images[0];

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var rowLength = width * channels;
        var output = new Span<float>(buffers.Output + ((nint)unit * height * rowLength), height * rowLength);
        var spread = new Span<float>(buffers.WorkerScratch, WorkerScratchFloats);
        output.Clear();
        for (var i = 0; i < height; i++)
        {
            Spread(new ReadOnlySpan<float>(buffers.Input(0) + ((((nint)unit * height) + i) * rowLength), rowLength),
                buffers.Input(2) + (unit * acrossSize), spread);
            for (var u = 0; u < downSize; u++)
            {
                var row = fillMode.Inside(i + u - (downSize / 2), height);
                if (row >= 0) Add(spread.Slice(acrossSize / 2 * channels, rowLength), buffers.Input(1)[(unit * downSize) + u], output[(row * rowLength)..]);
            }
        }
    }

    private void Spread(ReadOnlySpan<float> row, float* weights, Span<float> spread)
    {
        spread.Clear();
        for (var v = 0; v < acrossSize; v++) Add(row, weights[v], spread[(v * channels)..]);
        var margin = acrossSize / 2;
        for (var x = -margin; x < width + margin; x++)
        {
            if (x == 0) x = width;  // the margin to the right
            var target = x < width + margin ? fillMode.Inside(x, width) : -1;
            for (var c = 0; c < channels && target >= 0; c++) spread[((margin + target) * channels) + c] += spread[((margin + x) * channels) + c];
        }
    }

    private static void Add(ReadOnlySpan<float> row, float weight, Span<float> sums) => TensorPrimitives.MultiplyAdd(row, weight, sums[..row.Length], sums);
}
