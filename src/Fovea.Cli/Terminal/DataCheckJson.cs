using System.Text.Json.Serialization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <param name="Folder">The data set.</param>
/// <param name="Images">The number of images that were checked, with those that cannot be read.</param>
/// <param name="Errors">The number of findings that are errors.</param>
/// <param name="Warnings">The number of findings that are warnings.</param>
/// <param name="Notes">The number of findings that are notes.</param>
/// <param name="Kinds">The number of findings of each kind.</param>
/// <param name="Classes">The number of images of each class in each split.</param>
/// <param name="Remarks">Sentences about what could not be checked.</param>
/// <param name="Findings">The findings.</param>
internal sealed record DataCheckResult(
    string Folder, int Images, int Errors, int Warnings, int Notes, IReadOnlyDictionary<string, int> Kinds, IReadOnlyList<ClassCountResult> Classes,
    IReadOnlyList<string> Remarks, IReadOnlyList<FindingResult> Findings)
{
    /// <summary>Present only with <c>--quarantine</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MovedResult? Quarantine { get; init; }

    public static DataCheckResult Of(DataReport report, QuarantineResult? moved) => new(
        report.Folder, report.Images, report.Errors, Count(report, FindingSeverity.Warning), Count(report, FindingSeverity.Note),
        report.Findings.GroupBy(finding => finding.KindName).ToDictionary(kind => kind.Key, kind => kind.Count()),
        [.. report.Counts.Select(count => new ClassCountResult(count.Split, count.Label, count.Count))], report.Notes,
        [.. report.Findings.Select(finding => new FindingResult(
            finding.KindName, finding.Files, finding.Value, finding.Threshold, finding.Severity.ToString().ToLowerInvariant(), finding.Message)
        {
            SuggestedLabel = finding.SuggestedLabel,
            FileToKeep = finding.FileToKeep,
        })])
    {
        Quarantine = moved is null ? null : new MovedResult(moved.List, moved.Moved, [.. moved.Left.Select(file => file.Reason)]),
    };

    private static int Count(DataReport report, FindingSeverity severity) => report.Findings.Count(finding => finding.Severity == severity);
}

/// <param name="Split">train, validation or test; empty if the data are not divided.</param>
/// <param name="Class">The name of the class; empty if the images have none.</param>
/// <param name="Images">The number of images that can be read.</param>
internal sealed record ClassCountResult(string Split, string Class, int Images);

/// <param name="Kind">What was found, such as exact_duplicate.</param>
/// <param name="Files">The files, relative to the data set.</param>
/// <param name="Value">The value that was measured; null for findings without a measure.</param>
/// <param name="Threshold">The limit that the value is beyond.</param>
/// <param name="Severity">error, warning or note.</param>
/// <param name="Message">A sentence.</param>
internal sealed record FindingResult(string Kind, IReadOnlyList<string> Files, double? Value, double? Threshold, string Severity, string Message)
{
    /// <summary>For a suspected label: the label that the other images suggest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SuggestedLabel { get; init; }

    /// <summary>For duplicates: the file that stays if the others are moved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FileToKeep { get; init; }
}

/// <param name="List">The list by which the files are moved back; null if none was moved.</param>
/// <param name="Moved">The files that were moved, by their former paths.</param>
/// <param name="Left">Why other files were not moved.</param>
internal sealed record MovedResult(string? List, IReadOnlyList<string> Moved, IReadOnlyList<string> Left);
