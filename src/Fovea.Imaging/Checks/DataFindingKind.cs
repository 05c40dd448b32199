namespace Fovea.Imaging;

/// <summary>What <see cref="DataCheck"/> looks for. The names in files and on the command line are in snake case, such as <c>exact_duplicate</c>.</summary>
public enum DataFindingKind
{
    /// <summary>A file that is named like an image and cannot be decoded.</summary>
    Unreadable,

    /// <summary>Rows of a list without a class, a label or a number.</summary>
    MissingTarget,

    /// <summary>A mask whose size does not fit that of its image.</summary>
    MaskSize,

    /// <summary>An image without a mask, or a mask without an image.</summary>
    UnmatchedMask,

    /// <summary>The same image with different labels.</summary>
    DuplicateWithTwoLabels,

    /// <summary>The same image in several splits, such as train and test.</summary>
    DuplicateAcrossSplits,

    /// <summary>Images with identical pixels, in one split and with one label.</summary>
    ExactDuplicate,

    /// <summary>The same image, saved in another way, resized, mirrored or rotated, in one split and with one label.</summary>
    NearDuplicate,

    /// <summary>An image whose label differs from the prediction of models that were trained on the other images.</summary>
    LabelSuspect,

    /// <summary>An image that is dark even in its brightest parts.</summary>
    Dark,

    /// <summary>An image that is bright even in its darkest parts.</summary>
    Bright,

    /// <summary>An image without a sharp edge.</summary>
    Blurred,

    /// <summary>An image of few gray levels, such as a plain area.</summary>
    LowInformation,

    /// <summary>An image that is much smaller or larger than is usual in the data set.</summary>
    OddSize,

    /// <summary>An image that is much wider or higher than is usual in the data set.</summary>
    OddAspectRatio,

    /// <summary>A gray image in a data set of color images.</summary>
    Gray,

    /// <summary>A file whose extension names another format than its content has.</summary>
    WrongExtension,

    /// <summary>Files of other kinds in the folders of the images.</summary>
    OtherFile,

    /// <summary>Classes of very different sizes.</summary>
    Imbalance,

    /// <summary>A class with few images.</summary>
    FewImages,

    /// <summary>A number of a list that is far from the others.</summary>
    NumberOutlier,

    /// <summary>A mask whose pixels are all of one class, in a data set whose masks have several, or of none.</summary>
    PlainMask,
}
