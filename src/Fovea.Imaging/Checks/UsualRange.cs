namespace Fovea.Imaging;

/// <summary>
/// The usual values of a measure in a data set: the median ± 3.5 robust standard deviations of the logarithms. The robust standard deviation is 1.4826 times
/// the median of the absolute deviations (Hampel 1974; the factor 3.5 is that of Iglewicz and Hoaglin 1993). Night sky is dark in a set of night skies: an
/// image is only reported if it is also unusual for its data set and for its class.
/// </summary>
internal sealed class UsualRange
{
    private const double Deviations = 3.5;
    private const double NormalFactor = 1.4826;

    /// <summary>A factor that is usual in any data set, where most values are equal: 1.1.</summary>
    private const double SmallestFactor = 1.1;

    /// <summary>With fewer values there is no usual range.</summary>
    private const int FewestValues = 12;

    /// <summary>Values below are regarded as this one, so that their logarithms are finite.</summary>
    private const double Smallest = 1e-3;

    private readonly double low = double.PositiveInfinity;
    private readonly double high = double.NegativeInfinity;

    public UsualRange(IEnumerable<double> values)
    {
        var logarithms = values.Select(Logarithm).Order().ToArray();
        if (logarithms.Length < FewestValues) return;
        Median = Math.Exp(Middle(logarithms));
        var middle = Middle(logarithms);
        var deviation = NormalFactor * Middle([.. logarithms.Select(value => Math.Abs(value - middle)).Order()]);
        var width = Math.Max(Deviations * deviation, Math.Log(SmallestFactor));
        (low, high) = (middle - width, middle + width);
    }

    /// <summary>The median; null if there are too few values.</summary>
    public double? Median { get; }

    /// <summary>Whether a value is below the usual ones; true if there are too few values to tell.</summary>
    public bool IsBelow(double value) => Logarithm(value) < low;

    /// <summary>Whether a value is above the usual ones; true if there are too few values to tell.</summary>
    public bool IsAbove(double value) => Logarithm(value) > high;

    private static double Logarithm(double value) => Math.Log(Math.Max(value, Smallest));

    private static double Middle(double[] ordered) => (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
}
