using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Findings about files: those that cannot be read, and those of another kind than their names tell.</summary>
internal static class FileFindings
{
    /// <summary>A file that cannot be read.</summary>
    public static DataFinding Unreadable(CheckedImage file, string reason) => new(
        DataFindingKind.Unreadable, [file.Name], FindingSeverity.Error, reason.Replace(file.Path, file.Name, StringComparison.Ordinal));

    /// <summary>A file whose content has another format than its extension names; null if they agree.</summary>
    public static DataFinding? WrongExtension(CheckedImage file, ReadOnlySpan<byte> content) =>
        FileFormat.Of(content) is { } format && FileFormat.OfExtension(file.Path) is { } named && format != named
            ? new DataFinding(
                DataFindingKind.WrongExtension, [file.Name], FindingSeverity.Note,
                $"'{file.Name}': its name says {named}; its content is {format}. Fovea reads it; other programs may not.")
            : null;

    /// <summary>A finding for each kind of other files.</summary>
    public static IEnumerable<DataFinding> Others(CheckedFiles files)
    {
        foreach (var kind in files.Others.GroupBy(file => file.Kind).OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal))
        {
            string[] names = [.. kind.Select(file => files.NameOf(file.File))];
            var count = names.Length.ToString(CultureInfo.InvariantCulture);
            var message = kind.Key switch
            {
                null when names.Length == 1 => kind.First().Reason.Replace(kind.First().File, names[0], StringComparison.Ordinal),
                null => $"{count} files are not used; the first: {kind.First().Reason.Replace(kind.First().File, names[0], StringComparison.Ordinal)}",
                "" => $"{count} {(names.Length == 1 ? "file has" : "files have")} no extension and {(names.Length == 1 ? "is" : "are")} not read.",
                _ => $"{count} {kind.Key} {(names.Length == 1 ? "file is" : "files are")} not read.",
            };
            yield return new DataFinding(DataFindingKind.OtherFile, names, FindingSeverity.Note, message);
        }
    }
}
