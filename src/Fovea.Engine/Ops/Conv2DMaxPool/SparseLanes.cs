using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fovea.Engine.Ops;

/// <summary>
/// Makes the lists of <see cref="SparseGradient"/> sixteen gradients at a time with AVX-512 compress: about ten times as fast as the scalar loop, whose
/// branch mispredictions cost more than its work.
/// </summary>
internal static unsafe class SparseLanes
{
    /// <summary>Lists the filters with a gradient under each tap of one window, one list after the other.</summary>
    /// <param name="operands">The pooled values, argmaxes and gradients of the window.</param>
    /// <param name="relu">Whether a relu follows, so that values not above 0 have no gradient.</param>
    /// <param name="shape">The filters, the taps, and the increment of an offset from filter to filter.</param>
    /// <param name="lists">The lists to fill.</param>
    /// <param name="list">The index of the first list.</param>
    /// <param name="entry">The first entry.</param>
    /// <param name="scratch">One float for each filter.</param>
    /// <returns>The entry after the last.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ListWindow(
        in PooledOperands operands, bool relu, (int Filters, int Taps, int FilterStep) shape, in SparseLists lists, int list, int entry, float* scratch)
    {
        // The argmax of each filter, −1 where it has no gradient.
        var none = Vector512.Create(-1f);
        for (var f = 0; f < shape.Filters; f += SparseLists.Block)
        {
            var first = Math.Min(f, shape.Filters - SparseLists.Block);
            var gradient = Masked(operands.At(first), relu);
            var argMax = Vector512.ConditionalSelect(Vector512.Equals(gradient, Vector512<float>.Zero), none, Vector512.Load(operands.ArgMax + first));
            Vector512.Store(argMax, scratch + first);
        }

        int* offsets = lists.Offsets;
        float* values = lists.Values, gradients = operands.Gradient;
        var end = shape.Filters & ~(SparseLists.Block - 1);
        var tail = shape.Filters - SparseLists.Block;
        var step = Vector512.Create(SparseLists.Block * shape.FilterStep);
        var start = Vector512<int>.Indices * shape.FilterStep;
        for (var tap = 0; tap < shape.Taps; tap++)
        {
            var wanted = Vector512.Create((float)tap);
            var lanes = start;
            lists.Starts[list + tap] = entry;
            for (var f = 0; f < end; f += SparseLists.Block, lanes += step)
                entry += Append(offsets + entry, values + entry, Vector512.Equals(Vector512.Load(scratch + f), wanted), lanes, Vector512.Load(gradients + f));
            if (end < shape.Filters)
            {
                // The last sixteen filters, without those that were listed before.
                lanes = start + Vector512.Create(tail * shape.FilterStep);
                var keep = Vector512.Equals(Vector512.Load(scratch + tail), wanted) & Vector512.GreaterThanOrEqual(
                    lanes, Vector512.Create(end * shape.FilterStep)).AsSingle();
                entry += Append(offsets + entry, values + entry, keep, lanes, Vector512.Load(gradients + tail));
            }

            lists.Counts[list + tap] = entry - lists.Starts[list + tap];
        }

        return entry;
    }

    /// <summary>Lists the windows in which each of sixteen filters has a gradient. Blocks of 16 windows by 16 filters are transposed first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ListFilters(PooledOperands operands, bool relu, int filters, in PooledWindows at, in SparseLists lists, int firstList)
    {
        var gradients = stackalloc Vector512<float>[16];
        var taps = stackalloc Vector512<float>[16];
        int* starts = lists.Starts + firstList, counts = lists.Counts + firstList;
        new Span<int>(counts, SparseLists.Block).Clear();
        var tapOffsets = Vector512.Load(at.Taps);
        for (var window = 0; window < at.Count; window += SparseLists.Block, operands = operands.At((nint)SparseLists.Block * filters))
        {
            for (var quarter = 0; quarter < 4; quarter++)
            {
                var left = at.Count - window - (4 * quarter);
                var rows = operands.At((nint)4 * quarter * filters);
                Vector512<float> g0 = default, g1 = default, g2 = default, g3 = default, p0 = default, p1 = default, p2 = default, p3 = default;
                if (left > 0) (g0, p0) = (Masked(rows, relu), Vector512.Load(rows.ArgMax));
                if (left > 1) (g1, p1) = (Masked(rows.At(filters), relu), Vector512.Load(rows.ArgMax + filters));
                if (left > 2) (g2, p2) = (Masked(rows.At(2 * filters), relu), Vector512.Load(rows.ArgMax + (2 * filters)));
                if (left > 3) (g3, p3) = (Masked(rows.At(3 * filters), relu), Vector512.Load(rows.ArgMax + (3 * filters)));
                TransposeWithinQuarters(g0, g1, g2, g3, gradients + quarter);
                TransposeWithinQuarters(p0, p1, p2, p3, taps + quarter);
            }

            var offsets = Vector512.Load(at.Starts + window);
            for (var f = 0; f < 4; f++)
            {
                TransposeQuarters(gradients + (4 * f));
                TransposeQuarters(taps + (4 * f));
                for (var quarter = 0; quarter < 4; quarter++)
                {
                    var filter = (4 * quarter) + f;
                    var gradient = gradients[(4 * f) + quarter];
                    var tap = Avx512F.ConvertToVector512Int32WithTruncation(taps[(4 * f) + quarter]);
                    var entry = starts[filter] + counts[filter];
                    counts[filter] += Append(
                        lists.Offsets + entry, lists.Values + entry, ~Vector512.Equals(gradient, Vector512<float>.Zero),
                            offsets + Avx512F.PermuteVar16x32(tapOffsets, tap), gradient);
                }
            }
        }
    }

    /// <summary>Sixteen gradients; zero where the relu returned 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Masked(in PooledOperands operands, bool relu)
    {
        var gradient = Vector512.Load(operands.Gradient);
        return relu ? Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.Load(operands.Pooled), Vector512<float>.Zero), gradient, default) : gradient;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Append(int* offsets, float* values, Vector512<float> keep, Vector512<int> offset, Vector512<float> value)
    {
        Vector512.Store(Avx512F.Compress(default, keep.AsInt32(), offset), offsets);
        Vector512.Store(Avx512F.Compress(default, keep, value), values);
        return BitOperations.PopCount(keep.ExtractMostSignificantBits());
    }

    /// <summary>Transposes the rows a, b, c, d within quarters of a vector: column 4i + k becomes quarter i of <paramref name="columns"/>[4k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeWithinQuarters(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, Vector512<float>* columns)
    {
        Vector512<double> ab = Avx512F.UnpackLow(a, b).AsDouble(), cd = Avx512F.UnpackLow(c, d).AsDouble();
        columns[0] = Avx512F.UnpackLow(ab, cd).AsSingle();
        columns[4] = Avx512F.UnpackHigh(ab, cd).AsSingle();
        (ab, cd) = (Avx512F.UnpackHigh(a, b).AsDouble(), Avx512F.UnpackHigh(c, d).AsDouble());
        columns[8] = Avx512F.UnpackLow(ab, cd).AsSingle();
        columns[12] = Avx512F.UnpackHigh(ab, cd).AsSingle();
    }

    /// <summary>Quarter i of vector k becomes quarter k of vector i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeQuarters(Vector512<float>* vectors)
    {
        Vector512<float> low = Avx512F.Shuffle4x128(vectors[0], vectors[1], 0x44), low2 = Avx512F.Shuffle4x128(vectors[2], vectors[3], 0x44);
        Vector512<float> high = Avx512F.Shuffle4x128(vectors[0], vectors[1], 0xEE), high2 = Avx512F.Shuffle4x128(vectors[2], vectors[3], 0xEE);
        vectors[0] = Avx512F.Shuffle4x128(low, low2, 0x88);
        vectors[1] = Avx512F.Shuffle4x128(low, low2, 0xDD);
        vectors[2] = Avx512F.Shuffle4x128(high, high2, 0x88);
        vectors[3] = Avx512F.Shuffle4x128(high, high2, 0xDD);
    }
}
