using System.Globalization;

namespace Fovea;

/// <summary>How <see cref="Calibration"/> divides samples by their confidence.</summary>
public enum CalibrationBins
{
    /// <summary>Bins of equal width between 0 and 1; Guo et al. 2017. A bin may have no samples.</summary>
    EqualWidth,

    /// <summary>Bins of about as many samples each, between quantiles of the confidence. Equal confidences are in one bin.</summary>
    EqualMass,
}

/// <summary>
/// Compares how sure a classifier is with how often it is right. Samples are divided into bins by the probability of their predicted class, the confidence:
/// of those with a confidence near 80 %, a calibrated classifier has 80 % right. <see cref="TemperatureScaling"/> corrects a classifier that is too sure, as
/// trained networks usually are.
/// </summary>
public sealed class Calibration
{
    /// <summary>Divides samples into bins.</summary>
    /// <param name="confidences">The confidence of each sample, from 0 to 1.</param>
    /// <param name="isRight">Whether the prediction of each sample is right.</param>
    /// <param name="bins">The number of bins.</param>
    /// <param name="division">How samples are divided.</param>
    /// <exception cref="ArgumentException">There are no samples, other numbers of both, or a confidence outside 0 to 1.</exception>
    public Calibration(
        IReadOnlyList<double> confidences, IReadOnlyList<bool> isRight, int bins = 15, CalibrationBins division = CalibrationBins.EqualWidth)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        ArgumentNullException.ThrowIfNull(isRight);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (confidences.Count == 0 || confidences.Count != isRight.Count)
            throw new ArgumentException(
                $"Calibration: expected as many confidences as predictions, at least one; received {confidences.Count} and {isRight.Count}.",
                nameof(isRight));
        for (var i = 0; i < confidences.Count; i++)
        {
            if (!(confidences[i] is >= 0 and <= 1))
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Calibration: expected confidences from 0 to 1; sample {i} has {confidences[i]}."),
                    nameof(confidences));
        }

        var edges = division.Defined(nameof(Calibration), nameof(division)) == CalibrationBins.EqualWidth
            ? [.. Enumerable.Range(0, bins + 1).Select(i => (double)i / bins)]
            : Quantiles([.. confidences.Order()], bins);
        Bins = Divide(confidences, isRight, edges);
        Count = confidences.Count;
    }

    /// <summary>The bins that have samples, by ascending confidence.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>The number of samples.</summary>
    public int Count { get; }

    /// <summary>
    /// The mean difference of confidence and accuracy, weighted by the samples of each bin: Σ (n/N)·|accuracy − confidence|. Guo et al. 2017, eq. 3.
    /// </summary>
    public double ExpectedError => Bins.Sum(bin => (double)bin.Count / Count * Math.Abs(bin.Accuracy - bin.Confidence));

    /// <summary>The largest difference of confidence and accuracy of a bin. Guo et al. 2017, eq. 5. Bins of few samples make it large by chance.</summary>
    public double MaximumError => Bins.Max(bin => Math.Abs(bin.Accuracy - bin.Confidence));

    /// <summary>The mean confidence minus the accuracy: above 0 the classifier is too sure.</summary>
    public double Overconfidence => Bins.Sum(bin => (double)bin.Count / Count * (bin.Confidence - bin.Accuracy));

    /// <summary>Measures the confidence of predictions.</summary>
    /// <param name="predictions">The predictions, at least one.</param>
    /// <param name="bins">The number of bins.</param>
    /// <param name="division">How samples are divided.</param>
    /// <exception cref="ArgumentException">There are no predictions, or their probabilities are not finite.</exception>
    public static Calibration Of(ClassPredictions predictions, int bins = 15, CalibrationBins division = CalibrationBins.EqualWidth)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var samples = Enumerable.Range(0, predictions.Count);
        return new Calibration([.. samples.Select(predictions.Confidence)], [.. samples.Select(predictions.IsRight)], bins, division);
    }

    /// <summary>
    /// Compares the probabilities of several labels with how often they apply: each label of each sample counts on its own. Of the labels with a probability
    /// near 80 %, 80 % apply if the model is calibrated.
    /// </summary>
    /// <param name="predictions">The predictions, at least one. They are divided into 15 bins of equal width.</param>
    /// <exception cref="ArgumentException">There are no predictions.</exception>
    public static Calibration Of(LabelPredictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var samples = Enumerable.Range(0, predictions.Count);
        return new Calibration([.. samples.SelectMany(predictions.Probabilities)], [.. samples.SelectMany(predictions.Actual)]);
    }

    /// <summary>The edges of bins at quantiles, interpolated linearly as <c>numpy.percentile</c> does.</summary>
    private static double[] Quantiles(double[] sorted, int bins) => [.. Enumerable.Range(0, bins + 1).Select(i =>
    {
        var place = (double)i / bins * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        return below + 1 >= sorted.Length ? sorted[^1] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    })];

    /// <summary>A sample belongs to the first bin whose upper edge is not below it.</summary>
    private static List<CalibrationBin> Divide(IReadOnlyList<double> confidences, IReadOnlyList<bool> isRight, double[] edges)
    {
        var (counts, sums, right) = (new int[edges.Length - 1], new double[edges.Length - 1], new int[edges.Length - 1]);
        for (var i = 0; i < confidences.Count; i++)
        {
            var bin = 0;
            while (bin < counts.Length - 1 && confidences[i] > edges[bin + 1]) bin++;
            counts[bin]++;
            sums[bin] += confidences[i];
            if (isRight[i]) right[bin]++;
        }

        return [.. Enumerable.Range(0, counts.Length).Where(bin => counts[bin] > 0)
            .Select(bin => new CalibrationBin(edges[bin], edges[bin + 1], counts[bin], sums[bin] / counts[bin], right[bin]))];
    }
}

/// <summary>The samples of a <see cref="Calibration"/> whose confidence is in one range.</summary>
/// <param name="Low">The lower edge, which belongs to the bin before.</param>
/// <param name="High">The upper edge, which belongs to this bin.</param>
/// <param name="Count">The number of samples.</param>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Right">The number of right predictions among them.</param>
public sealed record CalibrationBin(double Low, double High, int Count, double Confidence, int Right)
{
    /// <summary>The share of right predictions.</summary>
    public double Accuracy => (double)Right / Count;

    /// <summary>The 95 % interval of the accuracy.</summary>
    public WilsonInterval AccuracyInterval => WilsonInterval.Of(Right, Count);
}
