namespace Fovea.Imaging;

/// <summary>What the kinds of findings are called, and what they mean.</summary>
internal static class FindingTexts
{
    public static string Title(DataFindingKind kind) => kind switch
    {
        DataFindingKind.Unreadable => "Files that cannot be read",
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
        _ => "Classes with few images",
    };

    public static string Meaning(DataFindingKind kind) => kind switch
    {
        DataFindingKind.Unreadable => "Training skips these files.",
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
        _ => "A model learns little of these classes.",
    };
}
