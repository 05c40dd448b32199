using Fovea.Engine.Simd;

namespace Fovea.Tests.Engine.Simd;

public class CutTests
{
    [Theory]
    [InlineData(4, 10, 1, new[] { 0, 2, 5, 7, 10 })]
    [InlineData(3, 100, 16, new[] { 0, 32, 64, 100 })]
    [InlineData(9, 5, 1, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(0, 7, 1, new[] { 0, 7 })]
    public void Parts_begin_at_grains_and_differ_by_at_most_one_grain(int parts, int total, int grain, int[] expected) =>
        Assert.Equal(expected, Starts(Cut.Into(parts, total, grain)));

    [Fact]
    public void At_most_gives_the_fewest_parts_of_a_length() => Assert.Equal([0, 3, 6, 10], Starts(Cut.AtMost(4, 10)));

    [Theory]
    [InlineData(4, 10, new[] { 0, 4, 8, 10 })]
    [InlineData(5, 10, new[] { 0, 5, 10 })]
    [InlineData(20, 10, new[] { 0, 10 })]
    public void Every_gives_parts_of_one_length_and_a_shorter_last_one(int length, int total, int[] expected) =>
        Assert.Equal(expected, Starts(Cut.Every(length, total)));

    [Fact]
    public void The_maximum_length_bounds_all_parts()
    {
        foreach (var cut in new[] { Cut.Into(4, 10), Cut.Into(3, 100, 16), Cut.AtMost(4, 10), Cut.Every(4, 10), Cut.Every(20, 10) })
            Assert.All(Starts(cut).Zip(Starts(cut).Skip(1)), part => Assert.InRange(part.Second - part.First, 1, cut.MaxLength));
    }

    private static int[] Starts(Cut cut) => [.. Enumerable.Range(0, cut.Parts + 1).Select(cut.Start)];
}
