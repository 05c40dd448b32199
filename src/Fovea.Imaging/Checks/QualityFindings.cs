using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Findings about single images: light, sharpness, information, size, shape and color.</summary>
internal sealed class QualityFindings(IReadOnlyList<MeasuredImage> images, DataCheckOptions options)
{
    /// <summary>Gray images are reported where most others, this share, have colors.</summary>
    private const double ShareOfColors = 0.8;

    public IEnumerable<DataFinding> Find() =>
    [
        .. Find(
            DataFindingKind.Dark, image => image.BrightEnd, options.Dark, null,
            value => Invariant($"99 % of its pixels are darker than {value:0.00} of full brightness; the limit is {options.Dark:0.00}.")),
        .. Find(
            DataFindingKind.Bright, image => image.DarkEnd, null, options.Bright,
            value => Invariant($"95 % of its pixels are brighter than {value:0.00} of full brightness; the limit is {options.Bright:0.00}."),
            usual: image => 1 - image.DarkEnd),
        .. Find(
            DataFindingKind.Blurred, image => image.Sharpness, options.Blurred, null,
            value => Invariant($"its sharpest edges have a sharpness of {value:0.00}; the limit is {options.Blurred:0.00}.")),
        .. Find(
            DataFindingKind.LowInformation, image => image.Entropy, options.LowInformation, null,
            value => Invariant($"its gray levels have an entropy of {value:0.0} bits; the limit is {options.LowInformation:0.0}.")),
        .. FindSizes(),
        .. Find(
            DataFindingKind.OddAspectRatio, AspectRatio, options.OddAspectRatio, null,
            value => Invariant($"its shorter side is {value:0.00} of the longer one; the limit is {options.OddAspectRatio:0.00}."), FindingSeverity.Note),
        .. FindGray(),
    ];

    /// <summary>Images whose value is beyond a limit, and unusual in the data set and in their class.</summary>
    private IEnumerable<DataFinding> Find(
        DataFindingKind kind, Func<ImageMeasurement, double?> measure, double? below, double? above, Func<double, string> describe,
        FindingSeverity severity = FindingSeverity.Warning, Func<ImageMeasurement, double>? usual = null)
    {
        if (!options.LooksFor(kind)) yield break;
        var comparison = usual is null ? measure : image => usual(image);
        var ofAll = RangeOf(images, comparison);
        var ofClasses = images.GroupBy(image => image.File.Label ?? "").ToDictionary(group => group.Key, group => RangeOf(group, comparison));
        foreach (var image in images)
        {
            if (measure(image.Measures) is not { } value || !(value < below || value > above)) continue;
            var compared = comparison(image.Measures)!.Value;
            if (!ofAll.IsBelow(compared) || !ofClasses[image.File.Label ?? ""].IsBelow(compared)) continue;
            yield return Finding(kind, image, severity, describe(value), value, below ?? above!.Value);
        }
    }

    private IEnumerable<DataFinding> FindSizes()
    {
        if (!options.LooksFor(DataFindingKind.OddSize)) yield break;
        var range = RangeOf(images, Size);
        if (range.Median is not { } median) yield break;
        foreach (var image in images)
        {
            var size = Size(image.Measures)!.Value;
            var ratio = size / median;
            var isSmall = ratio < 1 / options.OddSize && range.IsBelow(size);
            if (!isSmall && !(ratio > options.OddSize && range.IsAbove(size))) continue;
            yield return Finding(
                DataFindingKind.OddSize, image, FindingSeverity.Note,
                Invariant($"it has {image.Measures.Width} × {image.Measures.Height} pixels, {(isSmall ? 1 / ratio : ratio):0.0} times ")
                    + Invariant($"{(isSmall ? "smaller" : "larger")} than the median in both directions; the limit is {options.OddSize:0.0}."),
                isSmall ? 1 / ratio : ratio, options.OddSize);
        }
    }

    private IEnumerable<DataFinding> FindGray()
    {
        if (!options.LooksFor(DataFindingKind.Gray) || images.Count == 0) yield break;
        var share = (double)images.Count(image => !image.Measures.IsGray) / images.Count;
        if (share < ShareOfColors) yield break;
        foreach (var image in images.Where(image => image.Measures.IsGray))
        {
            yield return Finding(
                DataFindingKind.Gray, image, FindingSeverity.Note, Invariant($"it is gray; {100 * share:0.0} % of the images have colors."), share,
                    ShareOfColors);
        }
    }

    private static DataFinding Finding(DataFindingKind kind, MeasuredImage image, FindingSeverity severity, string message, double value, double threshold) =>
        new(kind, [image.Name], severity, $"'{image.Name}': {message}") { Value = value, Threshold = threshold };

    /// <summary>The side of a square of the same area.</summary>
    private static double? Size(ImageMeasurement image) => Math.Sqrt((double)image.Height * image.Width);

    private static double? AspectRatio(ImageMeasurement image) => (double)Math.Min(image.Height, image.Width) / Math.Max(image.Height, image.Width);

    private static UsualRange RangeOf(IEnumerable<MeasuredImage> images, Func<ImageMeasurement, double?> measure) =>
        new(images.Select(image => measure(image.Measures)).OfType<double>());

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
