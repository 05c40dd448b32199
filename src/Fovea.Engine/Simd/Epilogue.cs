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

/// <summary>Epilogues on vectors: all of them bound the sum, so no kernel branches.</summary>
internal static class EpilogueLanes
{
    /// <summary>What a sum is at least.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Floor(this Epilogue epilogue) => epilogue == Epilogue.None ? float.NegativeInfinity : 0;

    /// <summary>What a sum is at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Ceiling(this Epilogue epilogue) => epilogue == Epilogue.Relu6 ? 6 : float.PositiveInfinity;

    /// <summary>What the epilogue makes of a vector of sums; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TVector, TSimd>(this Epilogue epilogue, TVector sum)
        where TVector : struct
        where TSimd : struct, ISimd<TVector> =>
        TSimd.AtMost(TSimd.Broadcast(epilogue.Ceiling()), TSimd.AtLeast(TSimd.Broadcast(epilogue.Floor()), sum));
}
