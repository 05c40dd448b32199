using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its kernel. For each filter the nonzero gradients are listed; each adds
/// its value times the patch of the image under it, whose rows are contiguous, to the filter's sums, which stay in registers while the list
/// lasts. A quarter of the products of the dense gradient, an eighth under relu.
/// </summary>
/// <remarks>
/// Phase 0: each unit owns some filters for one shard of the bands of pooled rows, and adds up in a fixed order into scratch laid out
/// [filter][kernel row, tap, channel]; phase 1 adds the shards and turns the sums round to HWIO.
/// </remarks>
internal sealed unsafe class Conv2DMaxPoolKernelGradientKernel : Kernel
{
    private const int EnoughUnits = 64;
    private const int BandFloats = 8 * 1024;  // of the image: it stays in the first cache while all filters read it
    private const int MaxPartialFloats = 2 * 1024 * 1024;
    private const int MaxFilters = 16;
    private const int SumColumns = 64;

    private readonly int batch;
    private readonly Window2D convolution;
    private readonly PooledConvolution geometry;
    private readonly int inputChannels;
    private readonly int filters;
    private readonly bool relu;
    private readonly PaddedBand padded;
    private readonly int rowFloats;
    private readonly int bandRows;
    private readonly int unitFilters;
    private readonly int shards;

    public Conv2DMaxPoolKernelGradientKernel(int batch, PooledConvolution geometry, int inputChannels, int filters, bool relu)
    {
        this.batch = batch;
        this.geometry = geometry;
        this.inputChannels = inputChannels;
        this.filters = filters;
        this.relu = relu;
        convolution = geometry.Convolution;
        padded = new PaddedBand(convolution, inputChannels);
        rowFloats = (convolution.IsPadded ? padded.Width : convolution.InputWidth) * inputChannels;
        bandRows = Math.Clamp(BandFloats / rowFloats / (geometry.Pool.StrideHeight * convolution.StrideHeight), 1, geometry.Pool.OutputHeight);
        bandRows = Ceiling(geometry.Pool.OutputHeight, Ceiling(geometry.Pool.OutputHeight, bandRows));
        var bands = batch * Bands;
        unitFilters = Math.Min(MaxFilters, filters);
        shards = Math.Clamp(Math.Min(EnoughUnits / Ceiling(filters, unitFilters), MaxPartialFloats / (KernelFloats * filters)), 1, bands);
        shards = Ceiling(bands, Ceiling(bands, shards));
    }

    public override int Phases => 2;

    public override int ScratchFloats => shards * filters * KernelFloats;

    public override int WorkerScratchFloats => (convolution.IsPadded ? PartOp.After(padded.Height(BandHeight(bandRows)) * rowFloats) : 0) + SparseGradient.ScratchFloats(geometry, filters, bandRows);

    private int KernelFloats => convolution.KernelHeight * convolution.KernelWidth * inputChannels;

    private int Bands => Ceiling(geometry.Pool.OutputHeight, bandRows);

    private int FilterBlocks => Ceiling(filters, unitFilters);

    public override int Units(int phase) => phase == 0 ? shards * FilterBlocks : Ceiling(KernelFloats, SumColumns);

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0) Accumulate(unit / FilterBlocks, unit % FilterBlocks * unitFilters, buffers);
        else AddShards(unit * SumColumns, Math.Min(KernelFloats, (unit + 1) * SumColumns), buffers);
    }

    private void Accumulate(int shard, int firstFilter, in KernelBuffers buffers)
    {
        var endFilter = Math.Min(filters, firstFilter + unitFilters);
        var sums = buffers.Scratch + ((((nint)shard * filters) + firstFilter) * KernelFloats);
        new Span<float>(sums, (endFilter - firstFilter) * KernelFloats).Clear();
        var total = batch * Bands;
        var perShard = Ceiling(total, shards);
        for (var band = shard * perShard; band < Math.Min(total, (shard + 1) * perShard); band++)
        {
            var row = band % Bands * bandRows;
            AddBand(band / Bands, row, Math.Min(bandRows, geometry.Pool.OutputHeight - row), firstFilter, endFilter, sums, buffers);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddBand(int image, int row, int rows, int firstFilter, int endFilter, float* sums, in KernelBuffers buffers)
    {
        var pool = geometry.Pool;
        var scratch = buffers.WorkerScratch;
        var source = buffers.Input(0) + ((nint)image * convolution.InputHeight * convolution.InputWidth * inputChannels);
        var top = (row * pool.StrideHeight) - pool.PadTop;
        float* pixels;
        if (convolution.IsPadded)
        {
            padded.Copy(source, top, BandHeight(rows), scratch);
            pixels = scratch;
            scratch += PartOp.After(padded.Height(BandHeight(bandRows)) * rowFloats);
        }
        else
        {
            pixels = source + ((nint)top * convolution.StrideHeight * rowFloats);
        }

        var operands = new PooledOperands(buffers.Input(1), buffers.Input(2), buffers.Input(3)).At((nint)image * pool.OutputHeight * pool.OutputWidth * filters);
        var lists = new SparseGradient(geometry, filters, relu, inputChannels, rowFloats).Gather(operands, row, rows, firstFilter, endFilter, scratch);
        var runFloats = convolution.KernelWidth * inputChannels;
        var sum = new SparseSum { Entries = lists.Entries, Terms = pixels, TermRow = (nint)convolution.DilationHeight * rowFloats, Sums = sums, SumRow = runFloats };
        for (var f = 0; f < endFilter - firstFilter; f++, sum.Entries += lists.Capacity, sum.Sums += KernelFloats)
        {
            sum.Count = lists.Counts[f];
            if (sum.Count > 0) SparseRuns.Sweep(convolution.KernelHeight, runFloats, sum);
        }
    }

    private void AddShards(int first, int end, in KernelBuffers buffers)
    {
        for (var f = 0; f < filters; f++)
        {
            var sums = buffers.Scratch + ((nint)f * KernelFloats);
            PartialSums.Add(sums, shards, filters * KernelFloats, sums, first, end);
        }

        Transposition.Run(buffers.Scratch, buffers.Output, filters, KernelFloats, first, end);
    }

    /// <summary>Rows of the convolution's output that some pooled rows read.</summary>
    private int BandHeight(int rows) => ((rows - 1) * geometry.Pool.StrideHeight) + ((geometry.Pool.KernelHeight - 1) * geometry.Pool.DilationHeight) + 1;

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
