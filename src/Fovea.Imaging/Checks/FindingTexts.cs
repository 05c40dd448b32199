namespace Fovea.Imaging;

/// <summary>What the kinds of findings are called, and what they mean.</summary>
internal static class FindingTexts
{
    public static string Title(DataFindingKind kind) => kind switch
    {
        DataFindingKind.Unreadable => "Files that cannot be read",
        DataFindingKind.MissingTarget => "Rows without a target",
        DataFindingKind.MaskSize => "Masks of another size",
        DataFindingKind.UnmatchedMask => "Images or masks without a partner",
        DataFindingKind.DuplicateWithTwoLabels => "Duplicates with two labels",
        DataFindingKind.DuplicateAcrossSplits => "Duplicates across splits",
        DataFindingKind.ExactDuplicate => "Exact duplicates",
        DataFindingKind.NearDuplicate => "Near duplicates",
        DataFindingKind.LabelSuspect => "Suspected labels",
        DataFindingKind.Dark => "Dark images",
        DataFindingKind.Bright => "Bright images",
        DataFindingKind.Blurred => "Blurred images",
        DataFindingKind.LowInformation => "Images of little information",
        DataFindingKind.OddSize => "Odd sizes",
        DataFindingKind.OddAspectRatio => "Odd aspect ratios",
        DataFindingKind.Gray => "Gray images",
        DataFindingKind.WrongExtension => "Wrong extensions",
        DataFindingKind.OtherFile => "Other files",
        DataFindingKind.Imbalance => "Imbalance",
        DataFindingKind.NumberOutlier => "Unusual numbers",
        DataFindingKind.PlainMask => "Masks of one class",
        _ => "Classes with few images",
    };

    public static string Meaning(DataFindingKind kind) => kind switch
    {
        DataFindingKind.Unreadable => "Training skips these files.",
        DataFindingKind.MissingTarget => "A training refuses rows without a class or a number. Rows without labels are images that have none of them.",
        DataFindingKind.MaskSize => "The image and its mask have different aspect ratios, so that the mask does not fit.",
        DataFindingKind.UnmatchedMask => "A training refuses these files, or leaves them out.",
        DataFindingKind.DuplicateWithTwoLabels => "The same image has different labels; at least one is wrong.",
        DataFindingKind.DuplicateAcrossSplits => "A model that has seen an image in training is not measured by it: the accuracy is too high.",
        DataFindingKind.ExactDuplicate => "Images with identical pixels count several times.",
        DataFindingKind.NearDuplicate => "The same image was saved again, resized, mirrored or rotated.",
        DataFindingKind.LabelSuspect => "Models that were trained on the other images predict another class. The most certain ones come first.",
        DataFindingKind.Dark => "Even the brightest parts are dark.",
        DataFindingKind.Bright => "Even the darkest parts are bright.",
        DataFindingKind.Blurred => "No edge is sharp.",
        DataFindingKind.LowInformation => "There are few gray levels, as in a plain area.",
        DataFindingKind.OddSize => "These images are much smaller or larger than the others.",
        DataFindingKind.OddAspectRatio => "These images are much wider or higher than the others; resizing distorts them.",
        DataFindingKind.Gray => "Most other images have colors.",
        DataFindingKind.WrongExtension => "The content has another format than the name tells.",
        DataFindingKind.OtherFile => "These files are not read.",
        DataFindingKind.Imbalance => "A model may prefer the large classes.",
        DataFindingKind.NumberOutlier => "These numbers are far from the others: typing errors, other units, or rare cases.",
        DataFindingKind.PlainMask => "Most other masks have several classes. A mask without a pixel of a class may be empty by mistake.",
        _ => "A model learns little of these classes.",
    };
}
