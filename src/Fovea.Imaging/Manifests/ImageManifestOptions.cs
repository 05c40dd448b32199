namespace Fovea.Imaging;

/// <summary>The options for reading an <see cref="ImageManifest"/>. Those of <see cref="ImageFolderOptions"/> apply to the images.</summary>
public sealed record ImageManifestOptions : ImageFolderOptions
{
    /// <summary>
    /// Gets the column of the image files. By default it is the only one that is called <c>file</c>, <c>filename</c>, <c>file_name</c>, <c>fname</c>,
    /// <c>path</c>, <c>filepath</c>, <c>file_path</c>, <c>image</c>, <c>image_path</c>, <c>image_name</c> or <c>image_file</c>; or else the only one whose
    /// values are files. Extensions may be missing.
    /// </summary>
    public string? FileColumn { get; init; }

    /// <summary>
    /// Gets the folder or archive that the files are relative to; <see langword="null"/> for the folder of the list, or if the files are not there, the only
    /// folder next to the list in which they are.
    /// </summary>
    public string? ImageFolder { get; init; }

    /// <summary>Gets the column of the class labels. By default it is the only one that is called <c>label</c>, <c>class</c> or <c>category</c>.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>
    /// Gets the columns of numeric targets, for a regression: their numbers in this order are the target of a sample. A list of JSON is several numbers. Empty
    /// for class labels.
    /// </summary>
    public IReadOnlyList<string> TargetColumns { get; init; } = [];

    /// <summary>
    /// Gets whether the column of the labels has any number of them for an image, separated by <see cref="LabelSeparator"/> or as a list of JSON. A target then
    /// has a 1 for each label of the image and 0 for the others; an empty value is an image without labels.
    /// </summary>
    public bool HasSeveralLabels { get; init; }

    /// <summary>
    /// Gets the character between several labels, such as ';', '|' or a space; <see langword="null"/> if a value is one label or a list of JSON.
    /// </summary>
    public char? LabelSeparator { get; init; }

    /// <summary>
    /// Gets the columns that say with 0 or 1, or with false and true, which labels an image has: several labels, named after the columns. Empty for a column of
    /// labels.
    /// </summary>
    public IReadOnlyList<string> FlagColumns { get; init; } = [];

    /// <summary>
    /// Gets the names of the classes by their numbers. By default they are the labels of the whole file in ordinal order. Give those of the training data or of
    /// the model to read other files: <c>train.ClassNames</c>.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>
    /// Gets the column that assigns samples to parts such as <c>train</c> and <c>test</c>; see <see cref="Split"/>. If the list has no column <c>split</c>, the
    /// only one that is called <c>subset</c>, <c>part</c>, <c>partition</c> or <c>set</c> is it.
    /// </summary>
    public string SplitColumn { get; init; } = "split";

    /// <summary>
    /// Gets the part to read, a value of <see cref="SplitColumn"/>; <see langword="null"/> for all rows. The parts of a file have the same class numbers. Where
    /// no row has this value, <c>train</c>, <c>validation</c> and <c>test</c> find other names of these parts, such as <c>Training</c> and <c>val</c>.
    /// </summary>
    public string? Split { get; init; }

    /// <summary>
    /// Gets whether files that do not exist are left out and listed in <see cref="ImageManifest.Skipped"/>; otherwise they are an error.
    /// </summary>
    public bool SkipMissing { get; init; }
}
