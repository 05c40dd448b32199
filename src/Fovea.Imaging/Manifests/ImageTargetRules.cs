using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Recognizes the targets of a list: see <see cref="ImageTargetFinding"/>.</summary>
/// <param name="table">The list.</param>
/// <param name="kind">What the targets are; null to recognize it.</param>
/// <param name="columns">The columns that the user names; none to choose them.</param>
/// <param name="known">The names of a model's classes, labels or numbers; none if the list defines them.</param>
/// <param name="imageFolder">The folder that the files are relative to; null to find it.</param>
internal sealed class ImageTargetRules(
    ManifestTable table, ImageTargetKind? kind, IReadOnlyList<string> columns, IReadOnlyList<string> known, string? imageFolder)
{
    private const int Listed = 8;

    /// <summary>If this share of a column's values are numbers, the others are mistakes such as n/a, rather than names of classes.</summary>
    private const double NumbersOfColumn = 0.9;

    /// <summary>Columns of these names have several labels, as their plural says.</summary>
    private static readonly string[] Plural = ["labels", "tags", "classes", "categories", "attributes"];

    /// <summary>Columns of these names have numbers.</summary>
    private static readonly string[] Numeric = ["target", "value", "score"];

    /// <summary>The characters between labels, by precedence; spaces last, since they are also parts of names.</summary>
    private static readonly char[] Separators = [';', '|', ',', ' '];

    /// <summary>Reads the targets.</summary>
    /// <exception cref="InvalidDataException">It is not clear what the targets are, or a value does not fit.</exception>
    public ImageTargetFinding Find()
    {
        var decision = Decide();
        return decision switch
        {
            { AreFlags: true } => Flags(decision.Columns, decision.IsGuess),
            { Kind: ImageTargetKind.Numbers } => Numbers(decision.Columns, decision.IsGuess),
            { Kind: ImageTargetKind.Labels } => Labels(decision.Columns[0], decision.IsGuess),
            _ => Class(decision.Columns[0], decision.IsGuess),
        };
    }

    /// <summary>Decides what the targets are. Values that do not fit are not refused yet.</summary>
    /// <exception cref="InvalidDataException">It is not clear what the targets are.</exception>
    public TargetDecision Decide() => Chosen() switch
    {
        [var only] => kind is { } given ? new(given, [only]) : OfColumn(only),
        var several => OfColumns(several),
    };

    /// <summary>The columns of the targets.</summary>
    private string[] Chosen()
    {
        if (columns.Count > 0) return [.. columns.Select(Existing)];
        if (known.Count > 0 && kind is ImageTargetKind.Labels or ImageTargetKind.Numbers && known.All(HasColumn)) return [.. known.Select(Existing)];
        var usual = table.Columns.Where(IsUsual).ToArray();
        if (usual is [var only]) return [only];
        if (usual.Length > 1) throw Unclear($"one column that is called {Join(ImageManifest.LabelColumns)}; received {Quoted(usual)}");
        var rest = Rest();
        if (rest.Length == 0) throw Unclear("a column of labels or numbers next to that of the files");
        if (kind != ImageTargetKind.Numbers && rest.Length > 1 && rest.All(AreFlags)) return rest;
        var numeric = rest.Where(column => Numeric.Contains(column, StringComparer.OrdinalIgnoreCase)).ToArray();
        if (numeric is [var number] && kind != ImageTargetKind.Labels) return [number];
        return rest.Length == 1
            ? rest
            : throw Unclear($"one column of labels or numbers, or several of 0 and 1; received {Quoted(rest)}");
    }

    /// <summary>Whether a column has the usual name of one label or of several.</summary>
    private bool IsUsual(string column) =>
        (kind != ImageTargetKind.Numbers && Plural.Contains(column, StringComparer.OrdinalIgnoreCase))
            || ImageManifest.LabelColumns.Contains(column, StringComparer.OrdinalIgnoreCase);

    /// <summary>The columns that are neither files nor parts.</summary>
    private string[] Rest()
    {
        var part = ManifestParts.ColumnOf(table, new ImageManifestOptions());
        var file = ManifestFiles.Find(table, column: null, imageFolder).Column;
        return [.. table.Columns.Where(column => column != part && column != file)];
    }

    private TargetDecision OfColumns(IReadOnlyList<string> several)
    {
        var areFlags = several.All(AreFlags);
        if (kind == ImageTargetKind.Class)
            throw Unclear($"one column of classes; received {Quoted(several)}");
        if (kind != ImageTargetKind.Numbers && areFlags) return new(ImageTargetKind.Labels, several) { AreFlags = true, IsGuess = kind is null };
        if (kind != ImageTargetKind.Labels && several.All(AreNumbers)) return new(ImageTargetKind.Numbers, several) { IsGuess = kind is null };
        var wrong = several.First(column => kind == ImageTargetKind.Labels ? !AreFlags(column) : !AreNumbers(column));
        throw Unclear(
            $"{(kind == ImageTargetKind.Labels ? "0 or 1" : kind == ImageTargetKind.Numbers ? "numbers" : "numbers, or 0 and 1,")} in each of the columns "
                + $"{Quoted(several)}; '{wrong}' has '{Texts(wrong).First(text => !IsFit(text))}'");

        bool IsFit(string text) => kind == ImageTargetKind.Labels ? ManifestTargets.FlagOf(text) is not null : IsNumber(text);
    }

    private TargetDecision OfColumn(string column)
    {
        var isPlural = Plural.Contains(column, StringComparer.OrdinalIgnoreCase);
        var isClass = ImageManifest.LabelColumns.Contains(column, StringComparer.OrdinalIgnoreCase);
        var texts = Texts(column).ToArray();
        var numbers = Array.FindAll(texts, IsNumber);
        if (numbers.Length == 0 || numbers.Length < NumbersOfColumn * texts.Length)
        {
            // A comma or a space is often a part of the name of one class.
            var separator = SeparatorOf(column);
            var areSeveral = HasLists(column) || separator is ';' or '|' || (isPlural && (separator is not null || HasEmpty(column)));
            return areSeveral
                ? new(ImageTargetKind.Labels, [column]) { IsGuess = !HasLists(column) }
                : new(ImageTargetKind.Class, [column]) { IsGuess = isPlural };
        }

        if (HasLists(column) || !numbers.All(IsWhole)) return new(ImageTargetKind.Numbers, [column]);
        var values = numbers.Select(text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)).Distinct().Order().ToArray();
        var areFromZero = values[0] == 0 && values[^1] == values.Length - 1;
        return isClass || isPlural || (areFromZero && !Numeric.Contains(column, StringComparer.OrdinalIgnoreCase))
            ? new(ImageTargetKind.Class, [column]) { IsGuess = true }
            : new(ImageTargetKind.Numbers, [column]) { IsGuess = true };
    }

    private ImageTargetFinding Class(string column, bool isGuess)
    {
        RequireNoDecimals(column, "classes");
        var names = known.Count > 0 ? known : ManifestTargets.Classes(table, table.Rows, column, classNames: null).ClassNames;
        return new(ImageTargetKind.Class, new ImageManifestOptions { LabelColumn = column, ClassNames = known.Count > 0 ? known : null })
        {
            Names = names,
            IsGuess = isGuess,
            Description = $"The column '{column}' has a class for each image, {names.Count} in all ({Few(names)}).",
        };
    }

    private ImageTargetFinding Labels(string column, bool isGuess)
    {
        RequireNoDecimals(column, "labels");
        var separator = SeparatorOf(column);
        var options = new ImageManifestOptions { LabelColumn = column, HasSeveralLabels = true, LabelSeparator = separator };
        var targets = ManifestTargets.Labels(table, table.Rows, options, column, known.Count > 0 ? known : null);
        var empty = targets.Values.Count(row => row.All(value => value == 0));
        var between = HasLists(column) || separator is null ? "" : separator == ' ' ? ", separated by spaces" : $", separated by '{separator}'";
        return new(ImageTargetKind.Labels, options with { ClassNames = known.Count > 0 ? known : null })
        {
            Names = targets.ClassNames,
            IsGuess = isGuess,
            Description = $"The column '{column}' has several labels for an image{between}: {targets.ClassNames.Count} labels ({Few(targets.ClassNames)})."
                + Empty(empty),
        };
    }

    private ImageTargetFinding Flags(IReadOnlyList<string> several, bool isGuess)
    {
        var targets = ManifestTargets.Flags(table, table.Rows, several, []);
        return new(ImageTargetKind.Labels, new ImageManifestOptions { FlagColumns = several, ClassNames = known.Count > 0 ? known : null })
        {
            Names = known.Count > 0 ? known : several,
            IsGuess = isGuess,
            Description = $"The columns {Few(several)} say with 0 or 1 which of {several.Count} labels an image has."
                + Empty(targets.Values.Count(row => row.All(value => value == 0))),
        };
    }

    private ImageTargetFinding Numbers(IReadOnlyList<string> several, bool isGuess)
    {
        var targets = ManifestTargets.Numbers(table, table.Rows, several);
        string[] names = several.Count == targets.Values[0].Length
            ? [.. several]
            : [.. Enumerable.Range(1, targets.Values[0].Length).Select(i => $"{several[0]} {i}")];
        if (known.Count > 0 && known.Count != names.Length)
            throw Unclear($"{known.Count} columns of numbers ({Few(known)}); received {Quoted(several)}");
        var ranges = names.Take(Listed).Select((name, i) => string.Create(
            CultureInfo.InvariantCulture, $"'{name}' from {targets.Values.Min(row => row[i]):0.####} to {targets.Values.Max(row => row[i]):0.####}"));
        return new(ImageTargetKind.Numbers, new ImageManifestOptions { TargetColumns = several })
        {
            Names = known.Count > 0 ? known : names,
            IsGuess = isGuess,
            Description = names.Length == 1
                ? $"The column {ranges.Single()} is a number for each image."
                : $"The columns are {names.Length} numbers for each image: {string.Join(", ", ranges)}{(names.Length > Listed ? ", …" : "")}.",
        };
    }

    /// <summary>Refuses numbers such as 1.5 as names.</summary>
    private void RequireNoDecimals(string column, string what)
    {
        if (!AreNumbers(column) || AreWhole(column)) return;
        var first = Texts(column).First(text => !IsWhole(text));
        throw new InvalidDataException(
            $"ImageTargetFinding: expected {what} in the column '{column}' of '{table.Path}': names or whole numbers; received '{first}', a number of a "
                + "regression.");
    }

    /// <summary>The character between labels that occurs in a column: the first of the list; null if there is none.</summary>
    public char? SeparatorOf(string column)
    {
        if (HasLists(column)) return null;
        var texts = Texts(column).ToArray();
        return Separators.Where(separator => texts.Any(text => text.Trim().Contains(separator))).Select(separator => (char?)separator).FirstOrDefault();
    }

    /// <summary>Whether JSON has lists in a column.</summary>
    private bool HasLists(string column) => table.IsJson && table.Rows.Any(row => row.Values.GetValueOrDefault(column) is { Length: not 1 });

    private bool HasEmpty(string column) => table.Rows.Any(row => row.Values.GetValueOrDefault(column) is [""]);

    private bool AreNumbers(string column) => Texts(column).Any() && Texts(column).All(IsNumber);

    private bool AreWhole(string column) => Texts(column).All(IsWhole);

    private static bool IsWhole(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private bool AreFlags(string column) => Texts(column).Any() && Texts(column).All(text => ManifestTargets.FlagOf(text) is not null);

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>The values of a column that are not empty.</summary>
    private IEnumerable<string> Texts(string column) =>
        table.Rows.SelectMany(row => row.Values.GetValueOrDefault(column) ?? []).Where(text => text.Length > 0);

    private bool HasColumn(string name) => table.Columns.Contains(name, StringComparer.OrdinalIgnoreCase);

    private string Existing(string name) => table.Columns.FirstOrDefault(column => column == name)
        ?? table.Columns.FirstOrDefault(column => column.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Unclear($"a column '{name}'");

    private InvalidDataException Unclear(string expected) =>
        new($"ImageTargetFinding: expected {expected} in '{table.Path}'; its columns are {Quoted(table.Columns)}. Name the columns of the targets: "
            + "--targets of the command.");

    private static string Empty(int count) => count == 0 ? "" : $" {count} {(count == 1 ? "image has" : "images have")} none.";

    private static string Few(IReadOnlyList<string> names) => names.Count <= Listed
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(Listed - 2))} and {names.Count - Listed + 2} more";

    private static string Join(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
