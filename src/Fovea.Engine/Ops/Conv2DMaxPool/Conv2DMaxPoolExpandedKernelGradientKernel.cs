using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its kernel, for few input channels, where lists of gradients cost more than the
/// products they save. For each band of pooled rows it writes the dense gradient of the convolution's output to scratch that fits L2, and adds its
/// contribution with <see cref="DirectKernelGradient"/>.
/// </summary>
/// <remarks>In phase 0 a unit sums one shard of the bands. Phase 1, if there are several shards, adds them.</remarks>
internal sealed unsafe class Conv2DMaxPoolExpandedKernelGradientKernel : Kernel
{
    private const int TargetUnits = 64;
    private const int BandFloats = 8 * 1024;

    private readonly PooledConvolution geometry;
    private readonly int filters;
    private readonly bool relu;
    private readonly DirectKernelGradient algorithm;
    private readonly int kernelRows;
    private readonly int bandRows;
    private readonly ShardedSum sum;

    public Conv2DMaxPoolExpandedKernelGradientKernel(int batch, PooledConvolution geometry, int inputChannels, int filters, bool relu)
    {
        this.geometry = geometry;
        this.filters = filters;
        this.relu = relu;
        var (convolution, pool) = (geometry.Convolution, geometry.Pool);
        algorithm = new DirectKernelGradient(convolution, inputChannels, filters);
        kernelRows = convolution.KernelHeight * convolution.KernelWidth * inputChannels;

        // If the pooling's windows do not overlap, bands share no row of the dense gradient. Otherwise a band is a whole image.
        var overlaps = pool.StrideHeight < ((pool.KernelHeight - 1) * pool.DilationHeight) + 1;
        bandRows = overlaps ? pool.OutputHeight : Math.Clamp(BandFloats / (pool.StrideHeight * pool.InputWidth * filters), 1, pool.OutputHeight);
        bandRows = Cut.Ceiling(pool.OutputHeight, Cut.Ceiling(pool.OutputHeight, bandRows));
        sum = new ShardedSum(Cut.Every(Cut.Ceiling(batch * Bands, TargetUnits), batch * Bands), Size);
    }

    public override int Phases => sum.Phases;

    public override int ScratchFloats => sum.ScratchFloats;

    public override int WorkerScratchFloats => DenseFloats + algorithm.ScratchFloats(1, MaxRows);

    private int Size => kernelRows * filters;

    private int Bands => Cut.Ceiling(geometry.Pool.OutputHeight, bandRows);

    private int MaxRows => Math.Min(geometry.Pool.InputHeight, bandRows * Math.Max(geometry.Pool.StrideHeight, geometry.Pool.KernelHeight));

    private int DenseFloats => PartOp.After(MaxRows * geometry.Pool.InputWidth * filters);

    public override int Units(int phase) => phase == 0 ? sum.Count : sum.AddUnits;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 1)
        {
            sum.Add(unit, buffers.Scratch, buffers.Output);
            return;
        }

        var sums = sum.Target(unit, buffers);
        new Span<float>(sums, Size).Clear();
        for (var band = sum.Start(unit); band < sum.Start(unit + 1); band++) AddBand(band / Bands, band % Bands * bandRows, sums, buffers);
    }

    private void AddBand(int image, int firstRow, float* sums, in KernelBuffers buffers)
    {
        var pool = geometry.Pool;
        var endRow = Math.Min(pool.OutputHeight, firstRow + bandRows);
        var top = Math.Max(0, (firstRow * pool.StrideHeight) - pool.PadTop);
        var bottom = endRow == pool.OutputHeight ? pool.InputHeight : Math.Min(pool.InputHeight, (endRow * pool.StrideHeight) - pool.PadTop);
        var operands = new PooledOperands(buffers.Input(1), buffers.Input(2), buffers.Input(3))
            .At((nint)image * pool.OutputHeight * pool.OutputWidth * filters);
        var dense = buffers.WorkerScratch - ((nint)top * pool.InputWidth * filters);
        new MaxPoolExpansion(geometry, filters, relu).Run(operands, firstRow, endRow, dense, top, bottom);
        algorithm.AddChunk(
            new Conv2DChunk(image, 1, top, bottom - top), buffers.Input(0), dense, new KernelPart(0, kernelRows, 0, filters), sums,
            buffers.WorkerScratch + DenseFloats);
    }
}
