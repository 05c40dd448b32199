using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// sums[row][column…] += Σ value · terms[offset + row…][column…] over a list, for up to three rows of a kernel by up to eight vectors; the sums stay
/// in registers while the list lasts.
/// </summary>
internal unsafe struct SparseSum
{
    public SparseEntry* Entries;
    public int Count;

    /// <summary>The terms, and floats between their rows.</summary>
    public float* Terms;
    public nint TermRow;

    /// <summary>The sums, and floats between their rows.</summary>
    public float* Sums;
    public nint SumRow;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TVector, TSimd, TCount, TRows>(int row, int column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TCount : struct, IExtent
        where TRows : struct, IExtent
    {
        float* sums = Sums + (row * SumRow) + column, sums1 = sums + SumRow, sums2 = sums1 + SumRow;
        TVector s00 = default, s01 = default, s02 = default, s03 = default, s04 = default, s05 = default, s06 = default, s07 = default;
        TVector s10 = default, s11 = default, s12 = default, s13 = default, s14 = default, s15 = default, s16 = default, s17 = default;
        TVector s20 = default, s21 = default, s22 = default, s23 = default, s24 = default, s25 = default, s26 = default, s27 = default;
        s00 = TSimd.Load(sums);
        if (TCount.Value > 1) s01 = TSimd.Load(sums + (1 * TSimd.Count));
        if (TCount.Value > 2) s02 = TSimd.Load(sums + (2 * TSimd.Count));
        if (TCount.Value > 3) s03 = TSimd.Load(sums + (3 * TSimd.Count));
        if (TCount.Value > 4) s04 = TSimd.Load(sums + (4 * TSimd.Count));
        if (TCount.Value > 5) s05 = TSimd.Load(sums + (5 * TSimd.Count));
        if (TCount.Value > 6) s06 = TSimd.Load(sums + (6 * TSimd.Count));
        if (TCount.Value > 7) s07 = TSimd.Load(sums + (7 * TSimd.Count));
        if (TRows.Value > 1) s10 = TSimd.Load(sums1);
        if (TRows.Value > 1 && TCount.Value > 1) s11 = TSimd.Load(sums1 + (1 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 2) s12 = TSimd.Load(sums1 + (2 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 3) s13 = TSimd.Load(sums1 + (3 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 4) s14 = TSimd.Load(sums1 + (4 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 5) s15 = TSimd.Load(sums1 + (5 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 6) s16 = TSimd.Load(sums1 + (6 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 7) s17 = TSimd.Load(sums1 + (7 * TSimd.Count));
        if (TRows.Value > 2) s20 = TSimd.Load(sums2);
        if (TRows.Value > 2 && TCount.Value > 1) s21 = TSimd.Load(sums2 + (1 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 2) s22 = TSimd.Load(sums2 + (2 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 3) s23 = TSimd.Load(sums2 + (3 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 4) s24 = TSimd.Load(sums2 + (4 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 5) s25 = TSimd.Load(sums2 + (5 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 6) s26 = TSimd.Load(sums2 + (6 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 7) s27 = TSimd.Load(sums2 + (7 * TSimd.Count));
        var terms = Terms + (row * TermRow) + column;
        var end = Entries + Count;
        for (var entry = Entries; entry < end; entry++)
        {
            var value = TSimd.Broadcast(entry->Value);
            float* term = terms + entry->Offset, term1 = term + TermRow, term2 = term1 + TermRow;
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

        TSimd.Store(s00, sums);
        if (TCount.Value > 1) TSimd.Store(s01, sums + (1 * TSimd.Count));
        if (TCount.Value > 2) TSimd.Store(s02, sums + (2 * TSimd.Count));
        if (TCount.Value > 3) TSimd.Store(s03, sums + (3 * TSimd.Count));
        if (TCount.Value > 4) TSimd.Store(s04, sums + (4 * TSimd.Count));
        if (TCount.Value > 5) TSimd.Store(s05, sums + (5 * TSimd.Count));
        if (TCount.Value > 6) TSimd.Store(s06, sums + (6 * TSimd.Count));
        if (TCount.Value > 7) TSimd.Store(s07, sums + (7 * TSimd.Count));
        if (TRows.Value > 1) TSimd.Store(s10, sums1);
        if (TRows.Value > 1 && TCount.Value > 1) TSimd.Store(s11, sums1 + (1 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 2) TSimd.Store(s12, sums1 + (2 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 3) TSimd.Store(s13, sums1 + (3 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 4) TSimd.Store(s14, sums1 + (4 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 5) TSimd.Store(s15, sums1 + (5 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 6) TSimd.Store(s16, sums1 + (6 * TSimd.Count));
        if (TRows.Value > 1 && TCount.Value > 7) TSimd.Store(s17, sums1 + (7 * TSimd.Count));
        if (TRows.Value > 2) TSimd.Store(s20, sums2);
        if (TRows.Value > 2 && TCount.Value > 1) TSimd.Store(s21, sums2 + (1 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 2) TSimd.Store(s22, sums2 + (2 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 3) TSimd.Store(s23, sums2 + (3 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 4) TSimd.Store(s24, sums2 + (4 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 5) TSimd.Store(s25, sums2 + (5 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 6) TSimd.Store(s26, sums2 + (6 * TSimd.Count));
        if (TRows.Value > 2 && TCount.Value > 7) TSimd.Store(s27, sums2 + (7 * TSimd.Count));
    }
}
