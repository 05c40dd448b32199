namespace Fovea.Imaging;

/// <summary>Recognizes pictures beside their masks or annotations, which are no classes.</summary>
internal static class MaskFolders
{
    private static readonly HashSet<string> Pictures = new(StringComparer.OrdinalIgnoreCase)
    {
        "images", "image", "imgs", "img", "pictures", "photos", "jpegimages", "inputs", "frames",
    };

    private static readonly HashSet<string> Masks = new(StringComparer.OrdinalIgnoreCase)
    {
        "masks", "mask", "labels", "label", "annotations", "annotation", "trimaps", "segmentation", "segmentations", "segmentationclass", "segmentationobject",
        "groundtruth", "ground_truth", "gt", "targets", "annots", "xmls",
    };

    private static readonly string[] Endings = ["_mask", "-mask", "_masks", "_label", "_labels", "_seg", "_segmentation", "_gt"];

    /// <exception cref="InvalidDataException">Most pictures of one folder have a namesake in another, and the folders are named so.</exception>
    public static void RequireNone(string folder, string[] names, List<LabelledFile> pictures, List<SkippedFile> leftOut)
    {
        if (names.FirstOrDefault(Pictures.Contains) is not { } images || names.FirstOrDefault(Masks.Contains) is not { } masks) return;
        var files = pictures.Select(file => file.Path).Concat(leftOut.Select(file => file.File)).ToList();
        var (stems, others) = (Stems(files, folder, images), Stems(files, folder, masks));
        if (stems.Count == 0 || 2 * stems.Count(others.Contains) < stems.Count) return;
        throw new InvalidDataException(
            $"ImageFolder: expected one folder for each class in '{folder}'; '{images}' and '{masks}' hold files of the same names, as pictures and their masks "
                + "or annotations do. "
            + "For a classifier, put the pictures of each class into a folder of its own.");
    }

    private static HashSet<string> Stems(List<string> files, string folder, string name)
    {
        var within = Path.Combine(folder, name) + Path.DirectorySeparatorChar;
        return files.Where(file => file.StartsWith(within, StringComparison.Ordinal)).Select(Stem).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    private static string Stem(string file)
    {
        var stem = Path.GetFileNameWithoutExtension(file);
        var ending = Array.Find(Endings, ending => stem.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return ending is null ? stem : stem[..^ending.Length];
    }
}
