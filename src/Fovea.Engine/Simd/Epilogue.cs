using System.Runtime.CompilerServices;

namespace Fovea.Engine.Simd;

/// <summary>What is done to a finished sum on its way to memory.</summary>
internal enum Epilogue
{
    None,

    /// <summary>max(0, x); NaN stays NaN.</summary>
    Relu,

    /// <summary>min(6, max(0, x)); NaN stays NaN.</summary>
    Relu6,
}

/// <summary>Epilogues on vectors.</summary>
internal static class EpilogueLanes
{
    /// <summary>What the epilogue makes of a vector of sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TVector, TSimd>(this Epilogue epilogue, TVector sum)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        if (epilogue == Epilogue.None) return sum;
        sum = TSimd.AtLeast(default, sum);
        return epilogue == Epilogue.Relu6 ? TSimd.AtMost(TSimd.Broadcast(6), sum) : sum;
    }
}
