using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution with respect to its kernel: inputs [image, output gradient], output HWIO. The sum runs over the output
/// positions of the batch, chunk by chunk so that a chunk stays in a near cache.
/// </summary>
/// <remarks>
/// Phase 0: each unit owns some rows of the kernel for one shard of the chunks, and adds up in a fixed order; phase 1 (if there is more than
/// one shard) adds the shards.
/// </remarks>
internal sealed unsafe class Conv2DKernelGradientKernel : Kernel
{
    private const int EnoughUnits = 32;
    private const int EnoughRows = 48;
    private const int ChunkPixels = 512;
    private const int MaxPartialFloats = 4 * 1024 * 1024;
    private const int SumFloats = 4096;

    private readonly int batch;
    private readonly Window2D window;
    private readonly int outputChannels;
    private readonly DirectKernelGradient algorithm;
    private readonly int kernelRows;
    private readonly int unitRows;
    private readonly int chunkImages;
    private readonly int chunkRows;
    private readonly int bands;
    private readonly int chunks;
    private readonly int shardChunks;

    public Conv2DKernelGradientKernel(int batch, Window2D window, int inputChannels, int outputChannels, int groups = 1)
    {
        this.batch = batch;
        this.window = window;
        this.outputChannels = outputChannels;
        algorithm = new DirectKernelGradient(window, inputChannels, outputChannels, groups);
        kernelRows = window.KernelHeight * window.KernelWidth * (inputChannels / groups);

        var blocks = Math.Clamp(kernelRows / EnoughRows, 1, EnoughUnits);
        unitRows = Ceiling(Ceiling(kernelRows, blocks), Tile.MaxRows) * Tile.MaxRows;
        var pixels = window.OutputHeight * window.OutputWidth;
        chunkImages = Math.Clamp(ChunkPixels / pixels, 1, batch);
        chunkRows = chunkImages > 1 ? window.OutputHeight : Math.Clamp(ChunkPixels / window.OutputWidth, 1, window.OutputHeight);
        bands = Ceiling(window.OutputHeight, chunkRows);
        chunks = Ceiling(batch, chunkImages) * bands;

        var affordable = Math.Max(1, MaxPartialFloats / (kernelRows * outputChannels));
        shardChunks = Ceiling(chunks, Math.Min(Math.Min(chunks, affordable), Ceiling(EnoughUnits, blocks)));
    }

    /// <summary>How many products are added one after the other.</summary>
    public int LongestSum => Math.Min(batch * window.OutputHeight, shardChunks * chunkImages * chunkRows) * window.OutputWidth;

    public override int Phases => Shards > 1 ? 2 : 1;

    public override int ScratchFloats => Shards > 1 ? Shards * kernelRows * outputChannels : 0;

    public override int WorkerScratchFloats => algorithm.ScratchFloats(chunkImages, chunkRows);

    private int Shards => Ceiling(chunks, shardChunks);

    private int RowBlocks => Ceiling(kernelRows, unitRows);

    public override int Units(int phase) => phase == 0 ? Shards * RowBlocks : Ceiling(kernelRows * outputChannels, SumFloats);

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 1)
        {
            var first = unit * SumFloats;
            var size = kernelRows * outputChannels;
            PartialSums.Add(buffers.Scratch, Shards, size, buffers.Output, first, Math.Min(size, first + SumFloats));
            return;
        }

        var shard = unit / RowBlocks;
        var firstRow = unit % RowBlocks * unitRows;
        var endRow = Math.Min(kernelRows, firstRow + unitRows);
        var target = (Shards > 1 ? buffers.Scratch : buffers.Output) + ((nint)shard * kernelRows * outputChannels);
        new Span<float>(target + ((nint)firstRow * outputChannels), (endRow - firstRow) * outputChannels).Clear();

        var endChunk = Math.Min(chunks, (shard + 1) * shardChunks);
        for (var c = shard * shardChunks; c < endChunk; c++)
        {
            var (image, row) = (c / bands * chunkImages, c % bands * chunkRows);
            var chunk = new Conv2DChunk(image, Math.Min(chunkImages, batch - image), row, Math.Min(chunkRows, window.OutputHeight - row));
            var gradient = buffers.Input(1) + ((nint)image * window.OutputHeight * window.OutputWidth * outputChannels);
            algorithm.AddChunk(chunk, buffers.Input(0), gradient, firstRow, endRow, target, buffers.WorkerScratch);
        }
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
