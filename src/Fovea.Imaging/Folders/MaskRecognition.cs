namespace Fovea.Imaging;

/// <summary>Recognizes folders of images and of their masks or annotations, which are not classes.</summary>
internal static class MaskRecognition
{
    private static readonly string[] Endings = ["_mask", "-mask", "_masks", "_label", "_labels", "_seg", "_segmentation", "_gt"];

    /// <summary>Finds the images and masks in a folder: two folders inside it, or files of which some have an ending such as <c>_mask</c>.</summary>
    /// <returns>The folders of the images and of the masks; null if there are none.</returns>
    /// <exception cref="InvalidDataException">There are annotations that are no masks.</exception>
    public static ImageDataPart? Find(string folder)
    {
        var names = FolderWalk.Folders(folder);
        if (names.FirstOrDefault(name => FolderName.Of(name).Role == FolderRole.Images) is { } images)
        {
            var candidates = names.Where(name => FolderName.Of(name).Role == FolderRole.Masks).OrderBy(FolderName.RankOfMasks).ToList();
            var others = new List<(string Folder, string Kind)>();
            foreach (var masks in candidates)
            {
                var pair = new ImageDataPart(Path.Combine(folder, images)) { Masks = Path.Combine(folder, masks) };
                if (ArePaired(pair, out var kind)) return pair;
                if (kind is not null) others.Add((masks, kind));
            }

            if (others.Count > 0) throw Annotations(folder, images, others[0].Folder, others[0].Kind);
        }

        return names.Length <= 1 && AreMixed(folder) ? new ImageDataPart(folder) { Masks = folder } : null;
    }

    /// <summary>Whether two folders hold images and masks of the same names.</summary>
    /// <param name="pair">The folders.</param>
    /// <param name="otherKind">Receives the extension of the files if they have the names of the images and are no images; null otherwise.</param>
    public static bool ArePaired(ImageDataPart pair, out string? otherKind)
    {
        var images = FolderWalk.Find(pair.Folder).Images.Select(Stem).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var (masks, others) = FolderWalk.Find(pair.Masks!);
        otherKind = null;
        if (Match(images, masks)) return true;
        if (Match(images, others.ConvertAll(other => other.File)))
            otherKind = others.Where(other => other.Kind is not null).GroupBy(other => other.Kind!).MaxBy(kind => kind.Count())?.Key;
        return false;
    }

    /// <exception cref="InvalidDataException">Two folders are named like images and masks, and most of their files have the same names.</exception>
    public static void RequireNone(string folder, string[] names, List<LabelledFile> images, List<SkippedFile> leftOut)
    {
        if (names.FirstOrDefault(name => FolderName.Of(name) is { Role: FolderRole.Images, Part: DataPart.None }) is not { } imageFolder
            || names.FirstOrDefault(name => FolderName.Of(name) is { Role: FolderRole.Masks, Part: DataPart.None }) is not { } maskFolder) return;
        var files = images.Select(file => file.Path).Concat(leftOut.Select(file => file.File)).ToList();
        var (stems, others) = (Stems(files, folder, imageFolder), Stems(files, folder, maskFolder));
        if (stems.Count == 0 || 2 * stems.Count(others.Contains) < Math.Min(stems.Count, others.Count)) return;
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

    /// <summary>Whether a folder holds images, and masks for at least half of them, whose names have an ending.</summary>
    private static bool AreMixed(string folder)
    {
        var files = FolderWalk.Find(folder).Images.ToLookup(HasEnding);
        return files[true].Any() && Match(files[false].Select(Stem).ToHashSet(StringComparer.OrdinalIgnoreCase), [.. files[true]])
            && 2 * files[true].Count() >= files[false].Count();
    }

    /// <summary>Whether at least half of the images have a mask, or half of the masks an image.</summary>
    private static bool Match(HashSet<string> images, List<string> masks)
    {
        var names = masks.Select(Stem).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return images.Count > 0 && names.Count > 0 && 2 * names.Count(images.Contains) >= Math.Min(images.Count, names.Count);
    }

    private static InvalidDataException Annotations(string folder, string images, string annotations, string kind) => new(
        $"ImageData: expected masks for the images of '{Path.Combine(folder, images)}'; '{annotations}' holds {kind} files of the same names, which are "
            + "annotations such as boxes and are not read. Masks are images in which each pixel is a class number. For a classifier, put the images of each "
            + "class into a separate folder.");

    private static string Stem(string file) => WithoutEnding(Path.GetFileNameWithoutExtension(file));

    private static HashSet<string> Stems(List<string> files, string folder, string name)
    {
        var within = Path.Combine(folder, name) + Path.DirectorySeparatorChar;
        return files.Where(file => file.StartsWith(within, StringComparison.Ordinal)).Select(Stem).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
