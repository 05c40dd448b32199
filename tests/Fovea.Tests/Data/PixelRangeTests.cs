namespace Fovea.Tests.Data;

public class PixelRangeTests
{
    [Theory]
    [InlineData(PixelRange.ZeroToOne, new[] { 0f, 0.2f, 1f })]
    [InlineData(PixelRange.ZeroTo255, new[] { 0f, 51f, 255f })]
    [InlineData(PixelRange.MinusOneToOne, new[] { -1f, -0.6f, 1f })]
    public void Bytes_and_parts_of_one_become_the_numbers_of_a_range_and_back(PixelRange range, float[] expected)
    {
        var values = new float[3];
        range.FromBytes([0, 51, 255], values);
        Assert.Equal(expected, values, (one, other) => Math.Abs(one - other) < 1e-6f);
        float[] unit = [0, 0.2f, 1];
        range.FromUnit(unit);
        Assert.Equal(expected, unit, (one, other) => Math.Abs(one - other) < 1e-6f);
        Assert.Equal([0, 0.2f, 1], expected.Select(value => range.ToUnit(value)), (one, other) => Math.Abs(one - other) < 1e-6f);
    }

    [Fact]
    public void Room_is_required() => Assert.Equal(
        "PixelRange: expected a span for 2 values; received one of 1. (Parameter 'values')",
        Assert.Throws<ArgumentException>(() => PixelRange.ZeroToOne.FromBytes([1, 2], new float[1])).Message);
}
