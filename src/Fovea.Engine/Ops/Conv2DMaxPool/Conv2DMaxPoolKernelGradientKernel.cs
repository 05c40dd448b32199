using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its kernel. The nonzero gradients of each filter are listed; each entry adds its
/// value times the image patch under it to the filter's sums, which stay in registers for the whole list. With 2 × 2 windows this takes a quarter of the
/// products of the dense gradient, and fewer with relu.
/// </summary>
/// <remarks>
/// In phase 0 a unit sums some filters over one shard of the bands of pooled rows, into scratch with the layout
/// [filter][block of channels][tap][channel of the block]. A block of channels of a band stays in L1 while all filters read it. Phase 1 adds the shards,
/// phase 2 transposes the sums to the layout of the kernel.
/// </remarks>
internal sealed unsafe class Conv2DMaxPoolKernelGradientKernel : Kernel
{
    private const int TargetUnits = 64;
    private const int BandFloats = 8 * 1024;  // of the image
    private const int MaxPartialFloats = 2 * 1024 * 1024;
    private const int MinBands = 4;  // of a shard, so that adding the shards takes little of the time

    private readonly Window2D convolution;
    private readonly PooledConvolution geometry;
    private readonly int inputChannels;
    private readonly int filters;
    private readonly SparseGradient gradient;
    private readonly PaddedBand padded;
    private readonly int width;
    private readonly int bandRows;
    private readonly int unitFilters;
    private readonly ShardedSum sum;

    public Conv2DMaxPoolKernelGradientKernel(int batch, PooledConvolution geometry, int inputChannels, int filters, bool relu)
    {
        this.geometry = geometry;
        this.inputChannels = inputChannels;
        this.filters = filters;
        convolution = geometry.Convolution;
        padded = new PaddedBand(convolution, inputChannels);
        width = convolution.IsPadded ? padded.Width : convolution.InputWidth;
        gradient = new SparseGradient(geometry, filters, relu, 1, width);
        bandRows = Math.Clamp(BandFloats / (width * BlockChannels) / (geometry.Pool.StrideHeight * convolution.StrideHeight), 1, geometry.Pool.OutputHeight);
        bandRows = Cut.Ceiling(geometry.Pool.OutputHeight, Cut.Ceiling(geometry.Pool.OutputHeight, bandRows));
        var bands = batch * Bands;

        // If blocks of the image are copied, more filters share a copy.
        unitFilters = Math.Min(filters, inputChannels > BlockChannels ? 32 : 16);
        var shards = Math.Clamp(Math.Min(TargetUnits / FilterBlocks, MaxPartialFloats / Size), 1, Cut.Ceiling(bands, MinBands));
        sum = new ShardedSum(Cut.Every(Cut.Ceiling(bands, shards), bands), Size);
    }

    public override int Phases => 3;

    public override int ScratchFloats => sum.Count * Size;

    public override int WorkerScratchFloats =>
        gradient.WindowFloats(BandWindows) + SparseLists.ScratchFloats(unitFilters, unitFilters * SparseGradient.FilterEntries(BandWindows))
            + (padded.Height(BandHeight(bandRows)) * width * BlockChannels);

    private int Taps => convolution.KernelHeight * convolution.KernelWidth;

    private int Size => Taps * inputChannels * filters;

    /// <summary>The largest number of image channels in a block.</summary>
    private int BlockChannels => Math.Min(inputChannels, Columns.MaxBlock);

    private int Bands => Cut.Ceiling(geometry.Pool.OutputHeight, bandRows);

    private int BandWindows => bandRows * geometry.Pool.OutputWidth;

    private int FilterBlocks => Cut.Ceiling(filters, unitFilters);

    public override int Units(int phase) => phase switch
    {
        0 => sum.Count * FilterBlocks,
        1 => sum.AddUnits,
        _ => Taps * Cut.Ceiling(inputChannels, Columns.MaxBlock),
    };

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0)
        {
            Accumulate(unit / FilterBlocks, unit % FilterBlocks * unitFilters, buffers);
        }
        else if (phase == 1)
        {
            sum.Add(unit, buffers.Scratch, buffers.Scratch);
        }
        else
        {
            var transpose = new TransposePass
            {
                Sums = buffers.Scratch,
                Kernel = buffers.Output,
                Tap = unit % Taps,
                Taps = Taps,
                Channels = inputChannels,
                Filters = filters,
            };
            var first = unit / Taps * Columns.MaxBlock;
            Columns.Sweep(first, Math.Min(inputChannels, first + Columns.MaxBlock), ref transpose);
        }
    }

    private void Accumulate(int shard, int firstFilter, in KernelBuffers buffers)
    {
        var windows = gradient.Windows(0, BandWindows, buffers.WorkerScratch);
        var endFilter = Math.Min(filters, firstFilter + unitFilters);
        var entries = unitFilters * SparseGradient.FilterEntries(BandWindows);
        var lists = new SparseLists(buffers.WorkerScratch + gradient.WindowFloats(BandWindows), unitFilters, entries);
        var pass = new Pass
        {
            Window = convolution,
            Channels = inputChannels,
            Sum = new SparseSum { Lists = lists, ListCount = endFilter - firstFilter },
            Copy = buffers.WorkerScratch + gradient.WindowFloats(BandWindows) + SparseLists.ScratchFloats(unitFilters, entries),
            Width = width,
            Above = geometry.Pool.PadTop * convolution.StrideHeight,
            Sums = buffers.Scratch + ((nint)shard * Size) + ((nint)firstFilter * Taps * inputChannels),
        };
        new Span<float>(pass.Sums, (endFilter - firstFilter) * Taps * inputChannels).Clear();
        for (var band = sum.Start(shard); band < sum.Start(shard + 1); band++)
        {
            var (image, row) = (band / Bands, band % Bands * bandRows);
            var rows = Math.Min(bandRows, geometry.Pool.OutputHeight - row);
            var operands = new PooledOperands(buffers.Input(1), buffers.Input(2), buffers.Input(3))
                .At((((nint)image * geometry.Pool.OutputHeight) + row) * geometry.Pool.OutputWidth * filters);
            gradient.ListByFilter(operands, windows.Take(rows * geometry.Pool.OutputWidth), firstFilter, endFilter, Taps * inputChannels, lists);
            pass.Image = buffers.Input(0) + ((nint)image * convolution.InputHeight * convolution.InputWidth * inputChannels);
            pass.Top = (((row * geometry.Pool.StrideHeight) - geometry.Pool.PadTop) * convolution.StrideHeight) - convolution.PadTop;
            pass.Rows = padded.Height(BandHeight(rows));
            Columns.Sweep(0, inputChannels, ref pass);
        }
    }

    /// <summary>The rows of the convolution's output under some pooled rows.</summary>
    private int BandHeight(int rows) => ((rows - 1) * geometry.Pool.StrideHeight) + ((geometry.Pool.KernelHeight - 1) * geometry.Pool.DilationHeight) + 1;

    /// <summary>Adds all lists of a band for one block of input channels.</summary>
    private struct Pass : IColumnPass
    {
        public Window2D Window;
        public SparseSum Sum;
        public float* Image;
        public float* Copy;
        public float* Sums;
        public int Channels;
        public int Top;
        public int Rows;
        public int Width;

        /// <summary>The rows by which a padded pooling begins above the image.</summary>
        public int Above;

        public void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var block = TVectors.Value * TSimd.Count;
            var isInPlace = block == Channels && !Window.IsPadded;
            if (!isInPlace) CopyBlock<TVector, TSimd, TVectors>(column);
            Sum.OffsetUnit = block;
            Sum.TermRow = (nint)Window.DilationHeight * Width * block;
            Sum.Terms = (isInPlace ? Image + ((nint)Top * Width * block) : Copy) + ((nint)Above * Width * block);
            Sum.Sums = Sums + ((nint)column * Window.KernelHeight * Window.KernelWidth);
            Sum.SumRow = Window.KernelWidth * block;
            Sum.SumStep = TSimd.Count;
            SparseRuns.Sweep<TVector, TSimd>(Window.KernelHeight, Window.KernelWidth * TVectors.Value, Sum);
        }

        /// <summary>Copies a block of channels of the band, with padding, so that its pixels are contiguous.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void CopyBlock<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var block = TVectors.Value * TSimd.Count;
            var target = Copy;
            for (var y = Top; y < Top + Rows; y++)
            {
                var left = (uint)y < (uint)Window.InputHeight ? Window.PadLeft : Width;
                var right = Math.Min(Width, left + Window.InputWidth);
                new Span<float>(target, left * block).Clear();
                var source = Image + ((nint)y * Window.InputWidth * Channels) + column;
                var pixel = target + (left * block);
                for (var x = left; x < right; x++, source += Channels, pixel += block)
                {
                    TSimd.Store(TSimd.Load(source), pixel);
                    if (TVectors.Value > 1) TSimd.Store(TSimd.Load(source + TSimd.Count), pixel + TSimd.Count);
                }

                new Span<float>(pixel, (Width - right) * block).Clear();
                target += Width * block;
            }
        }
    }

    /// <summary>Transposes one tap of the sums.</summary>
    private struct TransposePass : IColumnPass
    {
        public float* Sums;
        public float* Kernel;
        public int Tap;
        public int Taps;
        public int Channels;
        public int Filters;

        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var block = TVectors.Value * TSimd.Count;
            var first = (column * Taps) + (Tap * block);
            var row = (Tap * Channels) + column;
            Transposition.Run(Sums, Kernel + ((nint)(row - first) * Filters), Filters, Taps * Channels, first, first + block);
        }
    }
}
