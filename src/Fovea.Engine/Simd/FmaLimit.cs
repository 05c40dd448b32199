using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fovea.Engine.Simd;

/// <summary>
/// Measures the peak speed of this processor: multiply-adds on registers only, on all threads. No kernel can be faster.
/// </summary>
internal static unsafe class FmaLimit
{
    /// <summary>Independent sums that hide the latency of a multiply-add, 4 or 5 cycles on 2 execution units.</summary>
    private const int Accumulators = 12;

    private const int Slices = 60;
    private const int UnitsPerThread = 8;
    private const int Rounds = 200_000;

    /// <summary>
    /// The speed in GFLOP/s, with two operations per multiply-add: the best of many short slices, so that other processes disturb it little.
    /// </summary>
    public static double Measure() =>
        Vector512.IsHardwareAccelerated ? Measure<Vector512<float>, Simd512>()
        : Vector256.IsHardwareAccelerated ? Measure<Vector256<float>, Simd256>()
        : Vector128.IsHardwareAccelerated ? Measure<Vector128<float>, Simd128>()
        : Measure<float, SimdScalar>();

    private static double Measure<TVector, TSimd>()
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        var pool = Cpu.Pool;
        var units = pool.Threads * UnitsPerThread;
        var work = new Work<TVector, TSimd>();
        var best = 0.0;
        for (var slice = 0; slice < Slices; slice++)
        {
            var watch = Stopwatch.StartNew();
            pool.Run(work, units);
            best = Math.Max(best, 2.0 * Accumulators * TSimd.Count * Rounds * units / watch.Elapsed.TotalSeconds);
        }

        return best / 1e9;
    }

    private sealed class Work<TVector, TSimd> : IWork
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        private float sink;

        public void Run(int unit, int worker) => Volatile.Write(ref sink, Sum());

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static float Sum()
        {
            // Each sum approaches 2 = 1 + 2·0.5 from below: no denormals, no infinities.
            var (factor, addend) = (TSimd.Broadcast(0.5f), TSimd.Broadcast(1f));
            TVector a = addend, b = addend, c = addend, d = addend, e = addend, f = addend;
            TVector g = addend, h = addend, i = addend, j = addend, k = addend, l = addend;
            for (var round = 0; round < Rounds; round++)
            {
                a = TSimd.MultiplyAdd(a, factor, addend);
                b = TSimd.MultiplyAdd(b, factor, addend);
                c = TSimd.MultiplyAdd(c, factor, addend);
                d = TSimd.MultiplyAdd(d, factor, addend);
                e = TSimd.MultiplyAdd(e, factor, addend);
                f = TSimd.MultiplyAdd(f, factor, addend);
                g = TSimd.MultiplyAdd(g, factor, addend);
                h = TSimd.MultiplyAdd(h, factor, addend);
                i = TSimd.MultiplyAdd(i, factor, addend);
                j = TSimd.MultiplyAdd(j, factor, addend);
                k = TSimd.MultiplyAdd(k, factor, addend);
                l = TSimd.MultiplyAdd(l, factor, addend);
            }

            var sum = TSimd.Add(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), TSimd.Add(TSimd.Add(e, f), TSimd.Add(g, h)));
            sum = TSimd.Add(sum, TSimd.Add(TSimd.Add(i, j), TSimd.Add(k, l)));
            var lanes = stackalloc float[64];
            TSimd.Store(sum, lanes);
            return lanes[0];
        }
    }
}
