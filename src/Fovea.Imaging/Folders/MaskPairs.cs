namespace Fovea.Imaging;

/// <summary>Images with their masks, which have the same names in two folders.</summary>
/// <param name="Images">The images, in ordinal order.</param>
/// <param name="Masks">The mask of each image.</param>
/// <param name="LeftOut">The files that are not used, with the reasons.</param>
internal sealed record MaskPairs(string[] Images, string[] Masks, List<SkippedFile> LeftOut)
{
    private const int Named = 3;

    /// <summary>
    /// Pairs the files by their paths within the two folders (<see cref="MaskMatching"/>).
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">Files have no partner or two; the message names them.</exception>
    public static MaskPairs Find(string imageFolder, string maskFolder, MaskFolderOptions options)
    {
        Require(imageFolder, "images");
        Require(maskFolder, "masks");
        var (images, masks, leftOut) = FindFiles(imageFolder, maskFolder, options);
        var pairs = MaskMatching.Match(
            images.ToDictionary(image => image, image => Key(imageFolder, image, options.ImageSuffix)),
            masks.ToDictionary(mask => mask, mask => Key(maskFolder, mask, options.MaskSuffix)));
        var alone = images.Where(image => !pairs.ContainsKey(image)).ToList();
        var unmatched = masks.Except(pairs.Values).ToList();
        if (pairs.Count == 0 || (!options.SkipUnmatched && (alone.Count > 0 || unmatched.Count > 0)))
            throw Unmatched(imageFolder, maskFolder, alone, unmatched, pairs.Count == 0);
        leftOut.AddRange(alone.Select(image => new SkippedFile(image, $"'{image}' has no mask in '{maskFolder}'.")));
        leftOut.AddRange(unmatched.Select(mask => new SkippedFile(mask, $"'{mask}' has no image in '{imageFolder}'.")));
        return new MaskPairs([.. pairs.Keys], [.. pairs.Values], leftOut);
    }

    private static void Require(string folder, string content)
    {
        if (!StoredFiles.FolderExists(folder)) throw new DirectoryNotFoundException($"MaskFolder: expected a folder of {content}; '{folder}' does not exist.");
    }

    private static (List<string> Images, List<string> Masks, List<SkippedFile> LeftOut) FindFiles(
        string imageFolder, string maskFolder, MaskFolderOptions options)
    {
        if (FolderWalk.AreSame(imageFolder, maskFolder))
        {
            var (files, others) = FolderWalk.Find(imageFolder);
            var areMasks = files.ToLookup(
                file => options.MaskSuffix.Length > 0 ? HasSuffix(file, options.MaskSuffix) : MaskRecognition.HasEnding(file));
            return ([.. areMasks[false].Where(file => HasSuffix(file, options.ImageSuffix))], [.. areMasks[true]], others);
        }

        var (images, leftOut) = FolderWalk.Find(imageFolder, except: maskFolder);
        var (masks, moreLeftOut) = FolderWalk.Find(maskFolder, except: imageFolder);
        leftOut.AddRange(moreLeftOut);
        Leave(images, options.ImageSuffix);
        Leave(masks, options.MaskSuffix);
        return (images, masks, leftOut);

        void Leave(List<string> files, string suffix)
        {
            leftOut.AddRange(files.Where(file => !HasSuffix(file, suffix)).Select(file => new SkippedFile(file, $"'{file}' does not end with '{suffix}'.")));
            files.RemoveAll(file => !HasSuffix(file, suffix));
        }
    }

    private static bool HasSuffix(string file, string suffix) => Path.GetFileNameWithoutExtension(file).EndsWith(suffix, StringComparison.OrdinalIgnoreCase);

    private static string Key(string folder, string file, string suffix) =>
        Path.Combine(Path.GetDirectoryName(Path.GetRelativePath(folder, file)) ?? "", Path.GetFileNameWithoutExtension(file)[..^suffix.Length]);

    private static InvalidDataException Unmatched(string imageFolder, string maskFolder, List<string> images, List<string> masks, bool isNonePaired)
    {
        var parts = new List<string>();
        if (images.Count > 0) parts.Add($"{Count(images, "image")} in '{imageFolder}' without a mask ({List(images, imageFolder)})");
        if (masks.Count > 0) parts.Add($"{Count(masks, "mask")} in '{maskFolder}' without an image ({List(masks, maskFolder)})");
        if (parts.Count == 0) parts.Add($"no images in '{imageFolder}' and no masks in '{maskFolder}'");
        var fix = isNonePaired
            ? "Where names differ by an ending, such as '_leftImg8bit', MaskFolderOptions.ImageSuffix and MaskSuffix say so."
            : "MaskFolderOptions.SkipUnmatched leaves them out.";
        return new InvalidDataException($"MaskFolder: expected images and masks of the same names; received {string.Join(" and ", parts)}. {fix}");
    }

    private static string Count(List<string> files, string what) => files.Count == 1 ? $"1 {what}" : $"{files.Count} {what}s";

    private static string List(List<string> files, string folder)
    {
        var names = string.Join(", ", files.Take(Named).Select(file => Path.GetRelativePath(folder, file)));
        return files.Count > Named ? $"{names} and {files.Count - Named} more" : names;
    }
}
