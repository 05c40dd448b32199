using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// Findings about the sizes of the classes, or of several labels. They count the images for training: all images if the data are not divided.
/// </summary>
internal sealed class ClassFindings(CheckedFiles files, IReadOnlyList<MeasuredImage> images, DataCheckOptions options)
{
    public IEnumerable<DataFinding> Find()
    {
        var counts = Counts();
        if (counts.Count < 2) return [];
        var found = HasSeveralLabels ? FindFew(counts).Concat(FindNearlyAll(counts)) : FindImbalance(counts).Concat(FindFew(counts));
        return found.Where(finding => options.LooksFor(finding.Kind));
    }

    private bool HasSeveralLabels => files.List?.Kind == ImageTargetKind.Labels;

    /// <summary>Whether some images are for training, and others are not.</summary>
    private bool IsDivided => images.Any(image => image.File.Part == DataPart.Training) || files.EmptyClasses.Any(empty => empty.Part == DataPart.Training);

    /// <summary>The number of images for training of each class or label of the data set, in the order of their names.</summary>
    private SortedDictionary<string, int> Counts()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var isDivided = IsDivided;
        foreach (var image in images)
        {
            var isUsed = !isDivided || image.File.IsForTraining;
            foreach (var label in image.File.Labels ?? (image.File.Label is { } only ? [only] : []))
                counts[label] = counts.GetValueOrDefault(label) + (isUsed ? 1 : 0);
        }

        foreach (var (part, label) in files.EmptyClasses.Where(empty => empty.Part is DataPart.Training or DataPart.None)) counts.TryAdd(label, 0);
        return counts;
    }

    private IEnumerable<DataFinding> FindImbalance(SortedDictionary<string, int> counts)
    {
        var (largest, smallest) = (counts.MaxBy(count => count.Value), counts.Where(count => count.Value > 0).MinBy(count => count.Value));
        if (smallest.Key is null) yield break;
        var ratio = (double)largest.Value / smallest.Value;
        if (!(ratio > options.Imbalance)) yield break;
        yield return new DataFinding(
            DataFindingKind.Imbalance, [], FindingSeverity.Warning, string.Create(
                CultureInfo.InvariantCulture,
                $"'{largest.Key}' has {largest.Value} images for training and '{smallest.Key}' {smallest.Value}, {ratio:0.0} times fewer; the limit is "
                    + $"{options.Imbalance:0.0}. Class weights balance them in training."))
        {
            Value = ratio,
            Threshold = options.Imbalance,
        };
    }

    private IEnumerable<DataFinding> FindFew(SortedDictionary<string, int> counts)
    {
        foreach (var (label, count) in counts.Where(count => count.Value < options.FewImages))
        {
            yield return new DataFinding(
                DataFindingKind.FewImages, [], count == 0 && !HasSeveralLabels ? FindingSeverity.Error : FindingSeverity.Warning, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the {(HasSeveralLabels ? "label" : "class")} '{label}' has {(count == 0 ? "no images" : count == 1 ? "1 image" : $"{count} images")} for "
                        + $"training; the limit is {options.FewImages}."))
            {
                Value = count,
                Threshold = options.FewImages,
            };
        }
    }

    /// <summary>A label that nearly all images have is learned from the few that do not have it.</summary>
    private IEnumerable<DataFinding> FindNearlyAll(SortedDictionary<string, int> counts)
    {
        var isDivided = IsDivided;
        var all = images.Count(image => !isDivided || image.File.IsForTraining);
        foreach (var (label, count) in counts.Where(count => count.Value >= options.FewImages && all - count.Value < options.FewImages))
        {
            yield return new DataFinding(
                DataFindingKind.FewImages, [], FindingSeverity.Warning, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(all == count ? "all" : $"all but {all - count}")} images for training have the label '{label}', so that little tells images without "
                        + $"it; the limit is {options.FewImages} images without."))
            {
                Value = all - count,
                Threshold = options.FewImages,
            };
        }
    }
}
