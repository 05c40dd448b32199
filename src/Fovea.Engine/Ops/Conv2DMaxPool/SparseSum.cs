using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>Sums[column…] += Σ value · terms[offset + column…] over a list; the sums stay in registers while it lasts.</summary>
internal unsafe struct SparseSum : ISparsePass
{
    public SparseEntry* Entries;
    public int Count;
    public float* Terms;
    public float* Sums;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TVector, TSimd, TCount>(int column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TCount : struct, IExtent
    {
        var sums = Sums + column;
        TVector s0 = TSimd.Load(sums), s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (TCount.Value > 1) s1 = TSimd.Load(sums + (1 * TSimd.Count));
        if (TCount.Value > 2) s2 = TSimd.Load(sums + (2 * TSimd.Count));
        if (TCount.Value > 3) s3 = TSimd.Load(sums + (3 * TSimd.Count));
        if (TCount.Value > 4) s4 = TSimd.Load(sums + (4 * TSimd.Count));
        if (TCount.Value > 5) s5 = TSimd.Load(sums + (5 * TSimd.Count));
        if (TCount.Value > 6) s6 = TSimd.Load(sums + (6 * TSimd.Count));
        if (TCount.Value > 7) s7 = TSimd.Load(sums + (7 * TSimd.Count));
        var terms = Terms + column;
        var end = Entries + Count;
        for (var entry = Entries; entry < end; entry++)
        {
            var value = TSimd.Broadcast(entry->Value);
            var term = terms + entry->Offset;
            s0 = TSimd.MultiplyAdd(value, TSimd.Load(term), s0);
            if (TCount.Value > 1) s1 = TSimd.MultiplyAdd(value, TSimd.Load(term + (1 * TSimd.Count)), s1);
            if (TCount.Value > 2) s2 = TSimd.MultiplyAdd(value, TSimd.Load(term + (2 * TSimd.Count)), s2);
            if (TCount.Value > 3) s3 = TSimd.MultiplyAdd(value, TSimd.Load(term + (3 * TSimd.Count)), s3);
            if (TCount.Value > 4) s4 = TSimd.MultiplyAdd(value, TSimd.Load(term + (4 * TSimd.Count)), s4);
            if (TCount.Value > 5) s5 = TSimd.MultiplyAdd(value, TSimd.Load(term + (5 * TSimd.Count)), s5);
            if (TCount.Value > 6) s6 = TSimd.MultiplyAdd(value, TSimd.Load(term + (6 * TSimd.Count)), s6);
            if (TCount.Value > 7) s7 = TSimd.MultiplyAdd(value, TSimd.Load(term + (7 * TSimd.Count)), s7);
        }

        TSimd.Store(s0, sums);
        if (TCount.Value > 1) TSimd.Store(s1, sums + (1 * TSimd.Count));
        if (TCount.Value > 2) TSimd.Store(s2, sums + (2 * TSimd.Count));
        if (TCount.Value > 3) TSimd.Store(s3, sums + (3 * TSimd.Count));
        if (TCount.Value > 4) TSimd.Store(s4, sums + (4 * TSimd.Count));
        if (TCount.Value > 5) TSimd.Store(s5, sums + (5 * TSimd.Count));
        if (TCount.Value > 6) TSimd.Store(s6, sums + (6 * TSimd.Count));
        if (TCount.Value > 7) TSimd.Store(s7, sums + (7 * TSimd.Count));
    }
}
