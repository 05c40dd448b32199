namespace Fovea.Imaging;

/// <summary>A part of a data set of images, such as its training data.</summary>
/// <param name="Folder">The folder of the images, or of the classes' folders. Inside an archive it begins with the path of the archive.</param>
public sealed record ImageDataPart(string Folder)
{
    /// <summary>
    /// Gets the folder of the masks; the same as <see cref="Folder"/> if the masks lie next to the images and their names have an ending such as
    /// <c>_mask</c>. <see langword="null"/> if there are no masks.
    /// </summary>
    public string? Masks { get; init; }
}
