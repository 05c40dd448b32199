using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// The images of a list with their classes, labels or numbers, as far as they can be read. What a training would refuse is a finding here, so that all
/// mistakes of a list are found at once.
/// </summary>
internal sealed class CheckedList
{
    private const int NamedLines = 8;

    private readonly ManifestTable table;
    private readonly ImageTargetRules rules;
    private readonly TargetDecision? decision;
    private readonly char? separator;
    private readonly List<CheckedImage> images = [];
    private readonly List<DataFinding> findings = [];
    private readonly List<string> notes = [];

    /// <param name="data">The list.</param>
    /// <param name="options">What is known about its targets.</param>
    /// <param name="nameOf">The name of a file in findings.</param>
    /// <exception cref="InvalidDataException">The list is damaged, has no column of files, or none of the files exists.</exception>
    public CheckedList(ImageData data, DataCheckOptions options, Func<string, string> nameOf)
    {
        table = ManifestTable.Read(data.Path);
        rules = new ImageTargetRules(table, options.TargetKind, options.TargetColumns, [], data.Folder);
        decision = Decide(options);
        separator = decision is { Kind: ImageTargetKind.Labels, AreFlags: false } ? rules.SeparatorOf(decision.Columns[0]) : null;
        Read(ImageManifest.FilesOf(table, data.Folder), nameOf);
        if (decision is not null) FindMissing();
    }

    /// <summary>What the targets are; null if that is not clear.</summary>
    public ImageTargetKind? Kind => decision?.Kind;

    /// <summary>The names of the numbers; none for other targets.</summary>
    public IReadOnlyList<string> NumberNames { get; private set; } = [];

    public IReadOnlyList<CheckedImage> Images => images;

    /// <summary>Rows without a target.</summary>
    public IReadOnlyList<DataFinding> Findings => findings;

    /// <summary>Sentences about what was not checked.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>A sentence about the targets; empty if it is not clear what they are.</summary>
    public string Description => decision switch
    {
        null => "",
        { AreFlags: true } => $"The columns {Few(decision.Columns)} say with 0 or 1 which of {decision.Columns.Count} labels an image has.",
        { Kind: ImageTargetKind.Class } => $"The column '{decision.Columns[0]}' has a class for each image.",
        { Kind: ImageTargetKind.Labels } => $"The column '{decision.Columns[0]}' has several labels for an image.",
        _ => decision.Columns.Count == 1
            ? $"The column '{decision.Columns[0]}' has a number for each image."
            : $"The columns {Few(decision.Columns)} have numbers for each image.",
    };

    private TargetDecision? Decide(DataCheckOptions options)
    {
        try
        {
            return rules.Decide();
        }
        catch (InvalidDataException error) when (options.TargetColumns.Count == 0)
        {
            notes.Add($"Classes, labels and numbers are not checked. {error.Message}");
            return null;
        }
    }

    private void Read(IReadOnlyList<string> files, Func<string, string> nameOf)
    {
        var partColumn = ManifestParts.ColumnOf(table, new ImageManifestOptions());
        var (seen, again, others) = (new HashSet<(string, string?, DataPart)>(), 0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        var lengths = decision?.Kind == ImageTargetKind.Numbers ? NumbersOfColumns() : [];
        for (var i = 0; i < files.Count; i++)
        {
            var row = table.Rows[i];
            var value = partColumn is null ? "" : row.Values.GetValueOrDefault(partColumn) is [var text] ? text : "";
            var part = partColumn is null ? DataPart.None : ManifestParts.PartOf(partColumn, value);
            if (partColumn is not null && part == DataPart.None) others[value] = others.GetValueOrDefault(value) + 1;
            var image = Of(row, new CheckedImage(files[i], nameOf(files[i]), part, null) { Line = row.Line }, lengths);
            if (seen.Add((Path.GetFullPath(files[i]), image.Target, part))) images.Add(image);
            else again++;
        }

        if (again > 0)
            notes.Add(
                $"{(again == 1 ? "1 row names" : $"{again} rows name")} a file again, with the same target and part: it counts several times in training.");
        if (others.Count > 0)
            notes.Add(
                $"The column '{partColumn}' has values that are no part (train, validation or test), which a training refuses: "
                    + $"{string.Join(", ", others.Take(NamedLines).Select(other => $"'{other.Key}' in {other.Value} rows"))}.");
    }

    /// <summary>The image with its targets.</summary>
    private CheckedImage Of(ManifestRow row, CheckedImage image, int[] lengths) => decision switch
    {
        null => image,
        { AreFlags: true } => image with
        {
            Labels = [.. decision.Columns.Where(column => ManifestTargets.FlagOf(Text(row, column)) == 1)],
        },
        { Kind: ImageTargetKind.Class } => image with { Label = Text(row, decision.Columns[0]) is { Length: > 0 } label ? label : null },
        { Kind: ImageTargetKind.Labels } => image with { Labels = LabelsOf(row, decision.Columns[0]) },
        _ => image with { Numbers = [.. decision.Columns.SelectMany((column, i) => NumbersOf(row, column, lengths[i]))] },
    };

    private string[] LabelsOf(ManifestRow row, string column)
    {
        var texts = row.Values.GetValueOrDefault(column) ?? [];
        return
        [
            .. (separator is { } between ? texts.SelectMany(text => text.Split(between)) : texts)
                .Select(text => text.Trim()).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>How many numbers each column has, which is more than one in a list of JSON. Sets <see cref="NumberNames"/>.</summary>
    private int[] NumbersOfColumns()
    {
        int[] lengths = [.. decision!.Columns.Select(column => Math.Max(1, table.Rows.Max(row => row.Values.GetValueOrDefault(column)?.Length ?? 0)))];
        NumberNames =
        [
            .. decision.Columns.SelectMany((column, i) => lengths[i] == 1
                ? [column]
                : Enumerable.Range(1, lengths[i]).Select(number => string.Create(CultureInfo.InvariantCulture, $"{column} {number}"))),
        ];
        return lengths;
    }

    private static IEnumerable<double?> NumbersOf(ManifestRow row, string column, int length)
    {
        var texts = row.Values.GetValueOrDefault(column) ?? [];
        return Enumerable.Range(0, length).Select(i => i < texts.Length
            && double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : (double?)null);
    }

    private void FindMissing()
    {
        if (decision!.Kind == ImageTargetKind.Numbers)
        {
            for (var i = 0; i < NumberNames.Count; i++)
            {
                var place = i;
                AddMissing(image => image.Numbers![place] is null, $"no number in the column '{NumberNames[i]}'", FindingSeverity.Error);
            }
        }
        else if (decision.Kind == ImageTargetKind.Class)
        {
            AddMissing(image => image.Label is null, $"no class in the column '{decision.Columns[0]}'", FindingSeverity.Error);
        }
        else
        {
            AddMissing(image => image.Labels!.Count == 0, "no label", FindingSeverity.Note);
        }
    }

    private void AddMissing(Func<CheckedImage, bool> isMissing, string what, FindingSeverity severity)
    {
        var missing = images.Where(isMissing).ToList();
        if (missing.Count == 0) return;
        var lines = string.Join(", ", missing.Take(NamedLines).Select(image => image.Line.ToString(CultureInfo.InvariantCulture)));
        if (missing.Count > NamedLines) lines += string.Create(CultureInfo.InvariantCulture, $" and {missing.Count - NamedLines} more");
        var count = missing.Count == 1 ? "1 row has" : string.Create(CultureInfo.InvariantCulture, $"{missing.Count} rows have");
        findings.Add(new DataFinding(
            DataFindingKind.MissingTarget, [.. missing.Select(image => image.Name)], severity,
            $"{count} {what} ({(missing.Count == 1 ? "line" : "lines")} {lines}); "
                + (severity == FindingSeverity.Error ? "a training refuses the list." : "a training takes such images as ones without labels."))
        {
            Value = missing.Count,
            Threshold = 0,
        });
    }

    /// <summary>The only value of a column; empty if there is none, or several.</summary>
    private static string Text(ManifestRow row, string column) => row.Values.GetValueOrDefault(column) is [var only] ? only : "";

    private static string Few(IReadOnlyList<string> names) =>
        names.Count <= NamedLines ? string.Join(", ", names) : $"{string.Join(", ", names.Take(NamedLines - 2))} and {names.Count - NamedLines + 2} more";
}
