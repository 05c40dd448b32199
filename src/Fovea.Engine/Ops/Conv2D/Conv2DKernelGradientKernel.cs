using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution with respect to its kernel: inputs [image, output gradient], output (height, width, channels, filters). The sum over
/// the output positions of the batch is made in chunks that fit L2.
/// </summary>
/// <remarks>
/// In phase 0 a unit sums some rows and columns of the kernel over one shard of the chunks. Phase 1, if there are several shards, adds them.
/// </remarks>
internal sealed unsafe class Conv2DKernelGradientKernel : Kernel
{
    private const int MinUnitRows = 48;
    private const int ChunkPixels = 512;

    private readonly int batch;
    private readonly Window2D window;
    private readonly int outputChannels;
    private readonly DirectKernelGradient algorithm;
    private readonly int kernelRows;
    private readonly Cut rowBlocks;
    private readonly Cut columnBlocks;
    private readonly int chunkImages;
    private readonly int chunkRows;
    private readonly int bands;
    private readonly Cut shards;
    private readonly ShardedSum sum;

    public Conv2DKernelGradientKernel(int batch, Window2D window, int inputChannels, int outputChannels, int groups = 1)
    {
        this.batch = batch;
        this.window = window;
        this.outputChannels = outputChannels;
        algorithm = new DirectKernelGradient(window, inputChannels, outputChannels, groups);
        kernelRows = window.KernelHeight * window.KernelWidth * (inputChannels / groups);

        var pixels = window.OutputHeight * window.OutputWidth;
        chunkImages = Math.Clamp(ChunkPixels / pixels, 1, batch);
        chunkRows = chunkImages > 1 ? window.OutputHeight : Math.Clamp(ChunkPixels / window.OutputWidth, 1, window.OutputHeight);
        bands = Cut.Ceiling(window.OutputHeight, chunkRows);

        // Splitting rows and columns costs nothing; each shard costs a partial sum.
        var wanted = Granularity.OfProducts((long)batch * pixels * Size);
        rowBlocks = Cut.Into(Math.Min(wanted, kernelRows / MinUnitRows), kernelRows, Tile.MaxRows);
        columnBlocks = Cut.Into(Cut.Ceiling(wanted, rowBlocks.Parts), outputChannels, Columns.MaxBlock);
        var wantedShards = Math.Min(ShardedSum.MaxShards(Size), Cut.Ceiling(wanted, rowBlocks.Parts * columnBlocks.Parts));
        shards = Cut.Into(wantedShards, Cut.Ceiling(batch, chunkImages) * bands);
        sum = new ShardedSum(shards, Size);
    }

    /// <summary>The number of products that are added one after the other.</summary>
    public int MaxSumLength => Math.Min(batch * window.OutputHeight, shards.MaxLength * chunkImages * chunkRows) * window.OutputWidth;

    public override int Phases => sum.Phases;

    public override int ScratchFloats => sum.ScratchFloats;

    public override int WorkerScratchFloats => algorithm.ScratchFloats(chunkImages, chunkRows);

    private int Size => kernelRows * outputChannels;

    public override int Units(int phase) => phase == 0 ? sum.Count * rowBlocks.Parts * columnBlocks.Parts : sum.AddUnits;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 1)
        {
            sum.Add(unit, buffers.Scratch, buffers.Output);
            return;
        }

        var (rest, column) = Math.DivRem(unit, columnBlocks.Parts);
        var (shard, row) = Math.DivRem(rest, rowBlocks.Parts);
        var part = new KernelPart(rowBlocks.Start(row), rowBlocks.Start(row + 1), columnBlocks.Start(column), columnBlocks.Start(column + 1));
        var target = sum.Target(shard, buffers);
        for (var r = part.FirstRow; r < part.EndRow; r++)
            new Span<float>(target + ((nint)r * outputChannels) + part.FirstColumn, part.EndColumn - part.FirstColumn).Clear();

        for (var c = sum.Start(shard); c < sum.Start(shard + 1); c++)
        {
            var (image, top) = (c / bands * chunkImages, c % bands * chunkRows);
            var chunk = new Conv2DChunk(image, Math.Min(chunkImages, batch - image), top, Math.Min(chunkRows, window.OutputHeight - top));
            var gradient = buffers.Input(1) + ((nint)image * window.OutputHeight * window.OutputWidth * outputChannels);
            algorithm.AddChunk(chunk, buffers.Input(0), gradient, part, target, buffers.WorkerScratch);
        }
    }
}
