using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Cuts the rows of a kernel (each its taps by input channels, contiguous in the image too) into blocks for <see cref="SparseSum"/>: up to eight
/// vectors of up to three rows where there are 32 registers, of one row elsewhere; the rest of a row is done by narrower vectors.
/// </summary>
internal static class SparseRuns
{
    private const int MaxVectors = 8;
    private const int MaxRows = 3;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sweep(int rows, int length, in SparseSum sum)
    {
        var step = Vector512.IsHardwareAccelerated ? MaxRows : 1;
        for (var row = 0; row < rows; row += step)
        {
            switch (Math.Min(step, rows - row))
            {
                case 3: Columns<Three>(row, length, sum); break;
                case 2: Columns<Two>(row, length, sum); break;
                default: Columns<One>(row, length, sum); break;
            }
        }
    }

    private static void Columns<TRows>(int row, int length, in SparseSum sum)
        where TRows : struct, IExtent
    {
        var column = 0;
        if (Vector512.IsHardwareAccelerated) column = Vectors<TRows, Vector512<float>, Simd512>(row, column, length, sum);
        if (Vector256.IsHardwareAccelerated) column = Vectors<TRows, Vector256<float>, Simd256>(row, column, length, sum);
        if (Vector128.IsHardwareAccelerated) column = Vectors<TRows, Vector128<float>, Simd128>(row, column, length, sum);
        Vectors<TRows, float, SimdScalar>(row, column, length, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Vectors<TRows, TVector, TSimd>(int row, int column, int length, in SparseSum sum)
        where TRows : struct, IExtent
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        // Equal blocks: twelve vectors are six and six, not eight and four.
        var vectors = (length - column) / TSimd.Count;
        for (var blocks = (vectors + MaxVectors - 1) / MaxVectors; blocks > 0; blocks--)
        {
            var count = (vectors + blocks - 1) / blocks;
            switch (count)
            {
                case 8: sum.Run<TVector, TSimd, Eight, TRows>(row, column); break;
                case 7: sum.Run<TVector, TSimd, Seven, TRows>(row, column); break;
                case 6: sum.Run<TVector, TSimd, Six, TRows>(row, column); break;
                case 5: sum.Run<TVector, TSimd, Five, TRows>(row, column); break;
                case 4: sum.Run<TVector, TSimd, Four, TRows>(row, column); break;
                case 3: sum.Run<TVector, TSimd, Three, TRows>(row, column); break;
                case 2: sum.Run<TVector, TSimd, Two, TRows>(row, column); break;
                default: sum.Run<TVector, TSimd, One, TRows>(row, column); break;
            }

            column += count * TSimd.Count;
            vectors -= count;
        }

        return column;
    }
}
