namespace Fovea.Imaging;

/// <summary>What <see cref="DataCheck"/> has found.</summary>
/// <param name="Folder">The data set.</param>
/// <param name="Description">A line about what was recognized in it.</param>
/// <param name="Findings">The findings: errors first, then by kind. Those of a kind are in the order of the files; suspected labels begin with the most certain
/// one.</param>
public sealed record DataReport(string Folder, string Description, IReadOnlyList<DataFinding> Findings)
{
    /// <summary>The number of images that were checked, with those that cannot be read.</summary>
    public int Images { get; init; }

    /// <summary>The number of images of each class in each split. The split is empty if the data are not divided, the class if they have none.</summary>
    public IReadOnlyList<ClassCount> Counts { get; init; } = [];

    /// <summary>Sentences about what could not be checked.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether each image has at most one class, and not several labels or numbers.</summary>
    public bool HasClasses { get; init; }

    /// <summary>The number of findings of the severity <see cref="FindingSeverity.Error"/>.</summary>
    public int Errors => Findings.Count(finding => finding.Severity == FindingSeverity.Error);

    /// <summary>The full path of a file of a finding.</summary>
    /// <param name="file">One of <see cref="DataFinding.Files"/>.</param>
    public string PathOf(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Path.Combine(Root, file.Replace('/', Path.DirectorySeparatorChar));
    }

    /// <summary>
    /// Writes the findings as comma-separated values: a row for each file of a finding, with the number of the finding. The file is written completely or not
    /// at all.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveCsv(string path) => FindingsCsv.Save(this, path);

    /// <summary>Writes the findings as one HTML page with small images, which loads nothing from elsewhere.</summary>
    /// <param name="path">The file to write, usually .html.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SavePage(string path) => FindingsPage.Of(this).Save(path);

    /// <summary>The folder that the files are relative to.</summary>
    internal string Root { get; init; } = Folder;

    /// <summary>When the check began: files that were written later are not moved.</summary>
    internal DateTime Began { get; init; } = DateTime.MinValue;
}

/// <summary>The number of images of a class in a split.</summary>
/// <param name="Split">train, validation or test; empty if the data are not divided.</param>
/// <param name="Label">The name of the class; empty if the images have none.</param>
/// <param name="Count">The number of images that can be read.</param>
public sealed record ClassCount(string Split, string Label, int Count);
