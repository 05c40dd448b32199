using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// A convolution followed by max-pooling; a unit is some bands of pooled rows of one image. Short sums under a 2 × 2 pooling, typically in the first layer,
/// are pooled in registers (<see cref="PooledTile"/>). Otherwise the convolution's rows for a band are written to scratch that fits the caches, and
/// pooled from there.
/// </summary>
internal sealed unsafe class Conv2DMaxPoolKernel : Kernel
{
    private const int BandFloats = 12 * 1024;  // of the convolution's output, which fit L1 or L2
    private const int OverlappingBandFloats = 80 * 1024;  // with overlapping windows, bands compute shared rows twice: larger bands, in L2, have fewer of them
    private const int WinogradTiles = 48;  // for each pass over the transformed kernel
    private const int MinUnits = 16;
    private const long MinUnitOperations = 2_000_000;  // floating-point operations: about 10 µs of one core
    private const int TargetUnits = 64;
    private const int MaxRegisterSum = 128;

    private readonly int batch;
    private readonly Window2D convolution;
    private readonly Window2D pool;
    private readonly int outputChannels;
    private readonly bool hasBias;
    private readonly Epilogue epilogue;
    private readonly bool keepsArgMax;
    private readonly IBandConvolution algorithm;
    private readonly bool poolsInRegisters;
    private readonly int inputChannels;
    private readonly int bandRows;
    private readonly int unitRows;
    private readonly int unitChannels;

    public Conv2DMaxPoolKernel(
        int batch, PooledConvolution geometry, int inputChannels, int outputChannels, bool hasBias, Epilogue epilogue, bool keepsArgMax,
        WinogradVariant? variant)
    {
        this.batch = batch;
        (convolution, pool) = (geometry.Convolution, geometry.Pool);
        this.outputChannels = outputChannels;
        this.hasBias = hasBias;
        this.epilogue = epilogue;
        this.keepsArgMax = keepsArgMax;
        this.inputChannels = inputChannels;
        poolsInRegisters = variant is null && !convolution.IsPadded && convolution.KernelHeight * convolution.KernelWidth * inputChannels <= MaxRegisterSum
            && pool is { KernelHeight: 2, KernelWidth: 2, DilationHeight: 1, DilationWidth: 1, IsPadded: false };
        algorithm = variant is { } winograd
            ? WinogradKernels.Of(winograd).Bands(convolution, inputChannels, outputChannels)
            : new DirectConvolution(convolution, inputChannels, outputChannels, Epilogue.None);

        // Bands have equal height and begin at a row of Winograd tiles; each has many tiles.
        var rowFloats = convolution.OutputWidth * outputChannels;
        var tile = variant is { } chosen ? chosen.Outputs : 1;
        var bandFloats = (pool.KernelHeight - 1) * pool.DilationHeight >= pool.StrideHeight ? OverlappingBandFloats : BandFloats;
        var rows = variant is null
            ? (bandFloats / rowFloats) - pool.KernelHeight
            : Cut.Ceiling(WinogradTiles, Cut.Ceiling(convolution.OutputWidth, tile)) * tile;
        bandRows = Math.Clamp(rows / pool.StrideHeight, 1, pool.OutputHeight);
        bandRows = Cut.Ceiling(pool.OutputHeight, Cut.Ceiling(pool.OutputHeight, bandRows));
        while (bandRows < pool.OutputHeight && bandRows * pool.StrideHeight % tile != 0) bandRows++;
        var bands = Cut.Ceiling(pool.OutputHeight, bandRows);
        var operations = 2L * bandRows * pool.StrideHeight * rowFloats * convolution.KernelHeight * convolution.KernelWidth * inputChannels;
        var worth = (int)Math.Clamp(MinUnitOperations / operations, 1, bands);
        unitRows = bandRows * Math.Min(worth, Math.Max(1, (int)((long)batch * bands / TargetUnits)));

        // With few bands, each is split by output channels too.
        var panels = Cut.Ceiling(outputChannels, Columns.MaxBlock);
        unitChannels = Cut.Ceiling(panels, Math.Clamp(Cut.Ceiling(MinUnits, batch * UnitRows), 1, panels)) * Columns.MaxBlock;
    }

    /// <summary>The approximate number of bands with Winograd tiles.</summary>
    public static int Bands(int batch, Window2D window, WinogradVariant variant)
    {
        var outputs = variant.Outputs;
        return batch * Cut.Ceiling(Cut.Ceiling(window.OutputHeight, outputs) * Cut.Ceiling(window.OutputWidth, outputs), WinogradTiles);
    }

    public override int WorkerScratchFloats => PartOp.After(MaxRows * convolution.OutputWidth * outputChannels) + algorithm.BandScratchFloats(MaxRows);

    private int UnitRows => Cut.Ceiling(pool.OutputHeight, unitRows);

    private int UnitBlocks => Cut.Ceiling(outputChannels, unitChannels);

    /// <summary>The distance from a pooled value to its argmax; 0 if argmaxes are not stored.</summary>
    private nint ToArgMax => keepsArgMax ? PartOp.After(batch * pool.OutputHeight * pool.OutputWidth * outputChannels) : 0;

    /// <summary>The largest number of convolution rows that a band reads.</summary>
    private int MaxRows => Math.Min(convolution.OutputHeight, ((bandRows - 1) * pool.StrideHeight) + ((pool.KernelHeight - 1) * pool.DilationHeight) + 1);

    public override int Units(int phase) => batch * UnitRows * UnitBlocks;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (band, block) = Math.DivRem(unit, UnitBlocks);
        var (image, row) = Math.DivRem(band, UnitRows);
        var end = Math.Min(pool.OutputHeight, (row + 1) * unitRows);
        var channels = (First: block * unitChannels, End: Math.Min(outputChannels, (block + 1) * unitChannels));
        for (row *= unitRows; row < end; row += bandRows)
        {
            if (poolsInRegisters) RunBandInRegisters(image, row, Math.Min(end, row + bandRows), channels, buffers);
            else RunBand(image, row, Math.Min(end, row + bandRows), channels, buffers);
        }
    }

    private void RunBandInRegisters(int image, int firstRow, int endRow, (int First, int End) channels, in KernelBuffers buffers)
    {
        var rowFloats = (nint)convolution.InputWidth * inputChannels;
        var (pixelStep, rowStep) = ((nint)convolution.StrideWidth * inputChannels, convolution.StrideHeight * rowFloats);
        var pass = new RegisterPass
        {
            Frame = new PooledTile.Frame(
                new Conv2DReduction(convolution, inputChannels, rowFloats).WholeWalk(outputChannels), pixelStep, rowStep, ToArgMax, epilogue),
            Kernel = buffers.Input(1),
            Bias = hasBias ? buffers.Input(2) : null,
            Image = buffers.Input(0) + ((nint)image * convolution.InputHeight * rowFloats) + (firstRow * pool.StrideHeight * rowStep),
            WindowStep = pool.StrideWidth * pixelStep,
            BandStep = pool.StrideHeight * rowStep,
            Output = buffers.Output + ((((nint)image * pool.OutputHeight) + firstRow) * pool.OutputWidth * outputChannels),
            Rows = endRow - firstRow,
            Windows = pool.OutputWidth,
            Channels = outputChannels,
        };
        Columns.Sweep(channels.First, channels.End, ref pass);
    }

    private void RunBand(int image, int firstRow, int endRow, (int First, int End) channels, in KernelBuffers buffers)
    {
        var top = Math.Max(0, (firstRow * pool.StrideHeight) - pool.PadTop);
        var bottom = Math.Min(convolution.OutputHeight, ((endRow - 1) * pool.StrideHeight) - pool.PadTop + ((pool.KernelHeight - 1) * pool.DilationHeight) + 1);
        var rowFloats = convolution.OutputWidth * outputChannels;
        var sums = buffers.WorkerScratch;
        var operands = new ConvolutionOperands(buffers.Input(0), buffers.Input(1), hasBias ? buffers.Input(2) : null);
        algorithm.ConvolveBand(image, top, bottom - top, channels.First, channels.End, operands, sums, sums + PartOp.After(MaxRows * rowFloats));

        var pass = new MaxPoolPass { Epilogue = epilogue, ToArgMax = ToArgMax };
        for (var row = firstRow; row < endRow; row++)
        {
            pass.Row = new PoolRow(pool, outputChannels, sums - ((nint)top * rowFloats), row);
            pass.Output = buffers.Output + ((((nint)image * pool.OutputHeight) + row) * pool.OutputWidth * outputChannels);
            Columns.Sweep(channels.First, channels.End, ref pass);
        }
    }

    /// <summary>Computes some rows of maxima for one block of output channels.</summary>
    private struct RegisterPass : IColumnPass
    {
        public PooledTile.Frame Frame;
        public float* Image;
        public float* Kernel;
        public float* Bias;
        public float* Output;
        public nint WindowStep;
        public nint BandStep;
        public int Rows;
        public int Windows;
        public int Channels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var bias = Bias == null ? null : Bias + column;
            var output = Output + column;
            for (var i = 0; i < Rows; i++)
            {
                var window = Image + (i * BandStep);
                var left = Windows;
                for (; left >= 2; left -= 2, window += 2 * WindowStep, output += 2 * Channels)
                    PooledTile.Run<TVector, TSimd, TVectors, Two>(Frame, window, WindowStep, Kernel + column, bias, output, Channels);
                if (left == 0) continue;
                PooledTile.Run<TVector, TSimd, TVectors, One>(Frame, window, 0, Kernel + column, bias, output, 0);
                output += Channels;
            }
        }
    }
}
