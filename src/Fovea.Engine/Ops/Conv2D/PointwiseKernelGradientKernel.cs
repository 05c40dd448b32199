using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a 1 × 1 convolution with respect to its kernel: inputs [image, output gradient], output (1, 1, c, f) = imageᵀ · gradient, summed over
/// all output pixels of the batch.
/// </summary>
/// <remarks>
/// Both operands are read down their columns. Elements of a column are kilobytes apart and compete for few sets of the L1 cache. A unit therefore copies a
/// chunk of pixels of both into panels first; one vector move serves dozens of products. In phase 0 a unit sums some input channels over one shard of the
/// chunks. Phase 1, if there are several shards, adds them.
/// </remarks>
internal sealed unsafe class PointwiseKernelGradientKernel : Kernel
{
    private const int TargetUnits = 32;
    private const int UnitRowGrain = 144;  // whole panels of the image; each block of rows reads the gradient once
    private const int MinChannels = 32;  // at 32 and 64 channels the copies make it a seventh faster
    private const int ChunkPixels = 192;  // a panel of the image and a panel of the gradient stay in L1
    private const int ImagePanel = 16;

    private readonly Window2D window;
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly int pixels;
    private readonly int unitRows;
    private readonly ShardedSum sum;

    public PointwiseKernelGradientKernel(int batch, Window2D window, int inputChannels, int outputChannels)
    {
        this.window = window;
        this.inputChannels = inputChannels;
        this.outputChannels = outputChannels;
        pixels = batch * window.OutputHeight * window.OutputWidth;
        unitRows = UnitRowGrain * Cut.Ceiling(inputChannels, UnitRowGrain * TargetUnits);
        var size = inputChannels * outputChannels;
        var (chunks, shards) = (Cut.Ceiling(pixels, ChunkPixels), Math.Min(ShardedSum.MaxShards(size), Cut.Ceiling(TargetUnits, RowBlocks)));
        sum = new ShardedSum(Cut.Every(Cut.Ceiling(chunks, shards), chunks), size);
    }

    /// <summary>Whether this kernel is the faster one: with few input channels the copies cost more than they save.</summary>
    public static bool Suits(Window2D window, int inputChannels) => window is { KernelHeight: 1, KernelWidth: 1, IsPadded: false }
        && inputChannels >= MinChannels;

    public override int Phases => sum.Phases;

    public override int ScratchFloats => sum.ScratchFloats;

    public override int WorkerScratchFloats => ChunkPixels * (Columns.MaxBlock + unitRows);

    private int RowBlocks => Cut.Ceiling(inputChannels, unitRows);

    public override int Units(int phase) => phase == 0 ? sum.Count * RowBlocks : sum.AddUnits;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 1)
        {
            sum.Add(unit, buffers.Scratch, buffers.Output);
            return;
        }

        var shard = unit / RowBlocks;
        var firstRow = unit % RowBlocks * unitRows;
        var rows = Math.Min(unitRows, inputChannels - firstRow);
        var imagePanels = buffers.WorkerScratch + (ChunkPixels * Columns.MaxBlock);
        var pass = new Pass
        {
            Target = sum.Target(shard, buffers) + ((nint)firstRow * outputChannels),
            OutputChannels = outputChannels,
            ImagePanels = imagePanels,
            GradientPanel = buffers.WorkerScratch,
            Rows = rows,
            Start = TileStart.Zero,
        };
        for (var chunk = sum.Start(shard); chunk < sum.Start(shard + 1); chunk++, pass.Start = TileStart.Output)
        {
            var first = chunk * ChunkPixels;
            pass.Pixels = Math.Min(ChunkPixels, pixels - first);
            for (var row = 0; row < rows; row += ImagePanel)
                PackImage(buffers.Input(0) + firstRow + row, first, pass.Pixels, Math.Min(ImagePanel, rows - row), imagePanels + (row * pass.Pixels));
            for (pass.FirstColumn = 0; pass.FirstColumn < outputChannels; pass.FirstColumn += Columns.MaxBlock)
            {
                pass.PanelWidth = Math.Min(Columns.MaxBlock, outputChannels - pass.FirstColumn);
                Copy(buffers.Input(1) + ((nint)first * outputChannels) + pass.FirstColumn, outputChannels, pass.Pixels, pass.PanelWidth, buffers.WorkerScratch);
                Columns.Sweep(0, pass.PanelWidth, ref pass);
            }
        }
    }

    /// <summary>Copies some channels of the image at the output pixels from <paramref name="first"/> on.</summary>
    private void PackImage(float* image, int first, int count, int width, float* panel)
    {
        if (window.StrideHeight == 1 && window.StrideWidth == 1)
        {
            Copy(image + ((nint)first * inputChannels), inputChannels, count, width, panel);
            return;
        }

        for (var done = 0; done < count;)
        {
            var (row, column) = Math.DivRem(first + done, window.OutputWidth);
            var (n, i) = Math.DivRem(row, window.OutputHeight);
            var run = Math.Min(count - done, window.OutputWidth - column);
            var pixel = ((((nint)n * window.InputHeight) + (i * window.StrideHeight)) * window.InputWidth) + (column * window.StrideWidth);
            Copy(image + (pixel * inputChannels), window.StrideWidth * inputChannels, run, width, panel + (done * width));
            done += run;
        }
    }

    private static void Copy(float* source, nint step, int count, int width, float* target)
    {
        var copy = new CopyPass { Source = source, Step = step, Count = count, Target = target, Width = width };
        Columns.Sweep(0, width, ref copy);
    }

    /// <summary>Copies one block of a panel's columns.</summary>
    private struct CopyPass : IColumnPass
    {
        public float* Source;
        public float* Target;
        public nint Step;
        public int Count;
        public int Width;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            float* source = Source + column, target = Target + column;
            for (var left = Count; left > 0; left--, source += Step, target += Width)
            {
                TSimd.Store(TSimd.Load(source), target);
                if (TVectors.Value > 1) TSimd.Store(TSimd.Load(source + TSimd.Count), target + TSimd.Count);
            }
        }
    }

    /// <summary>One block of output channels for all input channels of the unit; the walk goes down the pixels of the chunk.</summary>
    private struct Pass : IColumnPass
    {
        public float* Target;
        public float* ImagePanels;
        public float* GradientPanel;
        public int OutputChannels;
        public int FirstColumn;
        public int PanelWidth;
        public int Rows;
        public int Pixels;
        public TileStart Start;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            // The last image panel may be narrower, with pixels closer together, so no tile spans it and another panel.
            var wide = Rows / ImagePanel * ImagePanel;
            AllRows<TVector, TSimd, TVectors>(0, wide, ImagePanel, column);
            AllRows<TVector, TSimd, TVectors>(wide, Rows, Rows - wide, column);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void AllRows<TVector, TSimd, TVectors>(int first, int end, int width, int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var frame = new TileFrame(new Walk(Pixels, width, PanelWidth), GradientPanel, Start, null, Epilogue.None);
            TileRows rows = default;
            for (int row = first, count; row < end; row += count)
            {
                count = Tile.Next(end - row);
                for (var r = 0; r < count; r++)
                {
                    var (panel, lane) = Math.DivRem(row + r, ImagePanel);
                    rows.Set(r, ImagePanels + (panel * ImagePanel * Pixels) + lane, Target + ((nint)(row + r) * OutputChannels) + FirstColumn);
                }

                Tile.Run<TVector, TSimd, TVectors>(count, rows, frame, column);
            }
        }
    }
}
