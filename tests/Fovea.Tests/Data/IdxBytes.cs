using System.Buffers.Binary;
using System.IO.Compression;

namespace Fovea.Tests.Data;

/// <summary>Makes the bytes of IDX files.</summary>
internal static class IdxBytes
{
    public static byte[] File(ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> values, byte type = 0x08)
    {
        var header = new byte[4 + 4 * dimensions.Length];
        header[2] = type;
        header[3] = (byte)dimensions.Length;
        for (var i = 0; i < dimensions.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), dimensions[i]);
        return [.. header, .. values];
    }

    public static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(content);
        return packed.ToArray();
    }
}
