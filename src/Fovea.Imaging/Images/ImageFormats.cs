namespace Fovea.Imaging;

/// <summary>Recognizes the formats of image files that are read.</summary>
internal static class ImageFormats
{
    /// <summary>The name of a format by the first bytes of a file; null for other files.</summary>
    public static string? NameOf(ReadOnlySpan<byte> file)
    {
        if (JpegSegments.IsJpeg(file)) return "JPEG";
        if (PngSamples.IsPng(file)) return "PNG";
        if (file.StartsWith("GIF8"u8)) return "GIF";
        if (file.StartsWith("BM"u8)) return "BMP";
        return file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? "WebP" : null;
    }
}
