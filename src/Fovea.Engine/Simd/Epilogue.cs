using System.Runtime.CompilerServices;

namespace Fovea.Engine.Simd;

/// <summary>The activation applied to a finished sum before it is stored.</summary>
internal enum Epilogue
{
    None,

    /// <summary>max(0, x); NaN stays NaN.</summary>
    Relu,

    /// <summary>min(6, max(0, x)); NaN stays NaN.</summary>
    Relu6,
}

/// <summary>Epilogues on vectors. Each clamps the sum between a floor and a ceiling, so that kernels need no branch.</summary>
internal static class EpilogueLanes
{
    /// <summary>The lower bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Floor(this Epilogue epilogue) => epilogue == Epilogue.None ? float.NegativeInfinity : 0;

    /// <summary>The upper bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Ceiling(this Epilogue epilogue) => epilogue == Epilogue.Relu6 ? 6 : float.PositiveInfinity;

    /// <summary>Applies the epilogue to a vector of sums; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TVector, TSimd>(this Epilogue epilogue, TVector sum)
        where TVector : struct
        where TSimd : struct, ISimd<TVector> =>
        TSimd.AtMost(TSimd.Broadcast(epilogue.Ceiling()), TSimd.AtLeast(TSimd.Broadcast(epilogue.Floor()), sum));
}
