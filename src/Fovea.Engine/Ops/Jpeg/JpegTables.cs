namespace Fovea.Engine.Ops;

/// <summary>The constants of JPEG: quantization tables (ITU-T T.81, Annex K) and the discrete cosine transform.</summary>
internal static class JpegTables
{
    private static readonly byte[] Luminance =
    [
        16, 11, 10, 16, 24, 40, 51, 61,
        12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56,
        14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77,
        24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101,
        72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly byte[] Chrominance =
    [
        17, 18, 24, 47, 99, 99, 99, 99,
        18, 21, 26, 66, 99, 99, 99, 99,
        24, 26, 56, 99, 99, 99, 99, 99,
        47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
    ];

    private static readonly double[] Cosines = [.. Enumerable.Range(0, 64).Select(i => Basis(i / 8, i % 8))];

    /// <summary>
    /// The basis function of a frequency at a position: ±1 for the frequencies 0 and 4, √2 · cos(k·(2i + 1)·π/16) for the others. It is √8 times the
    /// orthonormal one.
    /// </summary>
    public static double Cosine(int frequency, int position) => Cosines[(frequency * 8) + position];

    /// <summary>A quantization table for a quality, as libjpeg scales it.</summary>
    public static int[] Scaled(bool isChrominance, float quality)
    {
        var table = new int[64];
        WriteScaled(isChrominance, quality, table);
        return table;
    }

    /// <inheritdoc cref="Scaled"/>
    public static void WriteScaled(bool isChrominance, float quality, Span<int> table)
    {
        var whole = (int)Math.Clamp(MathF.Round(quality), 1, 100);
        var percent = whole < 50 ? 5000 / whole : 200 - (2 * whole);
        var standard = isChrominance ? Chrominance : Luminance;
        for (var k = 0; k < 64; k++) table[k] = Math.Clamp(((standard[k] * percent) + 50) / 100, 1, 255);
    }

    private static double Basis(int frequency, int position)
    {
        var cosine = Math.Cos(frequency * ((2 * position) + 1) * Math.PI / 16);
        return frequency % 4 == 0 ? Math.Sign(cosine) : Math.Sqrt(2) * cosine;
    }
}
