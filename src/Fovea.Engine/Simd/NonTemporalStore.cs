using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fovea.Engine.Simd;

/// <summary>
/// Stores of whole cache lines that bypass the caches. A plain store first reads the line that it changes, which is a third of the traffic of a pass
/// that reads one tensor and writes another. Non-temporal stores pay for outputs so large that they would leave the caches before they are read.
/// </summary>
internal static unsafe class NonTemporalStore
{
    private const long MinFloats = 1024 * 1024;  // 4 MB: twice the L2 cache of a large core

    /// <summary>Whether an output is large enough.</summary>
    public static bool Pays(long floats) => floats >= MinFloats;

    /// <summary>Whether a vector fills a cache line and all rows begin on one: the first at <paramref name="first"/>, the next a step further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Fits<TVector>(float* first, nint step)
        where TVector : struct =>
        typeof(TVector) == typeof(Vector512<float>) && (nint)first % sizeof(Vector512<float>) == 0 && step % Vector512<float>.Count == 0;

    /// <summary>Stores a vector that <see cref="Fits"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TVector>(TVector value, float* destination)
        where TVector : struct
    {
        if (typeof(TVector) == typeof(Vector512<float>)) Vector512.StoreAlignedNonTemporal(Unsafe.BitCast<TVector, Vector512<float>>(value), destination);
    }

    /// <summary>Makes the stores visible to other threads; call it before they are told that the output is there.</summary>
    public static void Fence()
    {
        if (Sse.IsSupported) Sse.StoreFence();
    }
}
