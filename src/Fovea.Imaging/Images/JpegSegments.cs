using System.Buffers.Binary;

namespace Fovea.Imaging;

/// <summary>Enumerates the segments of a JPEG (ITU-T T.81, annex B) up to its first scan.</summary>
internal static class JpegSegments
{
    public const byte StartOfScan = 0xDA;
    public const byte App1 = 0xE1;

    public static bool IsJpeg(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]);

    /// <summary>Finds the next segment. Bytes between segments are skipped, as in decoders.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="at">The position to search from; 2 at first.</param>
    /// <param name="marker">The second byte of its marker.</param>
    /// <param name="content">The bytes after its length.</param>
    /// <returns>Whether there is a complete segment before the first scan.</returns>
    public static bool Next(ReadOnlySpan<byte> file, ref int at, out byte marker, out ReadOnlySpan<byte> content)
    {
        for (; at + 4 <= file.Length; at++)
        {
            marker = file[at + 1];
            // Fill bytes, escapes, and markers without content.
            if (file[at] != 0xFF || marker is 0 or 0xFF or (>= 0xD0 and <= 0xD8)) continue;
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (marker is StartOfScan or 0xD9 || length < 2 || at + 2 + length > file.Length) break;
            content = file.Slice(at + 4, length - 2);
            at += 2 + length;
            return true;
        }

        marker = 0;
        content = default;
        return false;
    }
}
