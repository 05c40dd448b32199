using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its image. The filters with their maximum at the same pixel, a quarter of
/// all, are listed; the patch of the image under that pixel is the sum of their weights, each times its gradient, made in registers.
/// </summary>
/// <remarks>
/// Phase 0 turns the kernel round to [filter][kernel row, tap, channel]; phase 1 does the work, an image to a unit, some windows at a time.
/// Under padding a unit adds into a copy with a border, whose inside is the result.
/// </remarks>
internal sealed unsafe class Conv2DMaxPoolInputGradientKernel : Kernel
{
    private const int ListFloats = 4 * 1024;  // of the windows taken at a time

    private readonly int batch;
    private readonly Window2D convolution;
    private readonly PooledConvolution geometry;
    private readonly int inputChannels;
    private readonly int filters;
    private readonly bool relu;
    private readonly PaddedBand padded;
    private readonly int width;
    private readonly int windows;

    public Conv2DMaxPoolInputGradientKernel(int batch, PooledConvolution geometry, int inputChannels, int filters, bool relu)
    {
        this.batch = batch;
        this.geometry = geometry;
        this.inputChannels = inputChannels;
        this.filters = filters;
        this.relu = relu;
        convolution = geometry.Convolution;
        padded = new PaddedBand(convolution, inputChannels);
        width = convolution.IsPadded ? padded.Width : convolution.InputWidth;
        windows = Math.Clamp(ListFloats / SparseGradient.WindowScratchFloats(geometry, filters, 1), 1, geometry.Pool.OutputWidth);
    }

    public override int Phases => 2;

    public override int ScratchFloats => KernelFloats * filters;

    public override int WorkerScratchFloats => PaddedFloats + SparseGradient.WindowScratchFloats(geometry, filters, windows);

    /// <summary>Floats of a filter's kernel row.</summary>
    private int RowFloats => convolution.KernelWidth * inputChannels;

    private int KernelFloats => convolution.KernelHeight * RowFloats;

    private int Height => convolution.IsPadded ? padded.Height(convolution.OutputHeight) : convolution.InputHeight;

    private int PaddedFloats => convolution.IsPadded ? PartOp.After(Height * width * inputChannels) : 0;

    public override int Units(int phase) => phase == 0 ? Transposition.Units(KernelFloats, filters) : batch;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0)
        {
            Transposition.Run(unit, buffers.Input(0), buffers.Scratch, KernelFloats, filters);
            return;
        }

        var output = buffers.Output + ((nint)unit * convolution.InputHeight * convolution.InputWidth * inputChannels);
        var target = convolution.IsPadded ? buffers.WorkerScratch : output;
        new Span<float>(target, Height * width * inputChannels).Clear();
        for (var row = 0; row < geometry.Pool.OutputHeight; row++)
        {
            for (var column = 0; column < geometry.Pool.OutputWidth; column += windows)
                AddWindows(unit, row, column, Math.Min(windows, geometry.Pool.OutputWidth - column), target, buffers);
        }

        if (convolution.IsPadded) padded.CopyInside(target, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddWindows(int image, int row, int column, int count, float* target, in KernelBuffers buffers)
    {
        var pool = geometry.Pool;
        var imageRow = width * inputChannels;
        var operands = new PooledOperands(buffers.Input(1), buffers.Input(2), buffers.Input(3))
            .At(((((nint)image * pool.OutputHeight) + row) * pool.OutputWidth + column) * filters);
        var gradient = new SparseGradient(geometry, filters, relu, inputChannels, imageRow);
        var lists = gradient.GatherByWindow(operands, count, KernelFloats, buffers.WorkerScratch + PaddedFloats);
        var sum = new SparseSum { Entries = lists.Entries, Terms = buffers.Scratch, TermRow = RowFloats, SumRow = (nint)convolution.DilationHeight * imageRow };
        var counts = lists.Counts;
        for (var window = 0; window < count; window++)
        {
            var first = target + gradient.WindowOffset(row, column + window);
            for (var tap = 0; tap < pool.KernelHeight * pool.KernelWidth; tap++, sum.Entries += lists.Capacity, counts++)
            {
                sum.Count = *counts;
                sum.Sums = first + gradient.TapOffset(tap);
                if (sum.Count > 0) SparseRuns.Sweep(convolution.KernelHeight, RowFloats, sum);
            }
        }
    }
}
