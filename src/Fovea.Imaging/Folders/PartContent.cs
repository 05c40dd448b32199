namespace Fovea.Imaging;

/// <summary>What the folder of a part of a data set holds.</summary>
internal sealed class PartContent
{
    /// <param name="folder">The folder of the part.</param>
    /// <param name="known">The classes of a model.</param>
    public PartContent(string folder, IReadOnlyList<string> known)
    {
        if (MaskRecognition.Find(folder) is { } pair)
        {
            (Kind, Found) = (ImageDataKind.Masks, pair);
            return;
        }

        var inside = Wrapping.Enter(folder, known);
        IsEmpty = !FolderWalk.HoldsImages(inside);
        var names = FolderWalk.Folders(inside);
        var hasClasses = names.Length > 1 || (names is [var only] && (FolderName.Of(only) == default || known.Contains(only)));
        (Kind, Found) = (hasClasses && !IsEmpty ? ImageDataKind.Classes : ImageDataKind.Unlabeled, new ImageDataPart(inside));
    }

    public ImageDataKind Kind { get; }

    public ImageDataPart Found { get; }

    public bool IsEmpty { get; }
}
