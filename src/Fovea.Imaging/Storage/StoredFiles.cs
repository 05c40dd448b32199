namespace Fovea.Imaging;

/// <summary>The files of data sets: everything that reads images, masks or lists finds files through this class.</summary>
internal static class StoredFiles
{
    /// <summary>Whether a path is a folder.</summary>
    public static bool FolderExists(string path) => Directory.Exists(path);

    /// <summary>Whether a path is a file.</summary>
    public static bool FileExists(string path) => File.Exists(path);

    /// <summary>The visible files and folders in a folder, in ordinal order of their names.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static IEnumerable<StoredEntry> Entries(string folder) => new DirectoryInfo(folder).EnumerateFileSystemInfos()
        .Where(entry => !SystemFiles.IsHidden(entry))
        .OrderBy(entry => entry.Name, StringComparer.Ordinal)
        .Select(entry => new StoredEntry(
            entry.Name, entry is DirectoryInfo || (entry.LinkTarget is not null && Directory.Exists(entry.FullName)), entry.LinkTarget is not null));
}
