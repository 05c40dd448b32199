using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Findings about images that show the same: one for each group.</summary>
internal sealed class DuplicateFindings(IReadOnlyList<MeasuredImage> images, DataCheckOptions options)
{
    private const int Named = 3;

    /// <summary>The correlation from which on images differ in nothing but how they were saved.</summary>
    private const double SameImage = 0.995;

    /// <summary>The groups of duplicates by the indices of their images.</summary>
    public IReadOnlyList<int[]> Groups { get; private set; } = [];

    public IEnumerable<DataFinding> Find(CancellationToken cancellationToken)
    {
        var pairs = new DuplicateSearch([.. images.Select(image => image.Measures)], options.NearDuplicate).Run(cancellationToken);
        var sets = new DisjointSets(images.Count);
        foreach (var pair in pairs) sets.Join(pair.One, pair.Other);
        Groups = [.. sets.Groups()];
        var pairsOf = pairs.ToLookup(pair => sets.Root(pair.One));
        return Groups.Select(group => FindingOf(group, [.. pairsOf[sets.Root(group[0])]])).Where(finding => options.LooksFor(finding.Kind));
    }

    private DataFinding FindingOf(int[] group, DuplicatePair[] pairs)
    {
        // Images that are almost the same may well have different numbers.
        var isExact = group.Select(i => images[i].Measures.Pixels).Distinct().Count() == 1;
        var labels = group.Where(i => isExact || images[i].File.Numbers is null).Select(i => images[i].File.Target).OfType<string>()
            .Distinct(StringComparer.Ordinal).ToArray();
        var parts = group.Select(i => images[i].File.Part).Distinct().Where(part => part != DataPart.None).Order().Select(FolderName.NameOf).ToArray();
        var similarity = pairs.Min(pair => pair.Similarity);
        var kind = labels.Length > 1 ? DataFindingKind.DuplicateWithTwoLabels
            : parts.Length > 1 ? DataFindingKind.DuplicateAcrossSplits
            : isExact ? DataFindingKind.ExactDuplicate
            : DataFindingKind.NearDuplicate;
        var isError = kind is DataFindingKind.DuplicateWithTwoLabels or DataFindingKind.DuplicateAcrossSplits;
        return new DataFinding(
            kind, [.. group.Select(i => images[i].Name)], isError ? FindingSeverity.Error : FindingSeverity.Warning, Describe(group, pairs, labels, parts))
        {
            Value = similarity,
            Threshold = options.NearDuplicate,
            FileToKeep = labels.Length > 1 ? null : images[group.MaxBy(i => images[i].File.Part)].Name,
        };
    }

    private string Describe(int[] group, DuplicatePair[] pairs, string[] labels, string[] parts)
    {
        var names = string.Join(", ", group.Take(Named).Select(i => $"'{images[i].Name}'"));
        if (group.Length > Named) names += string.Create(CultureInfo.InvariantCulture, $" and {group.Length - Named} more");
        var bytes = group.Select(i => images[i].Measures.Bytes).Distinct().Count() == 1;
        var pixels = group.Select(i => images[i].Measures.Pixels).Distinct().Count() == 1;
        var changes = pairs.Where(pair => pair.One == group[0]).Select(pair => Symmetry.Describe(pair.Symmetry)).Where(change => change.Length > 0).Distinct()
            .Order(StringComparer.Ordinal).ToList();
        var same = pairs.Min(pair => pair.Similarity) >= SameImage ? "the same image" : "almost the same image";
        var how = bytes ? "the same file" : pixels ? "the same pixels" : changes.Count > 0 ? $"{same}, {string.Join(" or ", changes)}" : same;
        var where = (labels.Length > 1 ? $", with the {(images[group[0]].File.Numbers is null ? "labels" : "numbers")} {Listed(labels)}" : "")
            + (parts.Length > 1 ? $", in {Listed(parts)}" : "");
        var measure = pixels ? "" : string.Create(CultureInfo.InvariantCulture, $" (correlation {pairs.Min(pair => pair.Similarity):0.000})");
        return $"{names}: {how}{where}{measure}.";
    }

    private static string Listed(string[] names) => names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
}
