using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its image. It lists, for each pixel of the convolution's output, the filters with their
/// maximum there. The sum of the weights of these filters, each times its gradient, is made in registers and added to the image patch under the pixel.
/// </summary>
/// <remarks>
/// Phase 0 transposes the kernel to [block of channels][filter][tap][channel of the block]. A block is one vector wide, so that the weights of all
/// filters, which are read again for every pixel, stay in L1. Phase 1 computes the gradient; a unit is a band of pooled rows of one image, and processes
/// some windows at a time. With padding or several bands, a unit adds into a padded copy of its rows, whose inside is the result. The last rows of the
/// copy also belong to the band below: they are stored separately, and phase 2 adds them.
/// </remarks>
internal sealed unsafe class Conv2DMaxPoolInputGradientKernel : Kernel
{
    private const int MaxEntries = 4 * 1024;  // listed at a time

    private readonly int batch;
    private readonly Window2D convolution;
    private readonly PooledConvolution geometry;
    private readonly int inputChannels;
    private readonly int filters;
    private readonly SparseGradient gradient;
    private readonly PaddedBand padded;
    private readonly int width;
    private readonly int windows;
    private readonly Cut bands;
    private readonly int sharedRows;

    public Conv2DMaxPoolInputGradientKernel(int batch, PooledConvolution geometry, int inputChannels, int filters, bool relu)
    {
        this.batch = batch;
        this.geometry = geometry;
        this.inputChannels = inputChannels;
        this.filters = filters;
        convolution = geometry.Convolution;
        padded = new PaddedBand(convolution, inputChannels);

        // Rows shared by two bands. A band is at least as high, so that no third band shares them.
        var pool = geometry.Pool;
        sharedRows = Math.Max(0, padded.Height(((pool.KernelHeight - 1) * pool.DilationHeight) + 1) - RowsApart);
        var wanted = Granularity.OfProducts((long)batch * Windows * filters * Taps * inputChannels);
        bands = Cut.Into(Math.Min(Cut.Ceiling(wanted, batch), pool.OutputHeight / Math.Max(1, Cut.Ceiling(sharedRows, RowsApart))), pool.OutputHeight);
        width = IsCopied ? padded.Width : convolution.InputWidth;
        windows = Math.Clamp(MaxEntries / filters, 1, Windows);
        gradient = new SparseGradient(geometry, filters, relu, inputChannels, width * inputChannels);
    }

    public override int Phases => bands.Parts > 1 ? 3 : 2;

    public override int ScratchFloats => PanelFloats + (batch * (bands.Parts - 1) * SharedFloats);

    public override int WorkerScratchFloats => CopyFloats + gradient.WindowFloats(windows) + ListFloats + filters;

    private int ListFloats => SparseLists.ScratchFloats(windows * gradient.Taps, windows * filters);

    private int Taps => convolution.KernelHeight * convolution.KernelWidth;

    private int Windows => geometry.Pool.OutputHeight * geometry.Pool.OutputWidth;

    private bool IsCopied => convolution.IsPadded || bands.Parts > 1;

    private int Height => IsCopied ? padded.Height(convolution.OutputHeight) : convolution.InputHeight;

    private nint RowFloats => width * inputChannels;

    private int PanelFloats => PartOp.After(Taps * inputChannels * filters);

    /// <summary>The rows that a band shares with the next, in floats.</summary>
    private int SharedFloats => sharedRows * width * inputChannels;

    private int CopyFloats => IsCopied ? PartOp.After(((bands.MaxLength * RowsApart) + sharedRows) * width * inputChannels) : 0;

    /// <summary>The rows of the image from one pooled row to the next.</summary>
    private int RowsApart => geometry.Pool.StrideHeight * convolution.StrideHeight;

    public override int Units(int phase) => phase switch
    {
        0 => Taps * ((inputChannels + Columns.MaxBlock - 1) / Columns.MaxBlock),
        1 => batch * bands.Parts,
        _ => batch * (bands.Parts - 1),
    };

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0)
        {
            var transpose = new TransposePass
            {
                Kernel = buffers.Input(0),
                Panels = buffers.Scratch,
                Tap = unit % Taps,
                Taps = Taps,
                Channels = inputChannels,
                Filters = filters,
            };
            var first = unit / Taps * Columns.MaxBlock;
            Columns.Sweep(first, Math.Min(inputChannels, first + Columns.MaxBlock), ref transpose);
            return;
        }

        var (image, band) = Math.DivRem(unit, phase == 1 ? bands.Parts : bands.Parts - 1);
        var output = buffers.Output + ((nint)image * convolution.InputHeight * convolution.InputWidth * inputChannels);
        var shared = buffers.Scratch + PanelFloats + ((((nint)image * (bands.Parts - 1)) + band) * SharedFloats) - (Top(band + 1) * RowFloats);
        if (phase == 1) AddBand(image, band, output, shared, buffers);
        else padded.Inside(
            shared, output, Math.Max(0, Top(band + 1) - convolution.PadTop), Math.Min(convolution.InputHeight, Bottom(band) - convolution.PadTop), adds: true);
    }

    /// <summary>The first row of the padded image that belongs to this band only.</summary>
    private int Top(int band) => band == 0 ? 0
        : band == bands.Parts ? Height
        : ((bands.Start(band) * geometry.Pool.StrideHeight) - geometry.Pool.PadTop) * convolution.StrideHeight;

    /// <summary>The row after the last one that a band adds to.</summary>
    private int Bottom(int band) => band == bands.Parts - 1 ? Height : Top(band + 1) + sharedRows;

    private void AddBand(int image, int band, float* output, float* shared, in KernelBuffers buffers)
    {
        var (top, rows) = (Top(band), Bottom(band) - Top(band));
        var start = IsCopied ? buffers.WorkerScratch : output;
        new Span<float>(start, (int)(rows * RowFloats)).Clear();
        var target = start - (top * RowFloats);
        var end = bands.Start(band + 1) * geometry.Pool.OutputWidth;
        for (var window = bands.Start(band) * geometry.Pool.OutputWidth; window < end; window += windows)
            AddWindows(image, window, Math.Min(windows, end - window), target, buffers);
        if (!IsCopied) return;
        var isLast = band == bands.Parts - 1;
        var firstRow = band == 0 ? 0 : Math.Max(0, top - convolution.PadTop);
        padded.Inside(target, output, firstRow, isLast ? convolution.InputHeight : Top(band + 1) - convolution.PadTop, adds: false);
        if (isLast) return;
        var next = Top(band + 1) * RowFloats;
        new ReadOnlySpan<float>(target + next, SharedFloats).CopyTo(new Span<float>(shared + next, SharedFloats));
    }

    private void AddWindows(int image, int first, int count, float* target, in KernelBuffers buffers)
    {
        var scratch = buffers.WorkerScratch + CopyFloats;
        var lists = new SparseLists(scratch + gradient.WindowFloats(windows), windows * gradient.Taps, windows * filters);
        var operands = new PooledOperands(buffers.Input(1), buffers.Input(2), buffers.Input(3)).At((((nint)image * Windows) + first) * filters);
        gradient.ListByPixel(operands, gradient.Windows(first, count, scratch), Taps, lists, scratch + gradient.WindowFloats(windows) + ListFloats);
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

    /// <summary>Transposes one tap of the kernel.</summary>
    private struct TransposePass : IColumnPass
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

    /// <summary>Adds all listed windows for one block of input channels.</summary>
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
