namespace Fovea.Imaging;

/// <summary>Recognizes folders of images and of their masks or annotations, which are not classes.</summary>
internal static class MaskRecognition
{
    private static readonly HashSet<string> ImageNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "images", "image", "imgs", "img", "photos", "jpegimages", "inputs", "frames",
    };

    private static readonly HashSet<string> MaskNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "masks", "mask", "labels", "label", "annotations", "annotation", "trimaps", "segmentation", "segmentations", "segmentationclass", "segmentationobject",
        "groundtruth", "ground_truth", "gt", "targets", "annots", "xmls",
    };

    private static readonly string[] Endings = ["_mask", "-mask", "_masks", "_label", "_labels", "_seg", "_segmentation", "_gt"];

    /// <exception cref="InvalidDataException">Two folders are named like images and masks, and most of their files have the same names.</exception>
    public static void RequireNone(string folder, string[] names, List<LabelledFile> images, List<SkippedFile> leftOut)
    {
        if (names.FirstOrDefault(ImageNames.Contains) is not { } imageFolder || names.FirstOrDefault(MaskNames.Contains) is not { } maskFolder) return;
        var files = images.Select(file => file.Path).Concat(leftOut.Select(file => file.File)).ToList();
        var (stems, others) = (Stems(files, folder, imageFolder), Stems(files, folder, maskFolder));
        if (stems.Count == 0 || 2 * stems.Count(others.Contains) < stems.Count) return;
        throw new InvalidDataException(
            $"ImageFolder: expected one folder for each class in '{folder}'; '{imageFolder}' and '{maskFolder}' hold files of the same names, as images and "
                + "their masks or annotations do. MaskFolder.Load reads images with masks. For a classifier, put the images of each class into a separate "
                + "folder.");
    }

    /// <summary>A file name (without its extension) without an ending that marks masks, such as <c>_mask</c>.</summary>
    public static string WithoutEnding(string name)
    {
        var ending = Array.Find(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return ending is null ? name : name[..^ending.Length];
    }

    /// <summary>Whether the name of a file has an ending that marks masks.</summary>
    public static bool HasEnding(string file) => Stem(file) != Path.GetFileNameWithoutExtension(file);

    private static string Stem(string file) => WithoutEnding(Path.GetFileNameWithoutExtension(file));

    private static HashSet<string> Stems(List<string> files, string folder, string name)
    {
        var within = Path.Combine(folder, name) + Path.DirectorySeparatorChar;
        return files.Where(file => file.StartsWith(within, StringComparison.Ordinal)).Select(Stem).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
