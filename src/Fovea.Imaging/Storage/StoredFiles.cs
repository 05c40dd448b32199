namespace Fovea.Imaging;

/// <summary>
/// The files of data sets, in folders and in archives. Everything that reads images, masks or lists finds files through this class, so that an archive is read
/// like a folder of its name: <c>photos.zip/train/cat/1.jpg</c>.
/// </summary>
internal static class StoredFiles
{
    /// <summary>Whether a path is a folder, or an archive.</summary>
    public static bool FolderExists(string path) => ArchivePath.Of(path) is { } place
        ? Archive.Open(place.File).Index.IsFolder(place.Inside)
        : Directory.Exists(path);

    /// <summary>Whether a path is a file, and no archive.</summary>
    public static bool FileExists(string path) =>
        ArchivePath.Of(path) is { } place ? Archive.Open(place.File).Index.Find(place.Inside) is not null : File.Exists(path);

    /// <summary>Whether a path leads into an archive.</summary>
    public static bool IsInArchive(string path) => ArchivePath.Of(path) is not null;

    /// <summary>
    /// Keeps the archive of a path open while the result is referenced. Otherwise its table of contents is read again when it is needed. Null for other files.
    /// </summary>
    public static object? Hold(string path) => ArchivePath.Of(path) is { } place ? Archive.Open(place.File) : null;

    /// <summary>Reads a file of an archive; null if the path leads into none.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, encrypted or too large.</exception>
    public static byte[]? ReadFromArchive(string path) => ArchivePath.Of(path) is { } place ? Archive.Open(place.File).Read(place.Inside) : null;

    /// <summary>The entries of the archive of a folder that lie in this folder and are not used, with the reasons.</summary>
    public static IEnumerable<SkippedFile> LeftOut(string folder)
    {
        if (ArchivePath.Of(folder) is not { } place) return [];
        var within = folder.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) + Path.DirectorySeparatorChar;
        return Archive.Open(place.File).Index.LeftOut
            .Where(file => file.File.StartsWith(within, StringComparison.Ordinal) || (file.File == place.File && place.Inside.Length == 0));
    }

    /// <summary>The visible files and folders in a folder, in ordinal order of their names.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static IEnumerable<StoredEntry> Entries(string folder) => ArchivePath.Of(folder) is { } place
        ? Archive.Open(place.File).Index.Entries(place.Inside)
        : new DirectoryInfo(folder).EnumerateFileSystemInfos()
            .Where(entry => !SystemFiles.IsHidden(entry))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => new StoredEntry(
                entry.Name, entry is DirectoryInfo || (entry.LinkTarget is not null && Directory.Exists(entry.FullName)), entry.LinkTarget is not null));
}
