namespace Fovea.Imaging;

/// <summary>A picture file and the number of its class.</summary>
internal readonly record struct LabelledFile(string Path, int Label);

/// <summary>Finds the pictures in folders of classes. Names that begin with a dot are left out.</summary>
internal static class ClassFolders
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp" };

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two classes, or a class has no pictures.</exception>
    public static (string[] Names, LabelledFile[] Files) Find(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"ImageFolder: expected a folder that holds one folder for each class; '{folder}' does not exist.");
        var names = Names(folder);
        if (names.Length == 0)
            throw new InvalidDataException($"ImageFolder: expected one folder for each class in '{folder}'; {(Directory.EnumerateFileSystemEntries(folder).Any() ? "it holds no folders" : "it is empty")}.");
        if (names.Length == 1) throw new InvalidDataException($"ImageFolder: expected at least two classes in '{folder}'; received only '{names[0]}'.");
        if (HasSplits(names))
            throw new InvalidDataException($"ImageFolder: expected one folder for each class in '{folder}'; received train and validation: ImageFolderSplit.Load reads them.");
        if (names.Contains("train") && names.Any(name => name is "validation" or "valid" or "val" or "test"))
            throw new InvalidDataException(
                $"ImageFolder: expected one folder for each class in '{folder}', or train and validation and perhaps test; received {string.Join(", ", names)}.");
        var files = new List<LabelledFile>();
        for (var label = 0; label < names.Length; label++)
        {
            var own = Pictures(Path.Combine(folder, names[label]));
            if (own.Length == 0)
                throw new InvalidDataException($"ImageFolder: expected pictures ({string.Join(", ", Extensions)}) of the class '{names[label]}' in '{folder}'; it has none.");
            files.AddRange(own.Select(path => new LabelledFile(path, label)));
        }

        return (names, [.. files]);
    }

    /// <summary>Whether the folder holds the parts of a data set rather than classes.</summary>
    public static bool HasSplits(string folder) => Directory.Exists(folder) && HasSplits(Names(folder));

    private static bool HasSplits(string[] names) => names.Contains("train") && names.Contains("validation") && names.All(name => name is "train" or "validation" or "test");

    private static string[] Names(string folder) =>
        [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Where(IsVisible).Order(StringComparer.Ordinal)];

    private static string[] Pictures(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Extensions.Contains(Path.GetExtension(path)) && IsVisible(Path.GetFileName(path))).Order(StringComparer.Ordinal)];

    private static bool IsVisible(string name) => name[0] != '.';
}
