namespace Fovea.Engine.Simd;

/// <summary>
/// Decides how finely a phase of a kernel is split: into up to 64 units, as long as each is worth scheduling. To start a unit on another core and
/// wait for its end costs about 0.4 µs. Kernels use more units only where fewer would not fit the caches.
/// </summary>
/// <remarks>
/// The number of threads plays no role. Sums are therefore split equally, and results are bit-identical, on all machines with the same instruction set.
/// </remarks>
internal static class Granularity
{
    private const int MaxUnits = 64;
    private const long UnitProducts = 128 * 1024;  // about 1.3 µs with 512-bit vectors
    private const long UnitFloats = 4 * 1024;  // read or written: about 0.3 µs from L2
    private const long UnitExponentials = 64;  // 0.4 to 0.8 µs with the other work of a softmax, of which short rows have more

    /// <summary>The units for a number of multiply-adds.</summary>
    public static int OfProducts(long products) => (int)Math.Clamp(products / UnitProducts, 1, MaxUnits);

    /// <summary>The units for a number of exponentials.</summary>
    public static int OfExponentials(long exponentials) => (int)Math.Clamp(exponentials / UnitExponentials, 1, MaxUnits);

    /// <summary>The units for work that is bound by memory traffic.</summary>
    public static int OfFloats(long floats) => (int)Math.Clamp(floats / UnitFloats, 1, MaxUnits);
}
