using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its image. Each nonzero gradient of a filter adds its value times the
/// filter's weights, which stay in registers while the filter's list lasts, to the patch of the image under it.
/// </summary>
/// <remarks>
/// Phase 0 turns the kernel round to [filter][kernel row, tap, channel]; phase 1 does the work, an image to a unit, band of pooled rows by
/// band so that the touched rows stay in a near cache. Under padding a unit adds into a copy with a border, whose inside is the result.
/// </remarks>
internal sealed unsafe class Conv2DMaxPoolInputGradientKernel : Kernel
{
    private const int BandFloats = 8 * 1024;

    private readonly int batch;
    private readonly Window2D convolution;
    private readonly PooledConvolution geometry;
    private readonly int inputChannels;
    private readonly int filters;
    private readonly bool relu;
    private readonly PaddedBand padded;
    private readonly int width;
    private readonly int bandRows;

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
        bandRows = Math.Clamp(BandFloats / (width * inputChannels) / (geometry.Pool.StrideHeight * convolution.StrideHeight), 1, geometry.Pool.OutputHeight);
    }

    public override int Phases => 2;

    public override int ScratchFloats => filters * KernelFloats;

    public override int WorkerScratchFloats => (convolution.IsPadded ? PartOp.After(Height * width * inputChannels) : 0) + SparseGradient.ScratchFloats(geometry, filters, bandRows);

    private int KernelFloats => convolution.KernelHeight * convolution.KernelWidth * inputChannels;

    private int Height => convolution.IsPadded ? padded.Height(convolution.OutputHeight) : convolution.InputHeight;

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
        var lists = buffers.WorkerScratch + (convolution.IsPadded ? PartOp.After(Height * width * inputChannels) : 0);
        new Span<float>(target, Height * width * inputChannels).Clear();
        for (var row = 0; row < geometry.Pool.OutputHeight; row += bandRows)
            AddBand(unit, row, Math.Min(bandRows, geometry.Pool.OutputHeight - row), target, lists, buffers);
        if (convolution.IsPadded) padded.CopyInside(target, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddBand(int image, int row, int rows, float* target, float* scratch, in KernelBuffers buffers)
    {
        var pool = geometry.Pool;
        var rowFloats = width * inputChannels;
        var operands = new PooledOperands(buffers.Input(1), buffers.Input(2), buffers.Input(3)).At((nint)image * pool.OutputHeight * pool.OutputWidth * filters);
        var lists = new SparseGradient(geometry, filters, relu, inputChannels, rowFloats).Gather(operands, row, rows, 0, filters, scratch);
        var top = target + ((((nint)row * pool.StrideHeight) - pool.PadTop) * convolution.StrideHeight * rowFloats);
        var pass = new Pass { Entries = lists.Entries, Weights = buffers.Scratch };
        for (var f = 0; f < filters; f++, pass.Entries += lists.Capacity)
        {
            pass.Count = lists.Counts[f];
            pass.Image = top;
            for (var u = 0; u < convolution.KernelHeight; u++, pass.Image += convolution.DilationHeight * rowFloats, pass.Weights += convolution.KernelWidth * inputChannels)
                SparseRuns.Sweep(convolution.KernelWidth * inputChannels, ref pass);
        }
    }

    /// <summary>image[offset + column…] += value · Weights[column…] for each entry of a filter's list.</summary>
    private struct Pass : ISparsePass
    {
        public SparseEntry* Entries;
        public int Count;
        public float* Image;
        public float* Weights;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TCount>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TCount : struct, IExtent
        {
            var weights = Weights + column;
            TVector w0 = TSimd.Load(weights), w1 = default, w2 = default, w3 = default, w4 = default, w5 = default, w6 = default, w7 = default;
            if (TCount.Value > 1) w1 = TSimd.Load(weights + (1 * TSimd.Count));
            if (TCount.Value > 2) w2 = TSimd.Load(weights + (2 * TSimd.Count));
            if (TCount.Value > 3) w3 = TSimd.Load(weights + (3 * TSimd.Count));
            if (TCount.Value > 4) w4 = TSimd.Load(weights + (4 * TSimd.Count));
            if (TCount.Value > 5) w5 = TSimd.Load(weights + (5 * TSimd.Count));
            if (TCount.Value > 6) w6 = TSimd.Load(weights + (6 * TSimd.Count));
            if (TCount.Value > 7) w7 = TSimd.Load(weights + (7 * TSimd.Count));
            var image = Image + column;
            var end = Entries + Count;
            for (var entry = Entries; entry < end; entry++)
            {
                var value = TSimd.Broadcast(entry->Value);
                var pixel = image + entry->Offset;
                Add<TVector, TSimd>(value, w0, pixel);
                if (TCount.Value > 1) Add<TVector, TSimd>(value, w1, pixel + (1 * TSimd.Count));
                if (TCount.Value > 2) Add<TVector, TSimd>(value, w2, pixel + (2 * TSimd.Count));
                if (TCount.Value > 3) Add<TVector, TSimd>(value, w3, pixel + (3 * TSimd.Count));
                if (TCount.Value > 4) Add<TVector, TSimd>(value, w4, pixel + (4 * TSimd.Count));
                if (TCount.Value > 5) Add<TVector, TSimd>(value, w5, pixel + (5 * TSimd.Count));
                if (TCount.Value > 6) Add<TVector, TSimd>(value, w6, pixel + (6 * TSimd.Count));
                if (TCount.Value > 7) Add<TVector, TSimd>(value, w7, pixel + (7 * TSimd.Count));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add<TVector, TSimd>(TVector value, TVector weights, float* pixel)
            where TVector : struct
            where TSimd : struct, ISimd<TVector> =>
            TSimd.Store(TSimd.MultiplyAdd(value, weights, TSimd.Load(pixel)), pixel);
    }
}
