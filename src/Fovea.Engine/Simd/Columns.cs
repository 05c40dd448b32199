using System.Runtime.Intrinsics;

namespace Fovea.Engine.Simd;

/// <summary>What is to be done for a block of adjacent columns (channels): <c>TVectors</c> (one or two) vectors of <c>TVector</c>.</summary>
internal interface IColumnPass
{
    void Run<TVector, TSimd, TVectors>(int column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent;
}

/// <summary>
/// Cuts a range of columns into blocks of two vectors, one vector, then ever narrower ones, the last a single float. There are
/// no masked lanes: a remainder is the same generic source at a narrower width, so that it equals the wide lanes bit for bit.
/// </summary>
internal static class Columns
{
    /// <summary>Columns of the widest block on any machine; cuts between units at multiples of it cost nothing.</summary>
    public const int MaxBlock = 32;

    /// <summary>Runs <paramref name="pass"/> over the columns from <paramref name="first"/> up to, not including, <paramref name="end"/>.</summary>
    public static void Sweep<TPass>(int first, int end, ref TPass pass)
        where TPass : struct, IColumnPass
    {
        var column = first;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; column + 32 <= end; column += 32) pass.Run<Vector512<float>, Simd512, Two>(column);
            for (; column + 16 <= end; column += 16) pass.Run<Vector512<float>, Simd512, One>(column);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; column + 16 <= end; column += 16) pass.Run<Vector256<float>, Simd256, Two>(column);
            for (; column + 8 <= end; column += 8) pass.Run<Vector256<float>, Simd256, One>(column);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            for (; column + 8 <= end; column += 8) pass.Run<Vector128<float>, Simd128, Two>(column);
            for (; column + 4 <= end; column += 4) pass.Run<Vector128<float>, Simd128, One>(column);
        }

        for (; column + 2 <= end; column += 2) pass.Run<float, SimdScalar, Two>(column);
        for (; column < end; column++) pass.Run<float, SimdScalar, One>(column);
    }
}
