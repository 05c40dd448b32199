namespace Fovea.Imaging;

/// <summary>The options for reading a <see cref="MaskFolder"/>. Those of <see cref="ImageFolderOptions"/> apply to the images.</summary>
public sealed record MaskFolderOptions : ImageFolderOptions
{
    /// <summary>
    /// Gets the color of each label, as in <c>[(0, 0, 0), (128, 0, 0)]</c>: the label of a pixel is the index of its color. <see langword="null"/> if palette
    /// indices or gray levels are the labels.
    /// </summary>
    public IReadOnlyList<(byte Red, byte Green, byte Blue)>? Colors { get; init; }

    /// <summary>
    /// Gets the labels in the files where they are no numbers from 0, as in <c>[0, 255]</c> for black and white: the label of a pixel becomes its index in this
    /// list. <see langword="null"/> if palette indices or gray levels are the labels themselves.
    /// </summary>
    public IReadOnlyList<int>? Labels { get; init; }

    /// <summary>
    /// Gets the ending of the images' names before the extension, such as <c>_leftImg8bit</c>, which the masks' names lack. Other images are left out.
    /// </summary>
    public string ImageSuffix { get; init; } = "";

    /// <summary>
    /// Gets the ending of the masks' names before the extension, such as <c>_gtFine_labelIds</c>, which the images' names lack. Other masks are left out. By
    /// default, usual endings such as <c>_mask</c> are recognized.
    /// </summary>
    public string MaskSuffix { get; init; } = "";

    /// <summary>
    /// Gets whether images without a mask and masks without an image are left out and listed in <see cref="MaskFolder.Skipped"/>; otherwise they are an error.
    /// </summary>
    public bool SkipUnmatched { get; init; }
}
