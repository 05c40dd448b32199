using System.Globalization;

namespace Fovea;

/// <summary>
/// The 95 % interval of a share, such as an accuracy: the values of the true share with which the observed one is compatible. Wilson 1927,
/// (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96. It stays within 0 and 1, and holds for few samples and for shares near 0 or 1.
/// </summary>
/// <param name="Low">The lower end, from 0 to 1.</param>
/// <param name="High">The upper end, from 0 to 1.</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    /// <summary>The 97.5 % quantile of the normal distribution.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>The interval of an observed share.</summary>
    /// <param name="part">The number of samples that have the property, such as right predictions.</param>
    /// <param name="count">The number of all samples. Of none, the interval is from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or the part is larger than the whole.</exception>
    public static WilsonInterval Of(long part, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, count);
        if (count == 0) return new WilsonInterval(0, 1);
        var (n, p) = ((double)count, (double)part / count);
        var middle = p + (Z * Z / (2 * n));
        var reach = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
        var whole = 1 + (Z * Z / n);
        return new WilsonInterval(part == 0 ? 0 : (middle - reach) / whole, part == count ? 1 : (middle + reach) / whole);
    }

    /// <summary>The interval in percent: <c>82.9 to 87.3 %</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{100 * Low:0.0} to {100 * High:0.0} %");
}
