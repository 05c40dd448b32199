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
}
