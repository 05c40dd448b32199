using System.Runtime.CompilerServices;

namespace Fovea.Engine.Simd;

/// <summary>Adds partial sums in the order of their shards, so that results do not depend on scheduling.</summary>
internal static unsafe class PartialSums
{
    /// <summary>total[i] = Σₛ partials[s · size + i] for i from <paramref name="first"/> to <paramref name="end"/>.</summary>
    public static void Add(float* partials, int shards, int size, float* total, int first, int end)
    {
        var pass = new Pass { Partials = partials, Shards = shards, Size = size, Total = total };
        Columns.Sweep(first, end, ref pass);
    }

    private struct Pass : IColumnPass
    {
        public float* Partials;
        public float* Total;
        public int Shards;
        public nint Size;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var source = Partials + column;
            TVector sum0 = TSimd.Load(source), sum1 = default;
            if (TVectors.Value > 1) sum1 = TSimd.Load(source + TSimd.Count);
            for (var shard = 1; shard < Shards; shard++)
            {
                source += Size;
                sum0 = TSimd.Add(sum0, TSimd.Load(source));
                if (TVectors.Value > 1) sum1 = TSimd.Add(sum1, TSimd.Load(source + TSimd.Count));
            }

            TSimd.Store(sum0, Total + column);
            if (TVectors.Value > 1) TSimd.Store(sum1, Total + column + TSimd.Count);
        }
    }
}
