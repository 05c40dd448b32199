namespace Fovea.Imaging;

/// <summary>The part of a vertical axis that is drawn.</summary>
/// <param name="Low">The value at the lower border.</param>
/// <param name="High">The value at the upper border.</param>
internal readonly record struct ValueRange(double Low, double High)
{
    /// <summary>The largest share of the values, at either end, that may lie beyond the axis.</summary>
    private const double OutlyingShare = 0.1;

    /// <summary>Outlying values are cut off if the others would fill less than this part of the axis.</summary>
    private const double MinFill = 0.125;

    /// <summary>The free space above and below the curves, as a share of their range.</summary>
    private const double Margin = 0.06;

    /// <summary>Whether a value lies within the axis.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>
    /// Chooses the axis of some values, so that their differences are seen. A few values that are much worse than all others are beyond the axis, so that they
    /// do not flatten the others. The axis starts at 0 if the values come near it.
    /// </summary>
    /// <param name="values">The finite values to be drawn.</param>
    /// <param name="direction">Which values are better. The best value is always within the axis.</param>
    /// <param name="isShare">Whether the values are shares from 0 to 1.</param>
    public static ValueRange Of(IEnumerable<double> values, MonitorMode direction, bool isShare)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return new ValueRange(0, 1);
        var outlying = Math.Max(1, (int)(sorted.Length * OutlyingShare));
        var (first, last) = (0, sorted.Length - 1);
        if (direction != MonitorMode.Max && IsFlattened(sorted, first, last - outlying)) last -= outlying;
        if (direction != MonitorMode.Min && IsFlattened(sorted, first + outlying, last)) first += outlying;

        // Of the values that may be cut off, those near the others are kept.
        var reach = sorted[last] - sorted[first];
        while (last < sorted.Length - 1 && sorted[last + 1] <= sorted[last] + reach) last++;
        while (first > 0 && sorted[first - 1] >= sorted[first] - reach) first--;
        return Around(sorted[first], sorted[last], isShare);
    }

    private static bool IsFlattened(double[] sorted, int first, int last) =>
        last - first >= 1 && sorted[last] - sorted[first] < MinFill * (sorted[^1] - sorted[0]) && sorted[last] > sorted[first];

    private static ValueRange Around(double low, double high, bool isShare)
    {
        var span = high > low ? high - low : isShare ? 0.02 : Math.Max(Math.Abs(high) * 0.2, 1e-9);
        var (bottom, top) = (low - (Margin * span), high + (Margin * span));
        if (high == low) (bottom, top) = (low - (span / 2), high + (span / 2));
        if (low >= 0 && (low <= 0.4 * high || bottom < 0)) bottom = 0;
        if (isShare && low >= 0 && high <= 1)
        {
            // A curve along 0 % or 100 % is drawn in full width.
            var edge = 0.015 * (Math.Min(top, 1) - Math.Max(bottom, 0));
            (bottom, top) = (bottom <= 0 ? -edge : bottom, top >= 1 ? 1 + edge : top);
        }

        return new ValueRange(bottom, top);
    }
}
