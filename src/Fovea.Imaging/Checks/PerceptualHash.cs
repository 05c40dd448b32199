using System.Numerics;

namespace Fovea.Imaging;

/// <summary>
/// A hash of what an image looks like: the signs of the 63 lowest coefficients of the discrete cosine transform of its gray levels at 32 × 32 pixels (DCT-II,
/// 8 × 8 coefficients without the mean; Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", section 3.2.1). Zauner compares the
/// coefficients with their median. Here they are compared with 0, because a mirrored image then has the same coefficients but for their signs, and a rotated
/// image those of the transpose. So one transform gives the hashes of all eight symmetries of the square.
/// </summary>
internal static class PerceptualHash
{
    /// <summary>Height and width of the image that is transformed.</summary>
    public const int Side = 32;

    /// <summary>The symmetries of the square, see <see cref="Symmetry"/>.</summary>
    public const int Symmetries = 8;

    private const int Coefficients = 8;

    /// <summary>cos(π (2x + 1) u / 64) for the frequencies u and the positions x.</summary>
    private static readonly float[][] Cosines =
        [.. Enumerable.Range(0, Coefficients)
            .Select(u => Enumerable.Range(0, Side).Select(x => (float)Math.Cos(Math.PI * ((2 * x) + 1) * u / (2 * Side))).ToArray())];

    /// <summary>Computes the hashes of an image and of its symmetries.</summary>
    /// <param name="gray">32 × 32 gray levels, row by row.</param>
    /// <returns>A hash for each symmetry s: that of the image after <see cref="Symmetry.Apply"/>(s).</returns>
    public static ulong[] Of(ReadOnlySpan<byte> gray)
    {
        var transformed = Transform(gray);
        var hashes = new ulong[Symmetries];
        for (var symmetry = 0; symmetry < Symmetries; symmetry++)
        {
            for (var bit = 1; bit < Coefficients * Coefficients; bit++)
            {
                var (u, v) = (bit / Coefficients, bit % Coefficients);
                if (Coefficient(transformed, symmetry, u, v) > 0) hashes[symmetry] |= 1UL << bit;
            }
        }

        return hashes;
    }

    /// <summary>The number of bits in which two hashes differ, from 0 to 63.</summary>
    public static int Distance(ulong hash, ulong other) => BitOperations.PopCount(hash ^ other);

    private static float Coefficient(float[] transformed, int symmetry, int u, int v)
    {
        var value = Symmetry.IsTransposed(symmetry) ? transformed[(v * Coefficients) + u] : transformed[(u * Coefficients) + v];
        if (Symmetry.IsFlippedVertically(symmetry) && u % 2 == 1) value = -value;
        if (Symmetry.IsFlippedHorizontally(symmetry) && v % 2 == 1) value = -value;
        return value;
    }

    /// <summary>The 8 × 8 lowest coefficients, without their scale.</summary>
    private static float[] Transform(ReadOnlySpan<byte> gray)
    {
        var rows = new float[Side * Coefficients];
        for (var y = 0; y < Side; y++)
        {
            for (var v = 0; v < Coefficients; v++)
            {
                var sum = 0f;
                for (var x = 0; x < Side; x++) sum += Cosines[v][x] * gray[(y * Side) + x];
                rows[(y * Coefficients) + v] = sum;
            }
        }

        var result = new float[Coefficients * Coefficients];
        for (var u = 0; u < Coefficients; u++)
        {
            for (var v = 0; v < Coefficients; v++)
            {
                var sum = 0f;
                for (var y = 0; y < Side; y++) sum += Cosines[u][y] * rows[(y * Coefficients) + v];
                result[(u * Coefficients) + v] = sum;
            }
        }

        return result;
    }
}
