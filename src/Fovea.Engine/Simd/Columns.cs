using System.Runtime.Intrinsics;

namespace Fovea.Engine.Simd;

/// <summary>A computation on a block of adjacent columns (channels): <c>TVectors</c> (one or two) vectors of <c>TVector</c>.</summary>
internal interface IColumnPass
{
    void Run<TVector, TSimd, TVectors>(int column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent;
}

/// <summary>
/// Splits a range of columns into blocks: as many of two vectors as fit, then one vector, then narrower vectors down to a single float. There are no
/// masked lanes. The same generic source runs at every width, so all columns are bit-identical.
/// </summary>
internal static class Columns
{
    /// <summary>The columns of the widest block on any machine. Units that begin at multiples of it have no narrow remainders in between.</summary>
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
