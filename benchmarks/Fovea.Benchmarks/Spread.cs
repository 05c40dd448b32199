namespace Fovea.Benchmarks;

/// <summary>A figure measured several times: its median, and the least and greatest that was seen.</summary>
internal sealed record Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(Middle(sorted), sorted[0], sorted[^1]);
    }

    /// <summary>
    /// How many times as fast one was as the other, both measured in turn: the ratio of the medians, and the least and greatest ratio of a
    /// pair, between which it lies. On a machine with slow minutes only what was measured side by side can be compared.
    /// </summary>
    public static Spread Ratio(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        if (left.Count != right.Count)
            throw new ArgumentException($"expected as many measurements on both sides; received {left.Count} and {right.Count}.", nameof(right));
        var pairs = Of(left.Zip(right, (a, b) => a / b));
        return pairs with { Median = Of(left).Median / Of(right).Median };
    }

    /// <summary>Of an even number the lower of the two in the middle, so that a median is a value that was measured.</summary>
    private static double Middle(double[] sorted) => sorted[(sorted.Length - 1) / 2];
}
