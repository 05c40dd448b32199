using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its kernel, for few input channels and small windows. The 4 × 4 pixels under a window of
/// the pooling are stored contiguously, channel by channel, and <see cref="PermuteSum"/> selects from them. This takes a quarter of the products of the
/// dense gradient, which never exists.
/// </summary>
/// <remarks>In phase 0 a unit sums one shard of the bands. Phase 1, if there are several shards, adds them.</remarks>
internal sealed unsafe class Conv2DMaxPoolPermuteKernelGradientKernel : Kernel
{
    private const int Side = 4;
    private const int TargetUnits = 64;
    private const int PatchFloats = 16 * 1024;

    private readonly int batch;
    private readonly PooledConvolution geometry;
    private readonly Window2D convolution;
    private readonly Window2D pool;
    private readonly int channels;
    private readonly int filters;
    private readonly bool relu;
    private readonly int bandRows;
    private readonly ShardedSum sum;

    public Conv2DMaxPoolPermuteKernelGradientKernel(int batch, PooledConvolution geometry, int inputChannels, int filters, bool relu)
    {
        this.batch = batch;
        this.geometry = geometry;
        this.filters = filters;
        this.relu = relu;
        channels = inputChannels;
        (convolution, pool) = (geometry.Convolution, geometry.Pool);
        bandRows = Math.Clamp(PatchFloats / (pool.OutputWidth * PatchStep), 1, pool.OutputHeight);
        bandRows = Cut.Ceiling(pool.OutputHeight, Cut.Ceiling(pool.OutputHeight, bandRows));
        sum = new ShardedSum(Cut.Every(Cut.Ceiling(batch * Bands, TargetUnits), batch * Bands), Size);
    }

    public override int Phases => sum.Phases;

    public override int ScratchFloats => sum.ScratchFloats;

    public override int WorkerScratchFloats => ShiftFloats + PartOp.After(bandRows * pool.OutputWidth * PatchStep) + PlaneFloats + Side;

    private static int ShiftFloats => PermuteSum.MaxTaps * SparseLists.Block;

    private int Taps => convolution.KernelHeight * convolution.KernelWidth;

    private int Size => Taps * channels * filters;

    private int Bands => Cut.Ceiling(pool.OutputHeight, bandRows);

    private int PatchStep => channels * SparseLists.Block;

    /// <summary>The distance of windows of the pooling, in pixels of the image.</summary>
    private (int Down, int Right) Step => (pool.StrideHeight * convolution.StrideHeight, pool.StrideWidth * convolution.StrideWidth);

    /// <summary>The columns of the image under all windows.</summary>
    private int PlaneWidth => ((pool.OutputWidth - 1) * Step.Right) + Side;

    /// <summary>The rows of the image under a band.</summary>
    private int PlaneHeight => ((bandRows - 1) * Step.Down) + Side;

    private int PlaneFloats => PlaneHeight * PlaneWidth * channels;

    /// <summary>Whether the processor has AVX-512 and the windows are small enough.</summary>
    public static bool Fits(PooledConvolution geometry, int filters)
    {
        var (convolution, pool) = (geometry.Convolution, geometry.Pool);
        var height = ((pool.KernelHeight - 1) * pool.DilationHeight * convolution.StrideHeight)
            + ((convolution.KernelHeight - 1) * convolution.DilationHeight) + 1;
        var width = ((pool.KernelWidth - 1) * pool.DilationWidth * convolution.StrideWidth) + ((convolution.KernelWidth - 1) * convolution.DilationWidth) + 1;
        return Avx512F.IsSupported && filters % SparseLists.Block == 0 && height <= Side && width <= Side
            && convolution.KernelHeight * convolution.KernelWidth <= PermuteSum.MaxTaps;
    }

    public override int Units(int phase) => phase == 0 ? sum.Count : sum.AddUnits;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 1)
        {
            sum.Add(unit, buffers.Scratch, buffers.Output);
            return;
        }

        var shifts = (int*)buffers.WorkerScratch;
        for (var tap = 0; tap < PermuteSum.MaxTaps; tap++)
        {
            var (u, v) = tap < Taps ? (tap / convolution.KernelWidth, tap % convolution.KernelWidth) : (0, 0);
            Vector512.Store(Vector512.Create((u * convolution.DilationHeight * Side) + (v * convolution.DilationWidth)), shifts + (tap * SparseLists.Block));
        }

        Vector512<int> tapLanes = default;
        for (var tap = 0; tap < pool.KernelHeight * pool.KernelWidth; tap++)
        {
            var (u, v) = (tap / pool.KernelWidth, tap % pool.KernelWidth);
            ((int*)&tapLanes)[tap] = (u * pool.DilationHeight * convolution.StrideHeight * Side) + (v * pool.DilationWidth * convolution.StrideWidth);
        }

        var pass = new PermuteSum
        {
            Patches = buffers.WorkerScratch + ShiftFloats,
            PatchStep = PatchStep,
            Filters = filters,
            Relu = relu,
            TapLanes = tapLanes,
            Shifts = shifts,
            Taps = Taps,
            Sums = sum.Target(unit, buffers),
            TapStep = channels * filters,
        };
        new Span<float>(pass.Sums, Size).Clear();
        for (var band = sum.Start(unit); band < sum.Start(unit + 1); band++)
        {
            var (image, row) = (band / Bands, band % Bands * bandRows);
            var rows = Math.Min(bandRows, pool.OutputHeight - row);
            pass.Windows = rows * pool.OutputWidth;
            var planes = pass.Patches + PartOp.After(bandRows * pool.OutputWidth * PatchStep);
            CopyPlanes(buffers.Input(0) + ((nint)image * convolution.InputHeight * convolution.InputWidth * channels), row, rows, planes);
            CutPatches(planes, rows, pass.Patches);
            var operands = new PooledOperands(buffers.Input(1), buffers.Input(2), buffers.Input(3))
                .At((((nint)image * pool.OutputHeight) + row) * pool.OutputWidth * filters);
            AddBand(pass, operands);
        }
    }

    private void AddBand(in PermuteSum pass, PooledOperands operands)
    {
        for (var filter = 0; filter < filters; filter += SparseLists.Block)
        {
            for (var channel = 0; channel < channels; channel += PermuteSum.MaxChannels)
            {
                switch (Math.Min(PermuteSum.MaxChannels, channels - channel))
                {
                    case 3: pass.Run<Three>(operands, filter, channel); break;
                    case 2: pass.Run<Two>(operands, filter, channel); break;
                    default: pass.Run<One>(operands, filter, channel); break;
                }
            }
        }
    }

    /// <summary>Copies the part of an image under some pooled rows to planes of one channel each, with padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyPlanes(float* image, int firstRow, int rows, float* planes)
    {
        var (width, planeSize) = (PlaneWidth, PlaneHeight * PlaneWidth);
        var top = (firstRow * Step.Down) - (pool.PadTop * convolution.StrideHeight) - convolution.PadTop;
        var left = (pool.PadLeft * convolution.StrideWidth) + convolution.PadLeft;
        var count = Math.Min(convolution.InputWidth, width - left);
        if (left > 0 || count < width) new Span<float>(planes, PlaneFloats).Clear();
        for (var y = 0; y < ((rows - 1) * Step.Down) + Side; y++)
        {
            var plane = planes + (y * width);
            if ((uint)(top + y) >= (uint)convolution.InputHeight)
            {
                for (var c = 0; c < channels; c++) new Span<float>(plane + (c * planeSize), width).Clear();
                continue;
            }

            var source = image + ((nint)(top + y) * convolution.InputWidth * channels);
            if (channels == 1)
            {
                new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(plane + left, count));
                continue;
            }

            for (var c = 0; c < channels; c++)
            {
                var target = plane + (c * planeSize) + left;
                for (var x = 0; x < count; x++) target[x] = source[(x * channels) + c];
            }
        }
    }

    /// <summary>Copies the pixels under each window so that they are contiguous.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CutPatches(float* planes, int rows, float* patch)
    {
        var (width, planeSize) = (PlaneWidth, PlaneHeight * PlaneWidth);
        var (down, right) = Step;
        for (var i = 0; i < rows; i++)
        {
            var corner = planes + (i * down * width);
            for (var j = 0; j < pool.OutputWidth; j++, corner += right)
            {
                for (var c = 0; c < channels; c++, patch += SparseLists.Block)
                {
                    var source = corner + (c * planeSize);
                    for (var y = 0; y < Side; y++) Vector128.Store(Vector128.Load(source + (y * width)), patch + (y * Side));
                }
            }
        }
    }
}
