namespace Fovea.Imaging;

/// <summary>
/// Estimates from the file's header the memory of a decoder in addition to the decoded pixels: progressive JPEGs keep all coefficients (2 bytes each);
/// interlaced PNGs and lossless WebPs keep a second copy of the image.
/// </summary>
internal static class DecoderMemory
{
    /// <returns>The number of bytes; 0 if the decoder needs a few rows only.</returns>
    public static long Estimate(ReadOnlySpan<byte> file, long pixels)
    {
        if (JpegSegments.IsJpeg(file)) return (long)(2 * CoefficientsPerPixel(file) * pixels);
        if (file.Length > 28 && file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            return file[28] == 0 ? 0 : pixels * (file[24] == 16 ? 8 : 4);
        return file.StartsWith("RIFF"u8) && file[..Math.Min(file.Length, 1 << 16)].IndexOf("VP8L"u8) > 0 ? 4 * pixels : 0;
    }

    /// <summary>The coefficients per pixel of a progressive JPEG: 1 for grey, 1.5 to 3 for colors; 0 for other JPEGs.</summary>
    private static double CoefficientsPerPixel(ReadOnlySpan<byte> file)
    {
        for (var at = 2; JpegSegments.Next(file, ref at, out var marker, out var frame);)
        {
            if (marker is not (0xC2 or 0xC6 or 0xCA or 0xCE) || frame.Length < 6 || frame.Length < 6 + (3 * frame[5])) continue;
            int sum = 0, most = 1;
            for (var component = 0; component < frame[5]; component++)
            {
                var sampling = frame[7 + (3 * component)];
                sum += (sampling >> 4) * (sampling & 15);
                most = Math.Max(most, (sampling >> 4) * (sampling & 15));
            }

            return (double)sum / most;
        }

        return 0;
    }
}
