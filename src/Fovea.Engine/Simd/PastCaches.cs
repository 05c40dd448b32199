using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fovea.Engine.Simd;

/// <summary>
/// Outputs that are written past the caches, whole cache lines at a time: a plain store first reads the line that it changes, which is a third of the
/// traffic of a pass that reads one tensor and writes another. It pays where the output is so large that its next reader would not find it anyway.
/// </summary>
internal static unsafe class PastCaches
{
    private const long EnoughFloats = 1024 * 1024;  // 4 MB: twice the second cache of a large core

    public static bool Suit(long floats) => floats >= EnoughFloats;

    /// <summary>Whether rows that begin at <paramref name="first"/>, so many floats apart, are whole cache lines that a vector fills.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Take<TVector>(float* first, nint step)
        where TVector : struct =>
        typeof(TVector) == typeof(Vector512<float>) && (nint)first % sizeof(Vector512<float>) == 0 && step % Vector512<float>.Count == 0;

    /// <summary>Stores a vector that they <see cref="Take"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TVector>(TVector value, float* destination)
        where TVector : struct
    {
        if (typeof(TVector) == typeof(Vector512<float>)) Vector512.StoreAlignedNonTemporal(Unsafe.BitCast<TVector, Vector512<float>>(value), destination);
    }

    /// <summary>Such stores are ordered by this alone: to be called before other threads are told of them.</summary>
    public static void Complete()
    {
        if (Sse.IsSupported) Sse.StoreFence();
    }
}
