namespace Fovea.Imaging;

/// <summary>Assigns the rows of a manifest to the parts of a data set, by a column such as "split" with values such as "train".</summary>
internal static class ManifestParts
{
    private static readonly string[] UsualColumns = ["split", "subset", "part", "partition", "set", ValidColumn];

    /// <summary>The column of fastai's lists, in which True means validation and False training.</summary>
    private const string ValidColumn = "is_valid";

    /// <summary>Finds the column of the parts: the one that the options name, or by default the only one of a usual name.</summary>
    /// <returns>The name of the column; null if there is none, so that the rows are to be split at random.</returns>
    public static string? ColumnOf(ManifestTable table, ImageManifestOptions options)
    {
        if (table.Columns.Contains(options.SplitColumn)) return options.SplitColumn;
        if (options.SplitColumn != new ImageManifestOptions().SplitColumn) return null;
        return table.Columns.Where(column => UsualColumns.Contains(column, StringComparer.OrdinalIgnoreCase)).ToArray() is [var only] ? only : null;
    }

    /// <summary>The part that a value of the column means.</summary>
    public static DataPart PartOf(string column, string value) => !column.Equals(ValidColumn, StringComparison.OrdinalIgnoreCase)
        ? FolderName.Of(value).Part
        : ManifestTargets.FlagOf(value) switch
        {
            1 => DataPart.Validation,
            0 => DataPart.Training,
            _ => DataPart.None,
        };

    /// <summary>The part of each line of a manifest.</summary>
    /// <exception cref="InvalidDataException">A value names no part, or no row is for training; the message names the line.</exception>
    public static Dictionary<int, DataPart> PartsOf(ManifestTable table, string column)
    {
        var parts = new Dictionary<int, DataPart>();
        foreach (var row in table.Rows)
        {
            var value = table.Text(row, column);
            parts[row.Line] = PartOf(column, value) is not DataPart.None and var part
                ? part
                : throw table.Error(row, column, $"expected train, validation or test; received '{value}'");
        }

        return parts.ContainsValue(DataPart.Training)
            ? parts
            : throw new InvalidDataException(
                $"ImageManifest: expected rows with train in the column '{column}' of '{table.Path}'; received "
                    + $"{string.Join(", ", table.Rows.Select(row => table.Text(row, column)).Distinct())}.");
    }

    /// <summary>Describes the rows of a manifest.</summary>
    /// <param name="table">The manifest.</param>
    /// <param name="column">The column of the parts; null if there is none.</param>
    /// <param name="note">A further sentence; empty for none.</param>
    public static string Describe(ManifestTable table, string? column, string note)
    {
        var rows = $"'{table.Path}': a list of {table.Rows.Count} {(table.Rows.Count == 1 ? "image" : "images")}";
        if (note.Length > 0) note = $" {note}";
        if (column is null) return $"{rows}, not divided into parts.{note}";
        var parts = table.Rows.Select(row => table.Text(row, column)).GroupBy(value => PartOf(column, value)).OrderBy(part => part.Key)
            .Select(part => $"{part.Count()} {(part.Key == DataPart.None ? "others" : FolderName.NameOf(part.Key))}");
        return $"{rows}, divided by the column '{column}': {string.Join(", ", parts)}.{note}";
    }
}
