namespace Fovea.Engine.Simd;

/// <summary>
/// How finely a phase of a kernel is cut: into as many units as keep 64 workers busy, but none smaller than what it costs to hand the phase to
/// another core and to wait for its end, 0.4 µs. More units are made only where fewer would leave the caches.
/// </summary>
/// <remarks>It knows nothing of the threads there are, so that sums are cut, and bits come out, the same on any machine of one instruction set.</remarks>
internal static class Granularity
{
    private const int MaxUnits = 64;
    private const long UnitProducts = 128 * 1024;  // about 1.3 µs with 512-bit vectors
    private const long UnitFloats = 4 * 1024;  // read or written: about 0.3 µs from the second cache
    private const long UnitExponentials = 64;  // 0.4 to 0.8 µs, with what a softmax does beside them: more in short rows

    /// <summary>Units for so many multiply-adds.</summary>
    public static int OfProducts(long products) => (int)Math.Clamp(products / UnitProducts, 1, MaxUnits);

    /// <summary>Units for so many exponentials.</summary>
    public static int OfExponentials(long exponentials) => (int)Math.Clamp(exponentials / UnitExponentials, 1, MaxUnits);

    /// <summary>Units for work that is bound by what it moves.</summary>
    public static int OfFloats(long floats) => (int)Math.Clamp(floats / UnitFloats, 1, MaxUnits);
}
