namespace Fovea.Imaging;

/// <summary>Finds the data inside single folders around them, as archives and downloads have.</summary>
internal static class Wrapping
{
    private const int MaxDepth = 5;

    /// <summary>
    /// Enters folders that hold one folder and no images, if several folders or images with masks lie inside the last of them. Folders of other files do not
    /// count. A folder whose name is that of a part or of a known class is not entered; a part inside
    /// the same part, as in <c>training_set/training_set/cats</c>, is.
    /// </summary>
    /// <returns>The folder with the data: <paramref name="folder"/> itself where nothing is to be entered.</returns>
    public static string Enter(string folder, IReadOnlyList<string> known)
    {
        var inside = folder;
        for (var depth = 0; depth < MaxDepth && Only(inside) is { } only; depth++)
        {
            var name = Path.GetFileName(only);
            if (known.Contains(name, StringComparer.OrdinalIgnoreCase)) break;
            if (FolderName.Of(name).Part is not DataPart.None and var part && part != FolderName.Of(Path.GetFileName(folder)).Part) break;
            inside = only;
        }

        return inside == folder || IsData(inside, known) ? inside : folder;
    }

    /// <summary>The only folder in a folder without images; null if there is none or if there are several.</summary>
    private static string? Only(string folder)
    {
        var entries = StoredFiles.Entries(folder).ToList();
        if (entries.Exists(entry => !entry.IsFolder && (ImageExtensions.IsImage(entry.Name) || ManifestTable.IsList(entry.Name)))) return null;
        var folders = entries.Where(entry => entry.IsFolder).Select(entry => Path.Combine(folder, entry.Name)).ToList();
        if (folders.Count > 1) folders.RemoveAll(inner => StoredFiles.Entries(inner).Any() && !FolderWalk.HoldsImages(inner));
        return folders is [var only] ? only : null;
    }

    private static bool IsData(string folder, IReadOnlyList<string> known)
    {
        var names = FolderWalk.Folders(folder);
        return names.Length > 1 || names.Any(name => known.Contains(name, StringComparer.OrdinalIgnoreCase) || FolderName.Of(name).Part != DataPart.None)
            || MaskRecognition.Find(folder) is not null || StoredFiles.Entries(folder).Any(ImageDataRecognition.IsIdx);
    }
}
