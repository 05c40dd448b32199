using System.Globalization;

namespace Fovea.Imaging;

/// <summary>The targets of the rows of a manifest.</summary>
/// <param name="Values">The target of each row.</param>
/// <param name="Shape">The shape of a target.</param>
/// <param name="ClassNames">The names of the classes by their numbers; none for a regression.</param>
internal sealed record ManifestTargets(float[][] Values, Shape Shape, IReadOnlyList<string> ClassNames)
{
    private const int Listed = 10;

    /// <summary>Reads numbers.</summary>
    /// <exception cref="InvalidDataException">A value is not a number, or rows have different numbers of values.</exception>
    public static ManifestTargets Numbers(ManifestTable table, IReadOnlyList<ManifestRow> rows, IReadOnlyList<string> columns)
    {
        var lengths = columns.Select(column => rows[0].Values.GetValueOrDefault(column)?.Length ?? 0).ToArray();
        var values = rows.Select(row => columns.SelectMany((column, i) => Parse(row, column, lengths[i])).ToArray()).ToArray();
        return new ManifestTargets(values, values[0].Length == 1 ? Shape.Scalar : [values[0].Length], []);

        IEnumerable<float> Parse(ManifestRow row, string column, int length)
        {
            var texts = row.Values.GetValueOrDefault(column) ?? [];
            if (texts.Length == 0) throw table.Error(row, column, "expected a number; received none");
            if (texts.Length != length) throw table.Error(row, column, $"expected {length} numbers, as in the first row; received {texts.Length}");
            return texts.Select(
                text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
                    ? number
                    : throw table.Error(row, column, $"expected a number; received '{text}'"));
        }
    }

    /// <summary>The targets that the options name.</summary>
    /// <param name="table">The manifest.</param>
    /// <param name="rows">The rows to read.</param>
    /// <param name="options">The columns.</param>
    /// <exception cref="InvalidDataException">A column is missing, or a value does not fit; the message names the line.</exception>
    public static ManifestTargets Of(ManifestTable table, IReadOnlyList<ManifestRow> rows, ImageManifestOptions options)
    {
        if (options.TargetColumns.Count > 0)
            return Numbers(table, rows, [.. options.TargetColumns.Select(column => ImageManifest.ColumnOf(table, column, [], nameof(options.TargetColumns)))]);
        if (options.FlagColumns.Count > 0)
        {
            string[] columns = [.. options.FlagColumns.Select(column => ImageManifest.ColumnOf(table, column, [], nameof(options.FlagColumns)))];
            return Flags(table, rows, columns, options.ClassNames ?? []);
        }

        var labels = ImageManifest.ColumnOf(table, options.LabelColumn, ImageManifest.LabelColumns, nameof(options.LabelColumn));
        return options.HasSeveralLabels ? Labels(table, rows, options, labels, options.ClassNames) : Classes(table, rows, labels, options.ClassNames);
    }

    /// <summary>Reads any number of labels for each row.</summary>
    /// <param name="table">The manifest.</param>
    /// <param name="rows">The rows to read. The labels are those of all rows.</param>
    /// <param name="options">How labels are separated.</param>
    /// <param name="column">The column of the labels.</param>
    /// <param name="names">The names of the labels; null if the rows define them.</param>
    /// <exception cref="InvalidDataException">A label is unknown; the message names the line. Or there is only one label.</exception>
    public static ManifestTargets Labels(
        ManifestTable table, IReadOnlyList<ManifestRow> rows, ImageManifestOptions options, string column, IReadOnlyList<string>? names)
    {
        names ??= [.. table.Rows.SelectMany(Split).Distinct().Order(StringComparer.Ordinal)];
        if (names.Count < 2)
            throw new InvalidDataException(
                $"ImageManifest: expected at least two labels in the column '{column}' of '{table.Path}'; "
                    + $"received {(names.Count == 0 ? "none" : $"only '{names[0]}'")}.");
        return new ManifestTargets([.. rows.Select(Target)], [names.Count], names);

        IEnumerable<string> Split(ManifestRow row)
        {
            var texts = row.Values.GetValueOrDefault(column) ?? throw table.Error(row, column, "expected labels, or an empty list; received none");
            return (options.LabelSeparator is { } separator ? texts.SelectMany(text => text.Split(separator)) : texts)
                .Select(text => text.Trim()).Where(text => text.Length > 0);
        }

        float[] Target(ManifestRow row)
        {
            var target = new float[names.Count];
            foreach (var label in Split(row))
            {
                var number = ClassFolders.NumberOf(label, names);
                target[number >= 0 ? number : throw table.Error(row, column, $"expected labels out of {List(names)}; received '{label}'")] = 1;
            }

            return target;
        }
    }

    /// <summary>Reads columns of 0 and 1.</summary>
    /// <param name="table">The manifest.</param>
    /// <param name="rows">The rows to read.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="names">The names of a model's labels, which the columns have in any order; none for the order of the columns.</param>
    /// <exception cref="InvalidDataException">A value is neither 0 nor 1, or a column is no label of the model.</exception>
    public static ManifestTargets Flags(ManifestTable table, IReadOnlyList<ManifestRow> rows, IReadOnlyList<string> columns, IReadOnlyList<string> names)
    {
        if (columns.Count < 2)
            throw new InvalidDataException(
                $"ImageManifest: expected at least two columns of 0 and 1 in '{table.Path}'; "
                    + $"received {(columns.Count == 0 ? "none" : $"only '{columns[0]}'")}.");
        if (names.FirstOrDefault(name => !columns.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } missing)
            throw new InvalidDataException(
                $"ImageManifest: expected a column for the label '{missing}' in '{table.Path}'; "
                    + $"received {string.Join(", ", columns.Select(each => $"'{each}'"))}.");
        if (columns.FirstOrDefault(column => names.Count > 0 && !names.Contains(column, StringComparer.OrdinalIgnoreCase)) is { } other)
            throw new InvalidDataException($"ImageManifest: expected columns for the labels {List(names)} in '{table.Path}'; received '{other}'.");
        string[] ordered = names.Count == 0
            ? [.. columns]
            : [.. names.Select(name => columns.First(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)))];
        foreach (var column in ordered) RequireTwoValues(table, column);
        return new ManifestTargets(
            [.. rows.Select(row => ordered.Select(column => FlagOf(table.Text(row, column)) is { } flag
                ? Math.Max(0f, flag)
                : throw table.Error(row, column, $"expected 0 or 1; received '{table.Text(row, column)}'")).ToArray())],
            [ordered.Length], names.Count == 0 ? ordered : names);
    }

    /// <summary>What a text says of a label: 1 for yes, 0 or −1 for no; null if it is neither.</summary>
    public static int? FlagOf(string text) => text.ToUpperInvariant() switch
    {
        "1" or "1.0" or "TRUE" => 1,
        "0" or "0.0" or "FALSE" => 0,
        "-1" or "-1.0" => -1,
        _ => null,
    };

    /// <summary>Refuses a column with −1, 0 and 1, in which 0 could mean "unknown".</summary>
    private static void RequireTwoValues(ManifestTable table, string column)
    {
        var values = table.Rows.SelectMany(row => row.Values.GetValueOrDefault(column) ?? []).Select(FlagOf).ToHashSet();
        if (values.Contains(-1) && values.Contains(0))
            throw new InvalidDataException(
                $"ImageManifest: expected 0 and 1, or -1 and 1, in the column '{column}' of '{table.Path}'; received -1, 0 and 1, of which 0 may "
                    + "mean unknown.");
    }

    /// <summary>Reads class labels: names, or numbers from 0.</summary>
    /// <param name="table">The manifest.</param>
    /// <param name="rows">The rows to read. The classes are those of all rows.</param>
    /// <param name="column">The column of the labels.</param>
    /// <param name="classNames">The names of the classes; null if the labels define them.</param>
    /// <exception cref="InvalidDataException">A label is not a class; the message names the line. Or there is only one class.</exception>
    public static ManifestTargets Classes(
        ManifestTable table, IReadOnlyList<ManifestRow> rows, string column, IReadOnlyList<string>? classNames)
    {
        var labels = (classNames is null ? table.Rows : rows).Select(row => table.Text(row, column)).Distinct().ToArray();
        var areNumbers = labels.All(label => int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        var names = classNames ?? (areNumbers ? NumbersFromZero(table, column, labels) : labels.Order(StringComparer.Ordinal).ToArray());
        if (names.Count < 2)
            throw new InvalidDataException(
                $"ImageManifest: expected at least two classes in the column '{column}' of '{table.Path}'; received only '{names[0]}'. For numbers, set "
                    + "TargetColumns.");
        return new ManifestTargets([.. rows.Select(row => (float[])[NumberOf(row)])], Shape.Scalar, names);

        int NumberOf(ManifestRow row)
        {
            var label = table.Text(row, column);
            var number = ClassFolders.NumberOf(label, names);
            if (number < 0 && areNumbers && !labels.Any(names.Contains)) number = int.Parse(label, CultureInfo.InvariantCulture);
            return number >= 0 && number < names.Count ? number : throw table.Error(row, column, $"expected one of {List(names)}; received '{label}'");
        }
    }

    /// <summary>The numbers 0, 1, 2 … as names. Other numbers may be names or numbers, which only the user knows.</summary>
    private static string[] NumbersFromZero(ManifestTable table, string column, string[] labels)
    {
        var numbers = labels.Select(label => int.Parse(label, CultureInfo.InvariantCulture)).Distinct().Order().ToArray();
        var names = Array.ConvertAll(numbers, number => number.ToString(CultureInfo.InvariantCulture));
        return numbers[0] == 0 && numbers[^1] == numbers.Length - 1
            ? names
            : throw new InvalidDataException(
                $"ImageManifest: expected names, or every number from 0 to the largest, in the column '{column}' of '{table.Path}'; received {List(names)}. "
                    + "Set ClassNames to the names of the classes by their numbers; for a regression, set TargetColumns.");
    }

    private static string List(IReadOnlyList<string> names) => names.Count <= Listed
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(Listed))} and {names.Count - Listed} more";
}
