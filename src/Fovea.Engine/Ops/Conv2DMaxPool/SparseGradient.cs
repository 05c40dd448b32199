using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fovea.Engine.Ops;

/// <summary>
/// Lists the nonzero gradients of a convolution's output under max-pooling and relu: at most one for each window of the pooling and each filter. Skipping
/// the products with zero is exact, unless the other factor is infinite or NaN.
/// </summary>
/// <remarks>With AVX-512 <see cref="SparseLanes"/> makes the lists; otherwise a scalar loop makes the same entries in the same order.</remarks>
internal readonly unsafe struct SparseGradient
{
    private readonly PooledConvolution geometry;
    private readonly int filters;
    private readonly bool relu;
    private readonly int pixelStep;
    private readonly int rowStep;

    /// <param name="geometry">The windows.</param>
    /// <param name="filters">Filters of the convolution.</param>
    /// <param name="relu">Whether a relu follows, so that values not above 0 have no gradient.</param>
    /// <param name="pixelStep">The distance of pixels in the convolution's image.</param>
    /// <param name="rowStep">The distance of rows in the convolution's image.</param>
    public SparseGradient(PooledConvolution geometry, int filters, bool relu, int pixelStep, int rowStep)
    {
        this.geometry = geometry;
        this.filters = filters;
        this.relu = relu;
        this.pixelStep = geometry.Convolution.StrideWidth * pixelStep;
        this.rowStep = geometry.Convolution.StrideHeight * rowStep;
    }

    /// <summary>The taps of a window of the pooling.</summary>
    public int Taps => geometry.Pool.KernelHeight * geometry.Pool.KernelWidth;

    private bool FitsLanes => Avx512F.IsSupported && filters >= SparseLists.Block && Taps <= SparseLists.Block;

    /// <summary>The scratch for the offsets of some windows.</summary>
    public int WindowFloats(int windows) => PartOp.After(Taps) + PartOp.After(windows);

    /// <summary>The offsets of some windows; row 0 of the convolution's output has the offset 0.</summary>
    public PooledWindows Windows(int first, int count, float* scratch)
    {
        var pool = geometry.Pool;
        var taps = (int*)scratch;
        for (var tap = 0; tap < Taps; tap++)
            taps[tap] = (tap / pool.KernelWidth * pool.DilationHeight * rowStep) + (tap % pool.KernelWidth * pool.DilationWidth * pixelStep);
        var windows = taps + PartOp.After(Taps);
        var (row, column) = Math.DivRem(first, pool.OutputWidth);
        for (var window = 0; window < count; window++)
        {
            windows[window] = (((row * pool.StrideHeight) - pool.PadTop) * rowStep) + (((column * pool.StrideWidth) - pool.PadLeft) * pixelStep);
            if (++column < pool.OutputWidth) continue;
            column = 0;
            row++;
        }

        return new PooledWindows(taps, windows, count);
    }

    /// <summary>
    /// Lists the gradients of some windows by pixel: for each pixel of each window the filters with their maximum there. List w · taps + t belongs to tap t of
    /// window w; its target is the offset of that pixel.
    /// </summary>
    /// <param name="operands">The pooled values, argmaxes and gradients from the first window on.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="filterStep">The increment of an entry's offset from filter to filter.</param>
    /// <param name="lists">The lists to fill.</param>
    /// <param name="scratch">One float for each filter.</param>
    public void ListByPixel(PooledOperands operands, in PooledWindows windows, int filterStep, in SparseLists lists, float* scratch)
    {
        int entry = 0, list = 0, taps = Taps;
        for (var window = 0; window < windows.Count; window++, operands = operands.At(filters), list += taps)
        {
            for (var tap = 0; tap < taps; tap++) lists.Targets[list + tap] = windows.Starts[window] + windows.Taps[tap];
            entry = FitsLanes
                ? SparseLanes.ListWindow(operands, relu, (filters, taps, filterStep), lists, list, entry, scratch)
                : ListWindow(operands, filterStep, lists, list, entry);
        }
    }

    /// <summary>
    /// Lists the gradients of some windows by filter. The offset of an entry is that of the convolution's window; the targets of the lists are
    /// <paramref name="targetStep"/> floats apart.
    /// </summary>
    /// <param name="operands">The pooled values, argmaxes and gradients from the first window on.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="first">The first filter.</param>
    /// <param name="end">The filter after the last.</param>
    /// <param name="targetStep">The distance of the targets.</param>
    /// <param name="lists">The lists to fill.</param>
    public void ListByFilter(in PooledOperands operands, in PooledWindows windows, int first, int end, int targetStep, in SparseLists lists)
    {
        var room = FilterEntries(windows.Count);
        for (var list = 0; list < end - first; list++)
        {
            lists.Starts[list] = list * room;
            lists.Targets[list] = list * targetStep;
        }

        for (var filter = first; filter < end; filter += SparseLists.Block)
        {
            // The last block overlaps the one before it, so that it has sixteen filters too.
            if (FitsLanes && end - first >= SparseLists.Block)
            {
                var block = Math.Min(filter, end - SparseLists.Block);
                SparseLanes.ListFilters(operands.At(block), relu, filters, windows, lists, block - first);
            }
            else
            {
                for (var f = filter; f < Math.Min(end, filter + SparseLists.Block); f++) ListFilter(operands.At(f), windows, lists, f - first);
            }
        }
    }

    /// <summary>The capacity of a filter's list.</summary>
    public static int FilterEntries(int windows) => PartOp.After(windows + SparseLists.Block);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ListWindow(in PooledOperands operands, int filterStep, in SparseLists lists, int firstList, int entry)
    {
        int* starts = lists.Starts + firstList, counts = lists.Counts + firstList;
        new Span<int>(counts, Taps).Clear();
        for (var f = 0; f < filters; f++) counts[(int)operands.ArgMax[f]] += Keeps(operands, f);
        for (var tap = 0; tap < Taps; tap++)
        {
            starts[tap] = entry;
            entry += counts[tap];
            counts[tap] = 0;
        }

        for (var f = 0; f < filters; f++)
        {
            if (Keeps(operands, f) == 0) continue;
            var tap = (int)operands.ArgMax[f];
            var at = starts[tap] + counts[tap]++;
            lists.Offsets[at] = f * filterStep;
            lists.Values[at] = operands.Gradient[f];
        }

        return entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ListFilter(in PooledOperands operands, in PooledWindows windows, in SparseLists lists, int list)
    {
        var start = lists.Starts[list];
        var entry = start;
        nint at = 0;
        for (var window = 0; window < windows.Count; window++, at += filters)
        {
            // Always written, but counted only if it is nonzero: there is no branch to mispredict.
            lists.Offsets[entry] = windows.Starts[window] + windows.Taps[(int)operands.ArgMax[at]];
            lists.Values[entry] = operands.Gradient[at];
            entry += Keeps(operands, at);
        }

        lists.Counts[list] = entry - start;
    }

    /// <summary>1 if there is a gradient, otherwise 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Keeps(in PooledOperands operands, nint at) =>
        Unsafe.BitCast<bool, byte>((!relu | operands.Pooled[at] > 0) & operands.Gradient[at] != 0);
}
