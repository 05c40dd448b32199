namespace Fovea.Imaging;

/// <summary>
/// Pairs images and masks by their names: first by their paths within the two folders, then by their file names alone, each with and without an ending that
/// marks masks. Letter case counts only where several files differ in nothing else.
/// </summary>
internal static class MaskMatching
{
    private static readonly Func<string, string>[] MaskNames =
        [key => key, MaskRecognition.WithoutEnding, Path.GetFileName!, key => MaskRecognition.WithoutEnding(Path.GetFileName(key))];

    /// <param name="images">The name of each image: its path within its folder, without the extension.</param>
    /// <param name="masks">The name of each mask.</param>
    /// <returns>The mask of each image that has one, in ordinal order.</returns>
    /// <exception cref="InvalidDataException">An image has two masks; the message names them.</exception>
    public static SortedDictionary<string, string> Match(IReadOnlyDictionary<string, string> images, IReadOnlyDictionary<string, string> masks)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (freeImages, freeMasks) = (images.Keys.ToHashSet(), masks.Keys.ToHashSet());
        for (var attempt = 0; attempt < MaskNames.Length; attempt++)
        {
            var byPath = attempt < 2;
            Func<string, string> imageName = byPath ? key => key : Path.GetFileName!;
            var imagesOf = freeImages.ToLookup(image => imageName(images[image]), StringComparer.OrdinalIgnoreCase);
            foreach (var alike in freeMasks.GroupBy(mask => MaskNames[attempt](masks[mask]), StringComparer.OrdinalIgnoreCase).ToArray())
            {
                string[] itsImages = [.. imagesOf[alike.Key]], itsMasks = [.. alike.Order(StringComparer.Ordinal)];
                if (byPath && itsImages.Length == 1 && itsMasks.Length > 1)
                    throw new InvalidDataException(
                        $"MaskFolder: expected one mask for '{itsImages[0]}'; received {string.Join(" and ", itsMasks.Select(mask => $"'{mask}'"))}.");
                foreach (var mask in itsMasks)
                {
                    var own = itsImages.Length == 1 && itsMasks.Length == 1
                        ? itsImages
                        : Array.FindAll(itsImages, image => imageName(images[image]) == MaskNames[attempt](masks[mask]));
                    if (own is not [var image] || !pairs.TryAdd(image, mask)) continue;
                    freeImages.Remove(image);
                    freeMasks.Remove(mask);
                }
            }
        }

        return pairs;
    }
}
