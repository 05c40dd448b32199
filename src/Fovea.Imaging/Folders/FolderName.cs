namespace Fovea.Imaging;

/// <summary>A part of a data set.</summary>
internal enum DataPart
{
    /// <summary>The name of a folder names no part.</summary>
    None,

    /// <summary>The training data.</summary>
    Training,

    /// <summary>The data that are evaluated after each epoch.</summary>
    Validation,

    /// <summary>The data that are evaluated at the end.</summary>
    Test,
}

/// <summary>The content of a folder by its name.</summary>
internal enum FolderRole
{
    /// <summary>The name names none of the others.</summary>
    None,

    /// <summary>Images, where another folder holds their masks.</summary>
    Images,

    /// <summary>Masks or annotations.</summary>
    Masks,
}

/// <summary>The meaning of a folder's name, such as "train", "images", "train_masks" or "test-set". Letter case does not matter.</summary>
/// <param name="Part">The part of the data set.</param>
/// <param name="Role">Whether the folder holds images or their masks.</param>
internal readonly record struct FolderName(DataPart Part, FolderRole Role)
{
    private static readonly string[] TrainingNames = ["train", "training"];
    private static readonly string[] ValidationNames = ["validation", "valid", "val", "dev"];
    private static readonly string[] TestNames = ["test", "testing"];
    private static readonly string[] Fillers = ["set", "data", "dataset", "split", "seg", "part"];

    private static readonly string[] ImageNames =
        ["images", "image", "imgs", "img", "photos", "pictures", "jpegimages", "inputs", "input", "frames", "original", "originals"];

    /// <summary>The names of folders of masks, the most usual ones first.</summary>
    private static readonly string[] MaskNames =
    [
        "masks", "mask", "trimaps", "segmentationclass", "segmentation", "segmentations", "groundtruth", "ground_truth", "gt", "labels", "label", "annotations",
        "annotation", "targets", "target", "annots", "segmentationobject", "xmls",
    ];

    /// <summary>The words that name parts, for messages: <c>train</c>, <c>validation</c>, <c>test</c>.</summary>
    public static string NameOf(DataPart part) => part switch { DataPart.Training => "train", DataPart.Validation => "validation", _ => "test" };

    /// <summary>Reads a name. A name with any other word has neither part nor role: it may be a class.</summary>
    public static FolderName Of(string name)
    {
        var whole = name.ToLowerInvariant();
        if (RankOfMasks(whole) >= 0) return new(DataPart.None, FolderRole.Masks);
        var (part, role) = (DataPart.None, FolderRole.None);
        foreach (var word in Words(whole))
        {
            if (PartOf(word) is not DataPart.None and var found)
            {
                if (part is not DataPart.None && part != found) return default;
                part = found;
            }
            else if (Array.IndexOf(MaskNames, word) >= 0)
            {
                role = FolderRole.Masks;
            }
            else if (Array.IndexOf(ImageNames, word) >= 0)
            {
                role = role == FolderRole.None ? FolderRole.Images : role;
            }
            else if (Array.IndexOf(Fillers, word) < 0)
            {
                return default;
            }
        }

        return new(part, role);
    }

    /// <summary>The place of a name among those of folders of masks, the most usual one first; -1 if it is none.</summary>
    public static int RankOfMasks(string name) => Array.IndexOf(MaskNames, name.ToLowerInvariant());

    private static string[] Words(string name) => name.Split(['_', '-', ' ', '.'], StringSplitOptions.RemoveEmptyEntries);

    private static DataPart PartOf(string word)
    {
        foreach (var ending in (string[])["", "set", "data"])
        {
            if (!word.EndsWith(ending, StringComparison.Ordinal)) continue;
            var stem = word[..^ending.Length];
            if (TrainingNames.Contains(stem)) return DataPart.Training;
            if (ValidationNames.Contains(stem)) return DataPart.Validation;
            if (TestNames.Contains(stem)) return DataPart.Test;
        }

        return DataPart.None;
    }
}
