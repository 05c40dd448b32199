using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its image. The filters with their maximum at the same pixel are listed; the
/// patch of the image under that pixel is the sum of their weights, each times its gradient, made in registers.
/// </summary>
/// <remarks>
/// Phase 0 turns the kernel round to [block of channels][filter][tap][channel of the block]: a block is one vector, so that the weights of all
/// filters, read again for every pixel, stay in the first cache. Phase 1 does the work, an image to a unit, some windows at a time. Under
/// padding a unit adds into a copy with a border, whose inside is the result.
/// </remarks>
internal sealed unsafe class Conv2DMaxPoolInputGradientKernel : Kernel
{
    private const int MaxEntries = 4 * 1024;  // of the windows taken at a time

    private readonly int batch;
    private readonly Window2D convolution;
    private readonly PooledConvolution geometry;
    private readonly int inputChannels;
    private readonly int filters;
    private readonly SparseGradient gradient;
    private readonly PaddedBand padded;
    private readonly int width;
    private readonly int windows;

    public Conv2DMaxPoolInputGradientKernel(int batch, PooledConvolution geometry, int inputChannels, int filters, bool relu)
    {
        this.batch = batch;
        this.geometry = geometry;
        this.inputChannels = inputChannels;
        this.filters = filters;
        convolution = geometry.Convolution;
        padded = new PaddedBand(convolution, inputChannels);
        width = convolution.IsPadded ? padded.Width : convolution.InputWidth;
        windows = Math.Clamp(MaxEntries / filters, 1, Windows);
        gradient = new SparseGradient(geometry, filters, relu, inputChannels, width * inputChannels);
    }

    public override int Phases => 2;

    public override int ScratchFloats => Taps * inputChannels * filters;

    public override int WorkerScratchFloats => PaddedFloats + gradient.PlacesFloats(windows) + ListFloats + filters;

    private int ListFloats => SparseLists.ScratchFloats(windows * gradient.Taps, windows * filters);

    private int Taps => convolution.KernelHeight * convolution.KernelWidth;

    private int Windows => geometry.Pool.OutputHeight * geometry.Pool.OutputWidth;

    private int Height => convolution.IsPadded ? padded.Height(convolution.OutputHeight) : convolution.InputHeight;

    private int PaddedFloats => convolution.IsPadded ? PartOp.After(Height * width * inputChannels) : 0;

    public override int Units(int phase) => phase == 0 ? Taps * ((inputChannels + Columns.WidestBlock - 1) / Columns.WidestBlock) : batch;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0)
        {
            var turn = new TurnPass { Kernel = buffers.Input(0), Panels = buffers.Scratch, Tap = unit % Taps, Taps = Taps, Channels = inputChannels, Filters = filters };
            var first = unit / Taps * Columns.WidestBlock;
            Columns.Sweep(first, Math.Min(inputChannels, first + Columns.WidestBlock), ref turn);
            return;
        }

        var output = buffers.Output + ((nint)unit * convolution.InputHeight * convolution.InputWidth * inputChannels);
        var target = convolution.IsPadded ? buffers.WorkerScratch : output;
        new Span<float>(target, Height * width * inputChannels).Clear();
        for (var window = 0; window < Windows; window += windows)
            AddWindows(unit, window, Math.Min(windows, Windows - window), target, buffers);
        if (convolution.IsPadded) padded.CopyInside(target, output);
    }

    private void AddWindows(int image, int first, int count, float* target, in KernelBuffers buffers)
    {
        var scratch = buffers.WorkerScratch + PaddedFloats;
        var lists = new SparseLists(scratch + gradient.PlacesFloats(windows), windows * gradient.Taps, windows * filters);
        var operands = new PooledOperands(buffers.Input(1), buffers.Input(2), buffers.Input(3)).At((((nint)image * Windows) + first) * filters);
        gradient.ListByPixel(operands, gradient.Places(first, count, scratch), Taps, lists, scratch + gradient.PlacesFloats(windows) + ListFloats);
        var pass = new Pass
        {
            Sum = new SparseSum
            {
                Lists = lists,
                ListCount = count * gradient.Taps,
                SumRow = (nint)convolution.DilationHeight * width * inputChannels,
                SumStep = inputChannels,
            },
            Panels = buffers.Scratch,
            Image = target,
            PanelColumn = Taps * filters,
            KernelHeight = convolution.KernelHeight,
            KernelWidth = convolution.KernelWidth,
        };
        Columns.Sweep(0, inputChannels, ref pass);
    }

    /// <summary>Writes one tap of the panels.</summary>
    private struct TurnPass : IColumnPass
    {
        public float* Kernel;
        public float* Panels;
        public int Tap;
        public int Taps;
        public int Channels;
        public int Filters;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            for (var first = column; first < column + (TVectors.Value * TSimd.Count); first += TSimd.Count)
            {
                var source = Kernel + ((((nint)Tap * Channels) + first) * Filters);
                var panel = Panels + ((nint)first * Taps * Filters) + (Tap * TSimd.Count);
                for (var f = 0; f < Filters; f++, panel += Taps * TSimd.Count)
                {
                    for (var lane = 0; lane < TSimd.Count; lane++) panel[lane] = source[((nint)lane * Filters) + f];
                }
            }
        }
    }

    /// <summary>All listed windows for one block of input channels.</summary>
    private struct Pass : IColumnPass
    {
        public SparseSum Sum;
        public float* Panels;
        public float* Image;
        public nint PanelColumn;
        public int KernelHeight;
        public int KernelWidth;

        public void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            Sum.TermRow = KernelWidth * TSimd.Count;
            Sum.OffsetUnit = TSimd.Count;
            for (var first = column; first < column + (TVectors.Value * TSimd.Count); first += TSimd.Count)
            {
                Sum.Terms = Panels + (first * PanelColumn);
                Sum.Sums = Image + first;
                SparseRuns.Sweep<TVector, TSimd>(KernelHeight, KernelWidth, Sum);
            }
        }
    }
}
