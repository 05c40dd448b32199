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
