using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// Numbers of a list that are far from the others. The distance from the median is measured in robust standard deviations, 1.4826 times the median of the
/// absolute deviations (Hampel 1974), each side of the median on its own, since numbers such as incomes reach much farther above the median than below it.
/// </summary>
internal sealed class NumberFindings(IReadOnlyList<string> names, IReadOnlyList<MeasuredImage> images, DataCheckOptions options)
{
    private const double NormalFactor = 1.4826;

    /// <summary>With fewer numbers on a side there is no usual range.</summary>
    private const int FewestNumbers = 6;

    public IEnumerable<DataFinding> Find() => options.LooksFor(DataFindingKind.NumberOutlier) ? names.SelectMany((_, i) => Find(i)) : [];

    private IEnumerable<DataFinding> Find(int place)
    {
        var known = images.Where(image => image.File.Numbers?[place] is not null).ToArray();
        if (known.Length == 0) yield break;
        var median = Median([.. known.Select(image => image.File.Numbers![place]!.Value)]);
        var (below, above) = (Deviation(known, place, number => number <= median, median), Deviation(known, place, number => number >= median, median));
        foreach (var image in known)
        {
            var number = image.File.Numbers![place]!.Value;
            if ((number < median ? below : above) is not { } deviation) continue;
            var distance = Math.Abs(number - median) / deviation;
            if (!(distance > options.NumberOutlier)) continue;
            yield return new DataFinding(
                DataFindingKind.NumberOutlier, [image.Name], FindingSeverity.Note, string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{image.Name}' (line {image.File.Line}): '{names[place]}' is {number:G6}, {distance:0.0} robust standard deviations "
                        + $"{(number < median ? "below" : "above")} the median {median:G6}; the limit is {options.NumberOutlier:0.##}."))
            {
                Value = distance,
                Threshold = options.NumberOutlier,
            };
        }
    }

    /// <summary>The robust standard deviation of the numbers on one side of the median; null if there are few, or most are equal to it.</summary>
    private static double? Deviation(MeasuredImage[] known, int place, Func<double, bool> isOnSide, double median)
    {
        double[] distances = [.. known.Select(image => image.File.Numbers![place]!.Value).Where(isOnSide).Select(number => Math.Abs(number - median))];
        return distances.Length >= FewestNumbers && NormalFactor * Median(distances) is var deviation and > 0 ? deviation : null;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
