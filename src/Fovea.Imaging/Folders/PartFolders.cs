namespace Fovea.Imaging;

/// <summary>The folders of a data set whose names are those of parts.</summary>
internal sealed class PartFolders
{
    private readonly Dictionary<DataPart, string> images = [];

    private PartFolders()
    {
    }

    /// <summary>The folders of masks next to those of images, such as <c>train_masks</c>.</summary>
    public Dictionary<DataPart, string> Masks { get; } = [];

    /// <summary>The names of the folders that are no parts.</summary>
    public List<string> Other { get; } = [];

    /// <summary>The folder of a part; null if there is none.</summary>
    public string? this[DataPart part] => images.GetValueOrDefault(part);

    /// <summary>Finds the parts in a folder by the names of the folders in it.</summary>
    /// <returns>The parts; null if there are none.</returns>
    /// <exception cref="InvalidDataException">Two folders are the same part.</exception>
    public static PartFolders? Of(string folder)
    {
        var found = new PartFolders();
        foreach (var name in FolderWalk.Folders(folder))
        {
            var (part, role) = FolderName.Of(name);
            if (part == DataPart.None)
            {
                found.Other.Add(name);
                continue;
            }

            var folders = role == FolderRole.Masks ? found.Masks : found.images;
            if (folders.TryAdd(part, Path.Combine(folder, name))) continue;
            throw new InvalidDataException(
                $"ImageFolderSplit: expected one folder for {FolderName.NameOf(part)} in '{folder}'; received {Path.GetFileName(folders[part])} and {name}. "
                    + "Rename or join them.");
        }

        return found.images.Count > 0 ? found : null;
    }
}
