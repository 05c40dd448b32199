using System.Runtime.Intrinsics;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Splits the rows of a kernel, each some vectors long, into blocks for <see cref="SparseSum"/>: as many sums as the registers can hold, up to three rows by
/// eight vectors.
/// </summary>
internal static class SparseRuns
{
    private const int MaxVectors = 8;
    private const int MaxRows = 3;

    private static int Registers => Vector512.IsHardwareAccelerated ? 24 : 12;

    public static void Sweep<TVector, TSimd>(int rows, int vectors, in SparseSum sum)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        // Equal blocks: twelve vectors become six and six, not eight and four.
        var blocks = (vectors + MaxVectors - 1) / MaxVectors;
        var block = (vectors + blocks - 1) / blocks;
        var step = Math.Clamp(Registers / block, 1, MaxRows);
        for (var row = 0; row < rows; row += step)
        {
            for (var vector = 0; vector < vectors; vector += block)
            {
                var count = Math.Min(block, vectors - vector);
                switch (Math.Min(step, rows - row))
                {
                    case 3: Run<TVector, TSimd, Three>(row, vector, count, sum); break;
                    case 2: Run<TVector, TSimd, Two>(row, vector, count, sum); break;
                    default: Run<TVector, TSimd, One>(row, vector, count, sum); break;
                }
            }
        }
    }

    private static void Run<TVector, TSimd, TRows>(int row, int vector, int count, in SparseSum sum)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TRows : struct, IExtent
    {
        switch (count)
        {
            case 8: sum.Run<TVector, TSimd, Eight, TRows>(row, vector); break;
            case 7: sum.Run<TVector, TSimd, Seven, TRows>(row, vector); break;
            case 6: sum.Run<TVector, TSimd, Six, TRows>(row, vector); break;
            case 5: sum.Run<TVector, TSimd, Five, TRows>(row, vector); break;
            case 4: sum.Run<TVector, TSimd, Four, TRows>(row, vector); break;
            case 3: sum.Run<TVector, TSimd, Three, TRows>(row, vector); break;
            case 2: sum.Run<TVector, TSimd, Two, TRows>(row, vector); break;
            default: sum.Run<TVector, TSimd, One, TRows>(row, vector); break;
        }
    }
}
