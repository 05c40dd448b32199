namespace Fovea.Imaging;

/// <summary>The formats of image files, by their first bytes and by their extensions.</summary>
internal static class FileFormat
{
    /// <summary>The format of a file; null if it is none that is read.</summary>
    public static string? Of(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) ? "PNG"
        : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "JPEG"
        : file.StartsWith("GIF8"u8) ? "GIF"
        : file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? "WebP"
        : file.StartsWith("BM"u8) ? "BMP"
        : null;

    /// <summary>The format that the extension of a file names; null if it names none that is read.</summary>
    public static string? OfExtension(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" => "JPEG",
        ".png" => "PNG",
        ".webp" => "WebP",
        ".gif" => "GIF",
        ".bmp" => "BMP",
        _ => null,
    };
}
