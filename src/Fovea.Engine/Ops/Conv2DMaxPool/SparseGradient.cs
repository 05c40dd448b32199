using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>A gradient that is not zero.</summary>
/// <param name="Offset">Where the window of the convolution begins that it belongs to, in floats from the first pixel.</param>
/// <param name="Value">The gradient.</param>
internal readonly record struct SparseEntry(int Offset, float Value);

/// <summary>
/// The gradients of a convolution's output under max-pooling and relu that are not zero, filter by filter: at most one for each window of
/// the pooling, with relu about half of those. Leaving out the products with zero is exact, where no infinity meets them.
/// </summary>
internal readonly unsafe struct SparseGradient
{
    private readonly PooledConvolution geometry;
    private readonly int channels;
    private readonly bool relu;
    private readonly int pixelStep;
    private readonly int rowStep;

    /// <param name="geometry">The windows.</param>
    /// <param name="filters">Filters of the convolution.</param>
    /// <param name="relu">Whether values that are not above 0 have no gradient.</param>
    /// <param name="pixelFloats">Floats between the pixels of the convolution's image.</param>
    /// <param name="rowFloats">Floats between its rows.</param>
    public SparseGradient(PooledConvolution geometry, int filters, bool relu, int pixelFloats, int rowFloats)
    {
        this.geometry = geometry;
        channels = filters;
        this.relu = relu;
        pixelStep = geometry.Convolution.StrideWidth * pixelFloats;
        rowStep = geometry.Convolution.StrideHeight * rowFloats;
    }

    /// <summary>Floats of scratch for the lists of some filters over some pooled rows.</summary>
    public static int ScratchFloats(PooledConvolution geometry, int filters, int rows) =>
        (filters * ListFloats(geometry, rows)) + TableFloats(geometry, filters);

    /// <summary>Gathers the gradients of some pooled rows of an image for the filters from <paramref name="first"/> to <paramref name="end"/>.</summary>
    /// <param name="operands">Pooled values, places and gradients of the image.</param>
    /// <param name="row">The first pooled row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="first">The first filter.</param>
    /// <param name="end">The filter after the last.</param>
    /// <param name="scratch">Where the lists go.</param>
    public SparseLists Gather(in PooledOperands operands, int row, int rows, int first, int end, float* scratch)
    {
        var pool = geometry.Pool;
        var taps = (int*)scratch;
        for (var tap = 0; tap < pool.KernelHeight * pool.KernelWidth; tap++)
            taps[tap] = (int)TapOffset(tap);
        var lists = new SparseLists((SparseEntry*)(scratch + TableFloats(geometry, channels)), taps + (pool.KernelHeight * pool.KernelWidth), ListFloats(geometry, rows) / 2);
        var at = operands.At(((nint)row * pool.OutputWidth * channels) + first);
        for (var f = 0; f < end - first; f++) lists.Counts[f] = Gather(at.At(f), rows, taps, lists.Entries + (f * lists.Capacity));
        return lists;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Gather(in PooledOperands operands, int rows, int* taps, SparseEntry* list)
    {
        var pool = geometry.Pool;
        var entry = list;
        float* pooled = operands.Pooled, places = operands.Places, gradient = operands.Gradient;
        var all = !relu;
        for (var i = 0; i < rows; i++)
        {
            var window = (i * pool.StrideHeight * rowStep) - (pool.PadLeft * pixelStep);
            for (var j = pool.OutputWidth; j > 0; j--, window += pool.StrideWidth * pixelStep, pooled += channels, places += channels, gradient += channels)
            {
                // Written in any case and counted only if it is not zero: no branch to guess.
                *entry = new SparseEntry(window + taps[float.ConvertToIntegerNative<int>(*places)], *gradient);
                entry += (all | *pooled > 0) & *gradient != 0 ? 1 : 0;
            }
        }

        return (int)(entry - list);
    }

    /// <summary>Floats of scratch for the lists of some windows.</summary>
    public static int WindowScratchFloats(PooledConvolution geometry, int filters, int windows) =>
        (windows * TapCount(geometry) * 2 * (filters + 1)) + PartOp.After(windows * TapCount(geometry));

    /// <summary>
    /// Gathers the gradients of neighbouring windows of the pooling, each pixel of a window by itself: which filters have their maximum there.
    /// </summary>
    /// <param name="operands">Pooled values, places and gradients from the first window on.</param>
    /// <param name="windows">How many.</param>
    /// <param name="filterStep">What the offset of an entry grows by from filter to filter.</param>
    /// <param name="scratch">Where the lists go, those of a window's pixels one after the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public SparseLists GatherByWindow(PooledOperands operands, int windows, int filterStep, float* scratch)
    {
        var taps = TapCount(geometry);
        var lists = new SparseLists((SparseEntry*)(scratch + PartOp.After(windows * taps)), (int*)scratch, channels + 1);
        new Span<int>(lists.Counts, windows * taps).Clear();
        var all = !relu;
        float* pooled = operands.Pooled, places = operands.Places, gradient = operands.Gradient;
        for (var window = 0; window < windows; window++)
        {
            var counts = lists.Counts + (window * taps);
            var entries = lists.Entries + (window * taps * lists.Capacity);
            var offset = 0;
            for (var f = channels; f > 0; f--, offset += filterStep, pooled++, places++, gradient++)
            {
                var tap = float.ConvertToIntegerNative<int>(*places);
                entries[(tap * lists.Capacity) + counts[tap]] = new SparseEntry(offset, *gradient);
                counts[tap] += (all | *pooled > 0) & *gradient != 0 ? 1 : 0;
            }
        }

        return lists;
    }

    /// <summary>Where the convolution's window of a pooled pixel's first tap begins, in floats from the image's first pixel.</summary>
    public nint WindowOffset(int row, int column) =>
        (((nint)(row * geometry.Pool.StrideHeight) - geometry.Pool.PadTop) * rowStep) + (((nint)(column * geometry.Pool.StrideWidth) - geometry.Pool.PadLeft) * pixelStep);

    /// <summary>How far the convolution's window of a tap lies from that of the first.</summary>
    public nint TapOffset(int tap) =>
        (tap / geometry.Pool.KernelWidth * (nint)geometry.Pool.DilationHeight * rowStep) + (tap % geometry.Pool.KernelWidth * (nint)geometry.Pool.DilationWidth * pixelStep);

    private static int TapCount(PooledConvolution geometry) => geometry.Pool.KernelHeight * geometry.Pool.KernelWidth;

    private static int ListFloats(PooledConvolution geometry, int rows) => 2 * ((rows * geometry.Pool.OutputWidth) + 1);

    private static int TableFloats(PooledConvolution geometry, int filters) => PartOp.After((geometry.Pool.KernelHeight * geometry.Pool.KernelWidth) + filters);
}

/// <summary>Where the operands of a gradient under max-pooling lie.</summary>
internal readonly unsafe struct PooledOperands(float* pooled, float* places, float* gradient)
{
    public readonly float* Pooled = pooled;
    public readonly float* Places = places;
    public readonly float* Gradient = gradient;

    public PooledOperands At(nint offset) => new(Pooled + offset, Places + offset, Gradient + offset);
}

/// <summary>One list for each filter.</summary>
internal readonly unsafe struct SparseLists(SparseEntry* entries, int* counts, int capacity)
{
    public readonly SparseEntry* Entries = entries;
    public readonly int* Counts = counts;
    public readonly int Capacity = capacity;
}
