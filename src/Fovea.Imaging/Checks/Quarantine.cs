using System.Globalization;

namespace Fovea.Imaging;

/// <summary>What <see cref="Quarantine"/> has done.</summary>
/// <param name="List">The list of the moved files, by which <see cref="Quarantine.Undo"/> moves them back; <see langword="null"/> if there is none.</param>
/// <param name="Moved">The files that were moved, by their paths in the data set.</param>
/// <param name="Left">The files that were not moved, with the reasons.</param>
public sealed record QuarantineResult(string? List, IReadOnlyList<string> Moved, IReadOnlyList<SkippedFile> Left);

/// <summary>
/// Moves files that a <see cref="DataCheck"/> has found out of a data set, and back. Before any file is moved, a list of all is written, so that the files can
/// be moved back even if the process is killed meanwhile. No file is ever overwritten.
/// </summary>
public static class Quarantine
{
    private const string ListName = "undo";

    /// <summary>
    /// Moves the files of errors, and of the findings of some kinds, to another folder, where they have the same paths. Of a group of duplicates one file stays
    /// (<see cref="DataFinding.FileToKeep"/>). Files that were written after the check are left.
    /// </summary>
    /// <param name="report">The findings.</param>
    /// <param name="folder">The folder to move files to. It is created; it must not be within the data set.</param>
    /// <param name="kinds">The kinds of findings whose files are moved although they are no errors; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Stops between two files. The list remains.</param>
    /// <exception cref="ArgumentException">The folder is within the data set, or the data set is no folder.</exception>
    /// <exception cref="IOException">The folder or the list cannot be written. No file was moved then.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to write the folder. No file was moved then.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static QuarantineResult Move(
        DataReport report, string folder, IReadOnlyCollection<DataFindingKind>? kinds = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(report.Folder))
            throw new ArgumentException($"Quarantine: expected a data set in a folder, whose files can be moved; received '{report.Folder}'.", nameof(report));
        if (IsWithin(folder, report.Root))
            throw new ArgumentException($"Quarantine: expected a folder outside of the data set '{report.Folder}'; received '{folder}'.", nameof(folder));
        var names = report.Findings.Where(finding => finding.Severity == FindingSeverity.Error || kinds?.Contains(finding.Kind) == true)
            .SelectMany(finding => finding.Files.Where(file => file != finding.FileToKeep))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0) return new QuarantineResult(null, [], []);
        Directory.CreateDirectory(folder);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var list = QuarantineList.Of(names.Select(name => new MovedFile(Path.GetFullPath(report.PathOf(name)), FreePath(Path.Combine(folder, name), taken))));
        var path = FreePath(Path.Combine(folder, $"{ListName}.json"), taken);
        list.Write(path);
        return Move(list.Files, path, moved => moved, file => FaultOf(file, report.Began), cancellationToken);
    }

    /// <summary>
    /// Moves files back to where they were. If all are back, the list is deleted, and folders of the quarantine that are empty now. Files whose former places
    /// are taken are left, and the list remains.
    /// </summary>
    /// <param name="list">The list, <c>undo.json</c> in the quarantine.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="FileNotFoundException">There is no such list.</exception>
    /// <exception cref="InvalidDataException">The file is no such list.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static QuarantineResult Undo(string list, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(list);
        var files = QuarantineList.Read(list).Files;
        var result = Move(
            [.. files.Where(file => File.Exists(file.To) || !File.Exists(file.From))], list, file => new MovedFile(file.To, file.From), _ => null,
            cancellationToken);
        if (result.Left.Count > 0) return result;
        foreach (var folder in files.Select(file => Path.GetDirectoryName(file.To)!).Distinct().OrderByDescending(folder => folder.Length))
            DeleteEmpty(folder, Path.GetDirectoryName(Path.GetFullPath(list))!);
        File.Delete(list);
        return result with { List = null };
    }

    private static QuarantineResult Move(
        IReadOnlyList<MovedFile> files, string list, Func<MovedFile, MovedFile> direct, Func<MovedFile, string?> findFault, CancellationToken cancellationToken)
    {
        var (moved, left) = (new List<string>(), new List<SkippedFile>());
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (from, to) = direct(file);
            if ((findFault(file) ?? TryMove(from, to)) is { } fault) left.Add(new SkippedFile(from, fault));
            else moved.Add(file.From);
        }

        return new QuarantineResult(list, moved, left);
    }

    private static string? FaultOf(MovedFile file, DateTime began)
    {
        if (!File.Exists(file.From)) return $"'{file.From}' no longer exists.";
        return File.GetLastWriteTimeUtc(file.From) > began ? $"'{file.From}' was changed after the check." : null;
    }

    private static string? TryMove(string from, string to)
    {
        if (!File.Exists(from)) return $"'{from}' no longer exists.";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(from, to, overwrite: false);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return File.Exists(to) ? $"'{from}' is not moved: '{to}' exists." : $"'{from}' is not moved: {error.Message}";
        }
    }

    /// <summary>A path that no file has, with a number if need be.</summary>
    private static string FreePath(string wanted, HashSet<string> taken)
    {
        var full = Path.GetFullPath(wanted);
        for (var number = 1; ; number++)
        {
            var path = number == 1 ? full : Path.Combine(
                Path.GetDirectoryName(full)!,
                string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(full)}-{number}{Path.GetExtension(full)}"));
            if (!Path.Exists(path) && taken.Add(path)) return path;
        }
    }

    private static bool IsWithin(string folder, string root)
    {
        var relative = Path.GetRelativePath(RealPaths.Of(root), RealPaths.Of(folder));
        return !Path.IsPathRooted(relative) && relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
    }

    /// <summary>Deletes a folder and those around it, up to the quarantine, if they are empty.</summary>
    private static void DeleteEmpty(string folder, string quarantine)
    {
        try
        {
            for (var at = folder; at.Length > quarantine.Length && Directory.Exists(at); at = Path.GetDirectoryName(at)!)
            {
                if (Directory.EnumerateFileSystemEntries(at).Any()) return;
                Directory.Delete(at);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // An empty folder that remains does no harm.
        }
    }
}
