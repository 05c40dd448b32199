namespace Fovea.Imaging;

/// <summary>What the targets of the images in a list are; see <see cref="ImageTargetFinding"/>.</summary>
public enum ImageTargetKind
{
    /// <summary>One class for each image.</summary>
    Class,

    /// <summary>Any number of labels for each image, also none.</summary>
    Labels,

    /// <summary>One number for each image, or several: a regression.</summary>
    Numbers,
}
