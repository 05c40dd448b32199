using System.Buffers.Binary;

namespace Fovea.Imaging;

/// <summary>Walks the segments of a JPEG (ITU-T T.81, annex B) up to its first scan.</summary>
internal static class JpegSegments
{
    public const byte StartOfScan = 0xDA;
    public const byte App1 = 0xE1;

    public static bool IsJpeg(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]);

    /// <summary>Finds the next segment. Bytes between segments are passed over, as decoders do.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="at">Where to look; 2 at first.</param>
    /// <param name="marker">Its marker's second byte.</param>
    /// <param name="content">What follows its length.</param>
    /// <returns>Whether there is one before the first scan that is whole.</returns>
    public static bool Next(ReadOnlySpan<byte> file, ref int at, out byte marker, out ReadOnlySpan<byte> content)
    {
        for (; at + 4 <= file.Length; at++)
        {
            marker = file[at + 1];
            // Fill bytes, escapes, and markers that stand alone.
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
