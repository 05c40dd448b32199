namespace Fovea.Imaging;

/// <summary>The checksum of zip files, CRC-32 (ISO 3309).</summary>
internal static class Checksum
{
    private static readonly uint[] Table = CreateTable();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var value in bytes) remainder = (remainder >> 8) ^ Table[(remainder ^ value) & 0xFF];
        return ~remainder;
    }

    private static uint[] CreateTable()
    {
        var table = new uint[256];
        for (uint value = 0; value < 256; value++)
        {
            var remainder = value;
            for (var bit = 0; bit < 8; bit++) remainder = (remainder >> 1) ^ ((remainder & 1) * 0xEDB88320);
            table[value] = remainder;
        }

        return table;
    }
}
