using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Findings about the sizes of the classes. They count the images for training: all images if the data are not divided.</summary>
internal sealed class ClassFindings(CheckedFiles files, IReadOnlyList<MeasuredImage> images, DataCheckOptions options)
{
    public IEnumerable<DataFinding> Find()
    {
        var counts = Counts();
        if (counts.Count < 2) return [];
        return FindImbalance(counts).Concat(FindFew(counts)).Where(finding => options.LooksFor(finding.Kind));
    }

    /// <summary>The number of images for training of each class of the data set, in the order of their names.</summary>
    private SortedDictionary<string, int> Counts()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var isDivided = images.Any(image => image.File.Part == DataPart.Training) || files.EmptyClasses.Any(empty => empty.Part == DataPart.Training);
        foreach (var image in images)
        {
            if (image.File.Label is not { } label) continue;
            var isUsed = !isDivided || image.File.Part is DataPart.Training or DataPart.None;
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
                DataFindingKind.FewImages, [], count == 0 ? FindingSeverity.Error : FindingSeverity.Warning, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the class '{label}' has {(count == 0 ? "no images" : count == 1 ? "1 image" : $"{count} images")} for training; the limit is "
                        + $"{options.FewImages}."))
            {
                Value = count,
                Threshold = options.FewImages,
            };
        }
    }
}
