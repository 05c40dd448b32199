namespace Fovea.Imaging;

/// <summary>Recognizes hidden files and folders, and those that operating systems create. They are no part of a data set.</summary>
internal static class SystemFiles
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found", "__pycache__", "Thumbs.db", "ehthumbs.db",
            "desktop.ini", "Icon\r",
    };

    /// <summary>Whether a name is that of a hidden or a system file.</summary>
    public static bool IsHidden(string name) => name[0] == '.' || Names.Contains(name);

    /// <summary>Whether a file or a folder is hidden.</summary>
    public static bool IsHidden(FileSystemInfo entry) =>
        IsHidden(entry.Name) || (OperatingSystem.IsWindows() && entry.Attributes.HasFlag(FileAttributes.Hidden));
}
