using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradients of a convolution's output under max-pooling and relu that are not zero: at most one for each window of the pooling and each
/// filter. Leaving out the products with zero is exact, where no infinity meets them.
/// </summary>
/// <remarks>Lists are made by <see cref="SparseLanes"/> where it can, else one gradient at a time: the same entries in the same order.</remarks>
internal readonly unsafe struct SparseGradient
{
    private readonly PooledConvolution geometry;
    private readonly int filters;
    private readonly bool relu;
    private readonly int pixelStep;
    private readonly int rowStep;

    /// <param name="geometry">The windows.</param>
    /// <param name="filters">Filters of the convolution.</param>
    /// <param name="relu">Whether values that are not above 0 have no gradient.</param>
    /// <param name="pixelStep">What a place in the convolution's image grows by from pixel to pixel.</param>
    /// <param name="rowStep">What it grows by from row to row.</param>
    public SparseGradient(PooledConvolution geometry, int filters, bool relu, int pixelStep, int rowStep)
    {
        this.geometry = geometry;
        this.filters = filters;
        this.relu = relu;
        this.pixelStep = geometry.Convolution.StrideWidth * pixelStep;
        this.rowStep = geometry.Convolution.StrideHeight * rowStep;
    }

    /// <summary>Pixels of a window of the pooling.</summary>
    public int Taps => geometry.Pool.KernelHeight * geometry.Pool.KernelWidth;

    private bool FitsLanes => Avx512F.IsSupported && filters >= SparseLists.Block && Taps <= SparseLists.Block;

    /// <summary>Floats of scratch for the places of some windows.</summary>
    public int WindowFloats(int windows) => PartOp.After(Taps) + PartOp.After(windows);

    /// <summary>The places of some windows in their order; row 0 of the convolution's output is at 0.</summary>
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
    /// Lists the gradients of some windows, each pixel of each window by itself: which filters have their maximum there. List w · taps + t
    /// is for tap t of window w, its target their place.
    /// </summary>
    /// <param name="operands">Pooled values, places and gradients from the first window on.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="filterStep">What the offset of an entry grows by from filter to filter.</param>
    /// <param name="lists">Where the lists go.</param>
    /// <param name="scratch">Room for a float for each filter.</param>
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
    /// Lists the gradients of some filters over some windows; an entry's offset is the place of the convolution's window. The targets of
    /// the lists lie <paramref name="targetStep"/> apart.
    /// </summary>
    /// <param name="operands">Pooled values, places and gradients from the first window on.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="first">The first filter.</param>
    /// <param name="end">The filter after the last.</param>
    /// <param name="targetStep">Floats between the targets.</param>
    /// <param name="lists">Where the lists go.</param>
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
            // A last block of fewer filters does some of those before it again.
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

    /// <summary>Room for the entries of a filter's list.</summary>
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
            // Written in any case and counted only if it is not zero: no branch to guess.
            lists.Offsets[entry] = windows.Starts[window] + windows.Taps[(int)operands.ArgMax[at]];
            lists.Values[entry] = operands.Gradient[at];
            entry += Keeps(operands, at);
        }

        lists.Counts[list] = entry - start;
    }

    /// <summary>1 where there is a gradient, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Keeps(in PooledOperands operands, nint at) =>
        Unsafe.BitCast<bool, byte>((!relu | operands.Pooled[at] > 0) & operands.Gradient[at] != 0);
}
