using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

public class ChartTests
{
    [Theory]
    [InlineData(0, 2.4, 0.3, "0 0.5 1 1.5 2")]
    [InlineData(0, 2.4, 0.15, "0 0.2 0.4 0.6 0.8 1 1.2 1.4 1.6 1.8 2 2.2 2.4")]
    [InlineData(93.1, 100.2, 1, "94 95 96 97 98 99 100")]
    [InlineData(-0.004, 0.004, 0.0015, "-0.004 -0.002 0 0.002 0.004")]
    [InlineData(1e6, 3e6, 700_000, "1000000 2000000 3000000")]
    [InlineData(0.2, 0.8, 1, "")]
    public void Grid_lines_are_multiples_of_1_2_or_5_times_a_power_of_ten(double low, double high, double step, string expected) =>
        Assert.Equal(expected, string.Join(' ', Chart.GridValues(low, high, step).Select(value => FormattableString.Invariant($"{value}"))));

    [Fact]
    public void A_value_that_is_not_finite_leaves_a_gap_in_its_curve()
    {
        var chart = new Chart { Label = "x", Ticks = [(0, "0")], Horizontal = (0, 4), Vertical = (0, 1) };
        chart.AddCurve([0, 1, 2, 3, 4], [0.5, 0.5, double.NaN, 0.5, 0.5], SKColors.Red, width: 3);
        using var bitmap = new SKBitmap(530, 585);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        chart.Draw(canvas, SKRect.Create(530, 585));

        // The area of the data is 400 × 400 pixels from (90, 110); the curve lies in its middle, from 0 to 100 and from 300 to 400.
        bool IsRed(int x) => bitmap.GetPixel(90 + x, 310) == SKColors.Red;
        Assert.Equal([true, true, false, false, false, true, true], new[] { 5, 95, 105, 200, 295, 305, 395 }.Select(IsRed));
    }

    [Theory]
    [InlineData(0, 0x44, 0x01, 0x54)]
    [InlineData(0.5, 0x20, 0x90, 0x8C)]
    [InlineData(1, 0xFD, 0xE7, 0x24)]
    [InlineData(double.NaN, 0x44, 0x01, 0x54)]
    [InlineData(7, 0xFD, 0xE7, 0x24)]
    public void Viridis_goes_from_dark_blue_to_yellow(double share, int red, int green, int blue)
    {
        // The published colors at 0, 1/2 and 1 are (68, 1, 84), (33, 145, 140) and (253, 231, 37).
        var color = ExplanationColors.Viridis(share);
        Assert.InRange(color.Red, red - 1, red + 1);
        Assert.InRange(color.Green, green - 1, green + 1);
        Assert.InRange(color.Blue, blue - 1, blue + 1);
    }
}
