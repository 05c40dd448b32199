using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// Findings about images with masks: files without a partner, masks of another size, classes that are in few masks, and masks of a single class.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="images">The images that can be read, with their sizes.</param>
/// <param name="options">The limits.</param>
internal sealed class MaskFindings(CheckedFiles files, IReadOnlyList<MeasuredImage> images, DataCheckOptions options)
{
    /// <summary>Masks of one class are reported where most others, this share, have several.</summary>
    private const double ShareOfSeveral = 0.8;

    private readonly List<DataFinding> findings = [];

    /// <summary>The findings; none for data without masks.</summary>
    /// <param name="unreadable">The names of files that cannot be read.</param>
    /// <param name="cancellationToken">Stops between two masks.</param>
    public IReadOnlyList<DataFinding> Find(IReadOnlySet<string> unreadable, CancellationToken cancellationToken)
    {
        if (files.Data.Kind != ImageDataKind.Masks) return [];
        var pairs = new List<Pair>();
        foreach (var (part, which) in ((ImageDataPart?, DataPart)[])
            [(files.Data.Training, DataPart.Training), (files.Data.Validation, DataPart.Validation), (files.Data.Test, DataPart.Test)])
        {
            if (part is null) continue;
            var own = MaskPairs.Find(part.Folder, part.Masks!, new MaskFolderOptions { SkipUnmatched = true });
            pairs.AddRange(
                own.Images.Zip(own.Masks, (image, mask) => new Pair(image, mask, which)).Where(pair => !unreadable.Contains(files.NameOf(pair.Mask))));
            FindUnmatched(own.LeftOut);
        }

        if (Read(pairs, cancellationToken) is not { } names) return findings;
        FindSizes(pairs);
        FindRare(pairs, names);
        FindPlain(pairs);
        return findings;
    }

    private void FindUnmatched(IEnumerable<SkippedFile> leftOut) => findings.AddRange(
        leftOut.Where(file => ImageExtensions.IsImage(file.File)).Select(file => new DataFinding(
            DataFindingKind.UnmatchedMask, [files.NameOf(file.File)], FindingSeverity.Error,
            file.Reason.Replace(files.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))));

    /// <summary>Reads the classes and the size of each mask.</summary>
    /// <returns>The names of the classes; null if the labels are not those of classes, which is a finding.</returns>
    private IReadOnlyList<string>? Read(List<Pair> pairs, CancellationToken cancellationToken)
    {
        if (pairs.Count == 0) return null;
        try
        {
            var labels = MaskLabelFinding.Of([.. pairs.Select(pair => pair.Mask)], cancellationToken: cancellationToken);
            var reader = new MaskReader(labels.Colors, list: labels.Labels);
            Parallel.For(0, pairs.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Cpu.Threads }, i =>
            {
                var mask = reader.Read(pairs[i].Mask);
                pairs[i].Size = (mask.Height, mask.Width);
                pairs[i].Classes = mask.Labels.Distinct().Where(label => label != labels.IgnoredLabel).Select(label => label + labels.LabelOffset).ToHashSet();
            });
            return labels.ClassNames;
        }
        catch (Exception error) when (error is InvalidDataException || error is AggregateException { InnerException: InvalidDataException })
        {
            findings.Add(new DataFinding(
                DataFindingKind.Unreadable, [], FindingSeverity.Error, $"the masks cannot be used: {(error.InnerException ?? error).Message}"));
            return null;
        }
    }

    private void FindSizes(List<Pair> pairs)
    {
        var sizes = images.ToDictionary(image => image.File.Path, image => (image.Measures.Height, image.Measures.Width), StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            if (!sizes.TryGetValue(pair.Image, out var image)) continue;
            if (MaskReading.AreInProportion(image.Height, image.Width, pair.Size.Height, pair.Size.Width)) continue;
            findings.Add(new DataFinding(
                DataFindingKind.MaskSize, [files.NameOf(pair.Image), files.NameOf(pair.Mask)], FindingSeverity.Error, string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{files.NameOf(pair.Image)}' has {image.Width} × {image.Height} pixels and its mask '{files.NameOf(pair.Mask)}' {pair.Size.Width} × "
                        + $"{pair.Size.Height}; expected the same size, or at least the same aspect ratio.")));
        }
    }

    private void FindRare(List<Pair> pairs, IReadOnlyList<string> names)
    {
        for (var label = 0; label < names.Count; label++)
        {
            var count = pairs.Count(pair => pair.Part == DataPart.Training && pair.Classes.Contains(label));
            if (count >= options.FewImages) continue;
            findings.Add(new DataFinding(
                DataFindingKind.FewImages, [], count == 0 ? FindingSeverity.Error : FindingSeverity.Warning, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the class '{names[label]}' is in {(count == 0 ? "no mask" : count == 1 ? "1 mask" : $"{count} masks")} for training; the limit is "
                        + $"{options.FewImages}."))
            {
                Value = count,
                Threshold = options.FewImages,
            });
        }
    }

    private void FindPlain(List<Pair> pairs)
    {
        var share = (double)pairs.Count(pair => pair.Classes.Count > 1) / pairs.Count;
        foreach (var pair in pairs.Where(pair => pair.Classes.Count == 0 || (pair.Classes.Count == 1 && share >= ShareOfSeveral)))
        {
            var isEmpty = pair.Classes.Count == 0;
            findings.Add(new DataFinding(
                DataFindingKind.PlainMask, [files.NameOf(pair.Mask)], isEmpty ? FindingSeverity.Warning : FindingSeverity.Note,
                $"'{files.NameOf(pair.Mask)}': " + (isEmpty
                    ? "no pixel belongs to a class."
                    : string.Create(CultureInfo.InvariantCulture, $"all its pixels are of one class; {100 * share:0.0} % of the masks have several.")))
            {
                Value = share,
                Threshold = ShareOfSeveral,
            });
        }
    }

    /// <summary>An image with its mask.</summary>
    private sealed record Pair(string Image, string Mask, DataPart Part)
    {
        /// <summary>The height and width of the mask.</summary>
        public (int Height, int Width) Size { get; set; }

        /// <summary>The class numbers that occur in the mask.</summary>
        public HashSet<int> Classes { get; set; } = [];
    }
}
