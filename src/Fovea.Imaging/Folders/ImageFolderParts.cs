namespace Fovea.Imaging;

/// <summary>The folders of a data set that is divided into parts. Their letter case does not matter.</summary>
/// <param name="Training">The folder <c>train</c> or <c>training</c>.</param>
/// <param name="Validation">The folder <c>validation</c>, <c>valid</c>, <c>val</c> or <c>dev</c>; <see langword="null"/> if there is none.</param>
/// <param name="Test">The folder <c>test</c> or <c>testing</c>; <see langword="null"/> if there is none.</param>
public sealed record ImageFolderParts(string Training, string? Validation, string? Test)
{
    private static readonly string[] TrainingNames = ["train", "training"];
    private static readonly string[] ValidationNames = ["validation", "valid", "val", "dev"];
    private static readonly string[] TestNames = ["test", "testing"];

    /// <summary>Finds the parts of a data set: a training folder with a validation folder, a test folder or both, and no other folders.</summary>
    /// <param name="folder">The folder that holds the parts or the classes.</param>
    /// <returns>The parts; <see langword="null"/> if the folder is not divided in this way.</returns>
    /// <exception cref="InvalidDataException">Two folders are the same part; the message names both.</exception>
    public static ImageFolderParts? Find(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder)) return null;
        var names = FolderWalk.Folders(folder);
        if (!names.Any(IsTraining) || !names.Any(IsHeldOut) || !names.All(name => IsTraining(name) || IsHeldOut(name))) return null;
        return new ImageFolderParts(Only(folder, names, TrainingNames)!, Only(folder, names, ValidationNames), Only(folder, names, TestNames));
    }

    internal static bool IsTraining(string name) => IsOneOf(TrainingNames, name);

    internal static bool IsHeldOut(string name) => IsOneOf(ValidationNames, name) || IsOneOf(TestNames, name);

    private static string? Only(string folder, string[] names, string[] part)
    {
        var found = names.Where(name => IsOneOf(part, name)).ToArray();
        if (found.Length > 1)
            throw new InvalidDataException(
                $"ImageFolderSplit: expected one folder for {part[0]} in '{folder}'; received {string.Join(" and ", found)}. Rename or join them.");
        return found.Length == 0 ? null : Path.Combine(folder, found[0]);
    }

    private static bool IsOneOf(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
