using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Computes, for each list, sums[u][k] += Σ value · terms[offset][u][k] for the rows u of a kernel and the vectors k of a row. Up to three rows by eight
/// vectors stay in registers for a whole list. Loading the terms limits the speed, so they should be aligned and in L1.
/// </summary>
internal unsafe struct SparseSum
{
    public SparseLists Lists;
    public int ListCount;

    /// <summary>The terms at offset 0, and the distance of their rows; the vectors of a row are contiguous.</summary>
    public float* Terms;
    public nint TermRow;

    /// <summary>The floats for each unit of an offset.</summary>
    public nint OffsetUnit;

    /// <summary>The sums, the distance of their rows, and the distance of the vectors of a row.</summary>
    public float* Sums;
    public nint SumRow;
    public nint SumStep;

    /// <remarks>Each list starts from zero and is added to memory at its end, so that the next list need not wait for its stores.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TVector, TSimd, TCount, TRows>(int row, int vector)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TCount : struct, IExtent
        where TRows : struct, IExtent
    {
        var terms = Terms + (row * TermRow) + (vector * TSimd.Count);
        var sums = Sums + (row * SumRow) + (vector * SumStep);
        var offsets = Lists.Offsets;
        var values = Lists.Values;
        nint unit = OffsetUnit, termRow = TermRow;
        for (var list = 0; list < ListCount; list++)
        {
            nint count = Lists.Counts[list], entry = Lists.Starts[list];
            if (count == 0) continue;
            TVector s00 = default, s01 = default, s02 = default, s03 = default, s04 = default, s05 = default, s06 = default, s07 = default;
            TVector s10 = default, s11 = default, s12 = default, s13 = default, s14 = default, s15 = default, s16 = default, s17 = default;
            TVector s20 = default, s21 = default, s22 = default, s23 = default, s24 = default, s25 = default, s26 = default, s27 = default;
            for (var end = entry + count; entry < end; entry++)
            {
                var value = TSimd.Broadcast(values[entry]);
                float* term = terms + (offsets[entry] * unit), term1 = term + termRow, term2 = term1 + termRow;
                s00 = TSimd.MultiplyAdd(value, TSimd.Load(term), s00);
                if (TCount.Value > 1) s01 = TSimd.MultiplyAdd(value, TSimd.Load(term + (1 * TSimd.Count)), s01);
                if (TCount.Value > 2) s02 = TSimd.MultiplyAdd(value, TSimd.Load(term + (2 * TSimd.Count)), s02);
                if (TCount.Value > 3) s03 = TSimd.MultiplyAdd(value, TSimd.Load(term + (3 * TSimd.Count)), s03);
                if (TCount.Value > 4) s04 = TSimd.MultiplyAdd(value, TSimd.Load(term + (4 * TSimd.Count)), s04);
                if (TCount.Value > 5) s05 = TSimd.MultiplyAdd(value, TSimd.Load(term + (5 * TSimd.Count)), s05);
                if (TCount.Value > 6) s06 = TSimd.MultiplyAdd(value, TSimd.Load(term + (6 * TSimd.Count)), s06);
                if (TCount.Value > 7) s07 = TSimd.MultiplyAdd(value, TSimd.Load(term + (7 * TSimd.Count)), s07);
                if (TRows.Value > 1) s10 = TSimd.MultiplyAdd(value, TSimd.Load(term1), s10);
                if (TRows.Value > 1 && TCount.Value > 1) s11 = TSimd.MultiplyAdd(value, TSimd.Load(term1 + (1 * TSimd.Count)), s11);
                if (TRows.Value > 1 && TCount.Value > 2) s12 = TSimd.MultiplyAdd(value, TSimd.Load(term1 + (2 * TSimd.Count)), s12);
                if (TRows.Value > 1 && TCount.Value > 3) s13 = TSimd.MultiplyAdd(value, TSimd.Load(term1 + (3 * TSimd.Count)), s13);
                if (TRows.Value > 1 && TCount.Value > 4) s14 = TSimd.MultiplyAdd(value, TSimd.Load(term1 + (4 * TSimd.Count)), s14);
                if (TRows.Value > 1 && TCount.Value > 5) s15 = TSimd.MultiplyAdd(value, TSimd.Load(term1 + (5 * TSimd.Count)), s15);
                if (TRows.Value > 1 && TCount.Value > 6) s16 = TSimd.MultiplyAdd(value, TSimd.Load(term1 + (6 * TSimd.Count)), s16);
                if (TRows.Value > 1 && TCount.Value > 7) s17 = TSimd.MultiplyAdd(value, TSimd.Load(term1 + (7 * TSimd.Count)), s17);
                if (TRows.Value > 2) s20 = TSimd.MultiplyAdd(value, TSimd.Load(term2), s20);
                if (TRows.Value > 2 && TCount.Value > 1) s21 = TSimd.MultiplyAdd(value, TSimd.Load(term2 + (1 * TSimd.Count)), s21);
                if (TRows.Value > 2 && TCount.Value > 2) s22 = TSimd.MultiplyAdd(value, TSimd.Load(term2 + (2 * TSimd.Count)), s22);
                if (TRows.Value > 2 && TCount.Value > 3) s23 = TSimd.MultiplyAdd(value, TSimd.Load(term2 + (3 * TSimd.Count)), s23);
                if (TRows.Value > 2 && TCount.Value > 4) s24 = TSimd.MultiplyAdd(value, TSimd.Load(term2 + (4 * TSimd.Count)), s24);
                if (TRows.Value > 2 && TCount.Value > 5) s25 = TSimd.MultiplyAdd(value, TSimd.Load(term2 + (5 * TSimd.Count)), s25);
                if (TRows.Value > 2 && TCount.Value > 6) s26 = TSimd.MultiplyAdd(value, TSimd.Load(term2 + (6 * TSimd.Count)), s26);
                if (TRows.Value > 2 && TCount.Value > 7) s27 = TSimd.MultiplyAdd(value, TSimd.Load(term2 + (7 * TSimd.Count)), s27);
            }

            var target = sums + Lists.Targets[list];
            float* row1 = target + SumRow, row2 = row1 + SumRow;
            Add<TVector, TSimd>(s00, target);
            if (TCount.Value > 1) Add<TVector, TSimd>(s01, target += SumStep);
            if (TCount.Value > 2) Add<TVector, TSimd>(s02, target += SumStep);
            if (TCount.Value > 3) Add<TVector, TSimd>(s03, target += SumStep);
            if (TCount.Value > 4) Add<TVector, TSimd>(s04, target += SumStep);
            if (TCount.Value > 5) Add<TVector, TSimd>(s05, target += SumStep);
            if (TCount.Value > 6) Add<TVector, TSimd>(s06, target += SumStep);
            if (TCount.Value > 7) Add<TVector, TSimd>(s07, target += SumStep);
            target = row1;
            if (TRows.Value > 1) Add<TVector, TSimd>(s10, target);
            if (TRows.Value > 1 && TCount.Value > 1) Add<TVector, TSimd>(s11, target += SumStep);
            if (TRows.Value > 1 && TCount.Value > 2) Add<TVector, TSimd>(s12, target += SumStep);
            if (TRows.Value > 1 && TCount.Value > 3) Add<TVector, TSimd>(s13, target += SumStep);
            if (TRows.Value > 1 && TCount.Value > 4) Add<TVector, TSimd>(s14, target += SumStep);
            if (TRows.Value > 1 && TCount.Value > 5) Add<TVector, TSimd>(s15, target += SumStep);
            if (TRows.Value > 1 && TCount.Value > 6) Add<TVector, TSimd>(s16, target += SumStep);
            if (TRows.Value > 1 && TCount.Value > 7) Add<TVector, TSimd>(s17, target += SumStep);
            target = row2;
            if (TRows.Value > 2) Add<TVector, TSimd>(s20, target);
            if (TRows.Value > 2 && TCount.Value > 1) Add<TVector, TSimd>(s21, target += SumStep);
            if (TRows.Value > 2 && TCount.Value > 2) Add<TVector, TSimd>(s22, target += SumStep);
            if (TRows.Value > 2 && TCount.Value > 3) Add<TVector, TSimd>(s23, target += SumStep);
            if (TRows.Value > 2 && TCount.Value > 4) Add<TVector, TSimd>(s24, target += SumStep);
            if (TRows.Value > 2 && TCount.Value > 5) Add<TVector, TSimd>(s25, target += SumStep);
            if (TRows.Value > 2 && TCount.Value > 6) Add<TVector, TSimd>(s26, target += SumStep);
            if (TRows.Value > 2 && TCount.Value > 7) Add<TVector, TSimd>(s27, target += SumStep);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVector, TSimd>(TVector sum, float* target)
        where TVector : struct
        where TSimd : struct, ISimd<TVector> =>
        TSimd.Store(TSimd.Add(TSimd.Load(target), sum), target);
}
