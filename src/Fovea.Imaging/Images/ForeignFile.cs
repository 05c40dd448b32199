using System.Text;

namespace Fovea.Imaging;

/// <summary>Describes a file that is no readable image.</summary>
internal static class ForeignFile
{
    private const string Expected = "expected PNG, JPEG, WebP, GIF or BMP";

    /// <summary>Returns the end of a sentence that begins with the name of the file.</summary>
    public static string Describe(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("version https://git-lfs.github.com/"u8)) return "is a pointer of Git LFS, not the image itself; 'git lfs pull' fetches the image.";
        if (IsMarkup(file, "<!doctype html", "<html", "<head", "<body"))
            return $"is an HTML page, not an image; {Expected}. A server may have sent it instead of the image.";
        if (IsMarkup(file, "<svg") || (IsMarkup(file, "<?xml") && file[..Math.Min(file.Length, 1024)].IndexOf("<svg"u8) >= 0)) return Unread("an SVG drawing");
        if (Named(file) is { } kind) return Unread(kind);
        if (file.IndexOfAnyExcept((byte)0) < 0) return $"holds nothing but zeros; {Expected}.";
        return $"is not an image that can be read; {Expected}.";
    }

    /// <summary>Describes a file that has the extension of an archive and is none that can be read, by its first bytes.</summary>
    /// <returns>The end of a sentence that begins with the name of the file.</returns>
    public static string DescribeArchive(ReadOnlySpan<byte> beginning)
    {
        var expected = $"expected {ArchivePath.Expected}";
        if (beginning.StartsWith("version https://git-lfs.github.com/"u8))
            return "is a pointer of Git LFS, not the archive itself; 'git lfs pull' fetches the archive.";
        if (IsMarkup(beginning, "<!doctype html", "<html", "<head", "<body", "<?xml"))
            return $"is a page, not an archive; {expected}. A server may have sent it instead of the archive.";
        if (ArchiveKind(beginning) is { } kind) return $"is {kind}, which is not read; {expected}. Unpack it, and give the folder.";
        return beginning.IsEmpty ? $"is empty; {expected}." : $"is not an archive that can be read; {expected}.";
    }

    private static string? ArchiveKind(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith("Rar!"u8)) return "a RAR archive";
        if (beginning.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xBC, 0xAF])) return "a 7-Zip archive";
        if (beginning.StartsWith("BZh"u8)) return "compressed by bzip2";
        if (beginning.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'])) return "compressed by xz";
        return beginning.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "compressed by zstd" : null;
    }

    private static string Unread(string kind) => $"is {kind}, which is not read; {Expected}. Convert it to one of these.";

    private static string? Named(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8)) return "a TIFF image";
        if (file.StartsWith("8BPS"u8)) return "a Photoshop document";
        if (file.StartsWith("%PDF"u8)) return "a PDF document";
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || Box(file) == "JXL ") return "a JPEG XL image";
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) || Box(file) == "jP  ") return "a JPEG 2000 image";
        if (Box(file) != "ftyp" || file.Length < 12) return null;
        return Encoding.Latin1.GetString(file.Slice(8, 4)) switch
        {
            "avif" or "avis" => "an AVIF image",
            "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1" => "a HEIC image",
            _ => "a video",
        };
    }

    private static string Box(ReadOnlySpan<byte> file) => file.Length < 8 ? "" : Encoding.Latin1.GetString(file.Slice(4, 4));

    private static bool IsMarkup(ReadOnlySpan<byte> file, params string[] beginnings)
    {
        var text = Encoding.UTF8.GetString(file[..Math.Min(file.Length, 512)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return beginnings.Any(beginning => text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
    }
}
