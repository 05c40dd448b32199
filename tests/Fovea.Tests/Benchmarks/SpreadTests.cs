using CsCheck;
using Fovea.Benchmarks;

namespace Fovea.Tests.Benchmarks;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2, 1, 3)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2, 1, 4)]
    [InlineData(new[] { 7.0 }, 7, 7, 7)]
    public void The_median_is_one_of_the_values(double[] values, double median, double min, double max) =>
        Assert.Equal(new Spread(median, min, max), Spread.Of(values));

    [Fact]
    public void A_ratio_is_of_medians_and_its_spread_of_pairs()
    {
        Assert.Equal(new Spread(1.8, 1.5, 2.5), Spread.Ratio([20, 18, 10], [10, 12, 4]));  // 18 / 10 of 2, 1.5 and 2.5
    }

    [Fact]
    public void A_ratio_of_medians_lies_between_the_ratios_of_the_pairs() => Gen.Double[0.1, 10].Select(Gen.Double[0.1, 10]).Array[1, 9].Sample(pairs =>
    {
        var ratio = Spread.Ratio([.. pairs.Select(pair => pair.Item1)], [.. pairs.Select(pair => pair.Item2)]);
        return ratio.Min <= ratio.Median * (1 + 1e-12) && ratio.Median <= ratio.Max * (1 + 1e-12);
    });

    [Fact]
    public void Pairs_have_two_sides()
    {
        var error = Assert.Throws<ArgumentException>(() => Spread.Ratio([1, 2], [1]));
        Assert.StartsWith("expected as many measurements on both sides; received 2 and 1.", error.Message, StringComparison.Ordinal);
    }
}
