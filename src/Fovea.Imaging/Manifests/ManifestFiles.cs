namespace Fovea.Imaging;

/// <summary>Where the files of a list are.</summary>
/// <param name="Column">The column that names them.</param>
/// <param name="Folder">The folder that they are relative to.</param>
/// <param name="Note">A sentence about what was found by trying; empty if names say it.</param>
internal sealed record ManifestFiles(string Column, string Folder, string Note = "")
{
    /// <summary>The number of rows whose files are looked for.</summary>
    private const int Tried = 20;

    private static readonly string[] UsualColumns =
    [
        "file", "filename", "file_name", "path", "filepath", "file_path", "image", "image_path", "image_name", "image_file", "fname",
    ];

    /// <summary>
    /// Finds the column and the folder: by the column's name and the folder of the list, or else the only column whose first values are files, which may lack
    /// their extension, in the folder of the list or in one of the folders next to the list.
    /// </summary>
    /// <param name="table">The list.</param>
    /// <param name="column">The column that the user names; null to find it.</param>
    /// <param name="folder">The folder that the user names; null to find it.</param>
    /// <exception cref="InvalidDataException">It is not clear which column names the files.</exception>
    public static ManifestFiles Find(ManifestTable table, string? column, string? folder)
    {
        var usual = column ?? (Usual(table) is [var only] ? only : null);
        if (usual is not null && !table.Columns.Contains(usual)) throw Unclear(table, $"a column '{usual}'");
        if (usual is not null && folder is not null) return new(usual, folder);
        var own = folder ?? Path.GetDirectoryName(Path.GetFullPath(table.Path))!;
        if (Matches(table, usual, own) is [_, ..] here)
            return here is [var found] ? new(found, own, usual is null ? $"The column '{found}' names its files." : "") : throw UnclearFiles(table);
        var others = folder is not null ? [] : FolderWalk.Folders(own).Select(name => Path.Combine(own, name))
            .SelectMany(place => Matches(table, usual, place).Select(match => (Column: match, Folder: place))).Take(2).ToArray();
        if (others is [var other])
        {
            var name = Path.GetFileName(other.Folder);
            return new(other.Column, other.Folder, $"The column '{other.Column}' names its files, which are in the folder '{name}'.");
        }

        return usual is not null ? new(usual, own) : throw UnclearFiles(table);
    }

    private static string[] Usual(ManifestTable table) =>
        [.. table.Columns.Where(column => UsualColumns.Contains(column, StringComparer.OrdinalIgnoreCase))];

    /// <summary>The columns whose first values are different files in a folder; only <paramref name="usual"/>, if it is known, is looked at.</summary>
    private static string[] Matches(ManifestTable table, string? usual, string folder)
    {
        var rows = table.Rows.Take(Tried).ToArray();
        return usual is not null
            ? rows.Any(row => Exists(row, usual)) ? [usual] : []
            : [.. table.Columns.Where(column => rows.All(row => Exists(row, column)) && rows.DistinctBy(row => row.Values[column][0]).Count() == rows.Length)];

        bool Exists(ManifestRow row, string column) => row.Values.GetValueOrDefault(column) is [{ Length: > 0 } file]
            && StoredFiles.FileExists(ImageManifest.PathOf(folder, file));
    }

    private static InvalidDataException UnclearFiles(ManifestTable table) => Unclear(
        table, $"one column that is called {string.Join(", ", UsualColumns[..^1])} or {UsualColumns[^1]}, or whose values are files,",
        " Set ImageManifestOptions.FileColumn, or ImageFolder if the files are elsewhere (--image-folder of the command).");

    private static InvalidDataException Unclear(ManifestTable table, string expected, string fix = "") => new(
        $"ImageManifest: expected {expected} in '{table.Path}'; its columns are {string.Join(", ", table.Columns.Select(column => $"'{column}'"))}.{fix}");
}
