namespace Fovea.Imaging;

/// <summary>An image file and the number of its class.</summary>
internal readonly record struct LabelledFile(string Path, int Label);

/// <summary>The content of a folder of classes.</summary>
/// <param name="Folder">The folder that holds the classes' folders.</param>
/// <param name="Names">The names of the classes by their numbers.</param>
/// <param name="Files">The images.</param>
/// <param name="LeftOut">The other files.</param>
internal sealed record FoundClasses(string Folder, string[] Names, LabelledFile[] Files, List<SkippedFile> LeftOut);

/// <summary>Finds the images in folders of classes.</summary>
internal static class ClassFolders
{
    /// <param name="folder">The folder that holds the classes' folders, or single folders around them (<see cref="Wrapping"/>).</param>
    /// <param name="classNames">The names of the classes by their numbers, some of which the folder may lack; null if the folders are the classes.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two classes, a class has no images, or a class has an unknown name.</exception>
    public static FoundClasses Find(string folder, IReadOnlyList<string>? classNames = null)
    {
        if (!StoredFiles.FolderExists(folder))
            throw new DirectoryNotFoundException($"ImageFolder: expected a folder that holds one folder for each class; '{folder}' does not exist.");
        folder = Wrapping.Enter(folder, classNames ?? []);
        var names = FolderWalk.Folders(folder);
        if (names.Length == 0)
            throw new InvalidDataException(
                $"ImageFolder: expected one folder for each class in '{folder}'; "
                + (StoredFiles.Entries(folder).Any() ? "it holds no folders. LoadUnlabeled reads images without classes." : "it is empty."));
        if (names.Length == 1 && classNames?.Contains(names[0], StringComparer.OrdinalIgnoreCase) != true)
            throw new InvalidDataException($"ImageFolder: expected at least two classes in '{folder}'; received only '{names[0]}'.");

        RequireNoParts(folder, names);
        var (images, leftOut) = FolderWalk.Find(folder, names);
        MaskRecognition.RequireNone(folder, names, images, leftOut);
        for (var label = 0; label < names.Length; label++)
        {
            if (images.Exists(file => file.Label == label)) continue;
            var within = Path.Combine(folder, names[label]) + Path.DirectorySeparatorChar;
            var others = SkippedFile.Kinds(leftOut.Where(file => file.File.StartsWith(within, StringComparison.Ordinal)));
            throw new InvalidDataException(
                $"ImageFolder: expected images ({ImageExtensions.Expected}) of the class '{names[label]}' in '{folder}'; it has "
                    + $"none{(others.Length == 0 ? "" : $", but {others}")}.");
        }

        if (classNames is null) return new FoundClasses(folder, names, [.. images], leftOut);
        var numbers = Array.ConvertAll(names, name => NumberOf(name, classNames));
        if (Array.Exists(numbers, number => number < 0))
            throw new InvalidDataException(
                $"ImageFolder: expected the classes {string.Join(", ", classNames)} in '{folder}', or some of them; received {string.Join(", ", names)}.");
        return new FoundClasses(folder, [.. classNames], [.. images.Select(file => file with { Label = numbers[file.Label] })], leftOut);
    }

    /// <summary>The index of a name, letter case aside if that is unambiguous; -1 if there is none.</summary>
    public static int NumberOf(string name, IReadOnlyList<string> classNames)
    {
        var places = Enumerable.Range(0, classNames.Count).ToArray();
        if (Array.FindIndex(places, place => classNames[place] == name) is >= 0 and var exact) return exact;
        var alike = Array.FindAll(places, place => classNames[place].Equals(name, StringComparison.OrdinalIgnoreCase));
        return alike is [var only] ? only : -1;
    }

    private static void RequireNoParts(string folder, string[] names)
    {
        if (PartFolders.Of(folder) is not { } parts || (parts[DataPart.Training] is null && parts.Other.Count > 0)) return;
        if (parts.Other.Count == 0)
        {
            throw new InvalidDataException(
                $"ImageFolder: expected one folder for each class in '{folder}'; received {string.Join(", ", names)}: ImageFolderSplit.Load reads them.");
        }

        if ((parts[DataPart.Validation] ?? parts[DataPart.Test]) is not null)
        {
            throw new InvalidDataException(
                $"ImageFolder: expected one folder for each class in '{folder}', or train with validation, test or both and nothing else; "
                    + $"received {string.Join(", ", names)}.");
        }
    }
}
