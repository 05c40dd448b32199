namespace Fovea.Imaging;

/// <summary>
/// What a list of images says about them: a class, several labels, or numbers. It is found by the names of the columns and their values. No image is read.
/// </summary>
/// <remarks>
/// <code>
/// var finding = ImageTargetFinding.Of("list.csv");
/// Console.WriteLine(finding.Description);
/// var data = ImageFolderSplit.Load("list.csv", new ImageInput(128, 128, 3), finding.Options);
/// </code>
/// </remarks>
public sealed record ImageTargetFinding
{
    internal ImageTargetFinding(ImageTargetKind kind, ImageManifestOptions options) => (Kind, Options) = (kind, options);

    /// <summary>Gets what the targets are.</summary>
    public ImageTargetKind Kind { get; }

    /// <summary>Gets the options that read the list so.</summary>
    public ImageManifestOptions Options { get; init; }

    /// <summary>Gets the names of the classes, of the labels, or of the numbers.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Gets whether the same values could mean something else, so that the kind is a guess.</summary>
    public bool IsGuess { get; init; }

    /// <summary>Gets the image files of all rows, in the order of the list.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets the number of rows for training; all if the list is not divided into parts.</summary>
    public int TrainingCount { get; init; }

    /// <summary>Gets one line that says what was found, in whole sentences: <c>The column 'tags' has 17 labels, separated by spaces.</c></summary>
    public string Description { get; init; } = "";

    /// <summary>Finds out what a list says about its images.</summary>
    /// <param name="path">The list: <c>.csv</c>, <c>.tsv</c>, <c>.jsonl</c> or <c>.ndjson</c>.</param>
    /// <param name="kind">What the targets are; null to recognize it.</param>
    /// <param name="columns">The columns of the targets; none for those with usual names, or for the only ones that fit.</param>
    /// <param name="names">The names of a model's classes, labels or numbers, in their order; none if the list defines them.</param>
    /// <param name="imageFolder">The folder that the files are relative to; null for the folder of the list, or one next to it that has the files.</param>
    /// <exception cref="FileNotFoundException">There is no such list.</exception>
    /// <exception cref="InvalidDataException">The list is damaged, has no such columns, their values do not fit, or none of its files exists; the message says
    /// what was expected.</exception>
    public static ImageTargetFinding Of(
        string path, ImageTargetKind? kind = null, IReadOnlyList<string>? columns = null, IReadOnlyList<string>? names = null, string? imageFolder = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var table = ManifestTable.Read(path);
        var part = ManifestParts.ColumnOf(table, new ImageManifestOptions());
        var found = new ImageTargetRules(table, kind, columns ?? [], names ?? [], imageFolder).Find();
        return found with
        {
            Options = found.Options with { ImageFolder = imageFolder },
            Files = ImageManifest.FilesOf(table, imageFolder),
            TrainingCount = part is null
                ? table.Rows.Count
                : table.Rows.Count(row => ManifestParts.PartOf(part, table.Text(row, part)) == DataPart.Training),
        };
    }

    /// <summary>Returns <see cref="Description"/>.</summary>
    public override string ToString() => Description;
}
