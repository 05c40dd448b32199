namespace Fovea.Imaging;

/// <summary>The extensions by which images are found. The content decides how a file is read.</summary>
internal static class ImageExtensions
{
    private static readonly HashSet<string> Known =
        new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp" };

    /// <summary>The extensions for messages; .jpe and .jfif are JPEG too.</summary>
    public static string Expected => ".jpg, .jpeg, .png, .webp, .gif, .bmp";

    /// <summary>Whether a file is an image by its extension.</summary>
    public static bool IsImage(string path) => Known.Contains(Path.GetExtension(path));

    /// <summary>A file that a list names without its extension: the only image of this name, or the path itself if there is none or several.</summary>
    public static string Completed(string path)
    {
        if (IsImage(path) || StoredFiles.FileExists(path)) return path;
        return Known.Select(extension => path + extension).Where(StoredFiles.FileExists).Take(2).ToArray() is [var only] ? only : path;
    }
}
