using System.Text.Json;

namespace Fovea.Imaging;

/// <summary>Something that <see cref="DataCheck"/> has found in a data set.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Files">
/// The files that it is about, relative to the folder of the data set and with <c>/</c> between folders. A group of duplicates is one finding with all its
/// files. Empty if the finding is about a class or the whole data set.
/// </param>
/// <param name="Severity">How serious it is.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record DataFinding(DataFindingKind Kind, IReadOnlyList<string> Files, FindingSeverity Severity, string Message)
{
    /// <summary>The name of the kind in files and on the command line, such as <c>exact_duplicate</c>.</summary>
    public string KindName => JsonNamingPolicy.SnakeCaseLower.ConvertName(Kind.ToString());

    /// <summary>The value that was measured; <see langword="null"/> for findings without a measure.</summary>
    public double? Value { get; init; }

    /// <summary>The limit that <see cref="Value"/> is beyond; <see langword="null"/> for findings without a measure.</summary>
    public double? Threshold { get; init; }

    /// <summary>For a suspected label: the label that the other images suggest.</summary>
    public string? SuggestedLabel { get; init; }

    /// <summary>
    /// For a group of duplicates: the file to keep if the others are removed. It is the first file in test, or else in validation, since the data that a model
    /// is measured with should remain. <see langword="null"/> for other findings, and for duplicates with two labels, of which none can be trusted.
    /// </summary>
    public string? FileToKeep { get; init; }
}
