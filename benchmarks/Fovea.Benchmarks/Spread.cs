namespace Fovea.Benchmarks;

/// <summary>A figure measured several times: its median, minimum and maximum.</summary>
internal sealed record Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(Middle(sorted), sorted[0], sorted[^1]);
    }

    /// <summary>
    /// The ratio of two figures that were measured in turn: that of the medians, with the minimum and maximum ratio of a pair. On a machine with
    /// slow minutes, only figures of the same minutes can be compared.
    /// </summary>
    public static Spread Ratio(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        if (left.Count != right.Count)
            throw new ArgumentException($"expected as many measurements on both sides; received {left.Count} and {right.Count}.", nameof(right));
        var pairs = Of(left.Zip(right, (a, b) => a / b));
        return pairs with { Median = Of(left).Median / Of(right).Median };
    }

    /// <summary>For an even count, the lower of the two middle values, so that the median is a measured value.</summary>
    private static double Middle(double[] sorted) => sorted[(sorted.Length - 1) / 2];
}
