using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>What is to be done for some adjacent floats of a kernel's row: <c>TCount</c> vectors, one to eight.</summary>
internal interface ISparsePass
{
    void Run<TVector, TSimd, TCount>(int column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TCount : struct, IExtent;
}

/// <summary>
/// Cuts a row of a kernel (its taps by input channels, contiguous in the image too) into blocks of up to eight vectors, the rest into
/// narrower ones: as <see cref="Columns"/> does, but with enough independent sums for a kernel that has one row.
/// </summary>
internal static class SparseRuns
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sweep<TPass>(int length, ref TPass pass)
        where TPass : struct, ISparsePass
    {
        var column = 0;
        if (Vector512.IsHardwareAccelerated) column = Wide<TPass, Vector512<float>, Simd512>(column, length, ref pass);
        if (Vector256.IsHardwareAccelerated) column = Wide<TPass, Vector256<float>, Simd256>(column, length, ref pass);
        if (Vector128.IsHardwareAccelerated) column = Wide<TPass, Vector128<float>, Simd128>(column, length, ref pass);
        Wide<TPass, float, SimdScalar>(column, length, ref pass);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Wide<TPass, TVector, TSimd>(int column, int length, ref TPass pass)
        where TPass : struct, ISparsePass
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        // Equal blocks: twelve vectors are six and six, not eight and four.
        var vectors = (length - column) / TSimd.Count;
        for (var blocks = (vectors + 7) / 8; blocks > 0; blocks--)
        {
            var count = (vectors + blocks - 1) / blocks;
            switch (count)
            {
                case 8: pass.Run<TVector, TSimd, Eight>(column); break;
                case 7: pass.Run<TVector, TSimd, Seven>(column); break;
                case 6: pass.Run<TVector, TSimd, Six>(column); break;
                case 5: pass.Run<TVector, TSimd, Five>(column); break;
                case 4: pass.Run<TVector, TSimd, Four>(column); break;
                case 3: pass.Run<TVector, TSimd, Three>(column); break;
                case 2: pass.Run<TVector, TSimd, Two>(column); break;
                default: pass.Run<TVector, TSimd, One>(column); break;
            }

            column += count * TSimd.Count;
            vectors -= count;
        }

        return column;
    }
}
