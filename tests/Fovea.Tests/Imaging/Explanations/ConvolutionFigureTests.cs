using Fovea.Imaging;
using Fovea.Tests.Explain;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

/// <summary>The figures of a convolution: of every geometry they are drawn, and what they frame lies where it is.</summary>
public class ConvolutionFigureTests
{
    private static readonly SKColor Orange = SKColor.Parse("#EA580C");

    [Theory]
    [InlineData("base/strided", 0, 0)]
    [InlineData("base/depthwise", 3, 7)]
    [InlineData("base/dilated", 9, 7)]
    [InlineData("pointwise", 4, 4)]
    public void Every_geometry_is_drawn(string layer, int row, int column)
    {
        var model = ConvolutionNets.Deep();
        var step = ConvolutionStep.Compute(model, ConvolutionNets.Image(model), layer, (row, column));
        foreach (var png in (byte[][])
            [
                OneOutputFigure.ToPng(step), BorderFigure.ToPng(step.Borders()), StrideFigure.ToPng(step, step.StridesOf(1, 2, 3)),
                PoolingFigure.ToPng(step.Pooling()), ReceptiveFieldFigure.ToPng(step.ReceptiveFields()),
            ])
        {
            using var figure = SKBitmap.Decode(png);
            Assert.InRange(figure.Width, 800, 2200);
            Assert.InRange(figure.Height, 300, 2200);
            Assert.True(Count(figure, color => color != SKColors.White) > 5000);
        }
    }

    [Fact]
    public void The_patch_is_framed_where_it_is_read()
    {
        // An image of 12 × 12 is drawn in squares of 25 from (40, 160) on; the frame is 3 wide around rows 4 to 6, columns 2 to 4.
        var model = ConvolutionNets.Grey();
        using var figure = SKBitmap.Decode(OneOutputFigure.ToPng(ConvolutionStep.Compute(model, ConvolutionNets.Image(model), position: (4, 2))));
        foreach (var (x, y) in ((int, int)[])[(40 + 50, 160 + 120), (40 + 125, 160 + 120), (40 + 90, 160 + 100), (40 + 90, 160 + 175)])
            Assert.Equal(Orange, figure.GetPixel(x, y));
    }

    [Fact]
    public void Kernels_too_large_for_numbers_and_outputs_too_large_for_dots_are_drawn()
    {
        var model = new Sequential { new Input(60, 70, 3), new Conv2D(2, 11, 4, Padding.Same) };
        var step = ConvolutionStep.Compute(model, ConvolutionNets.Image(model));
        using var one = SKBitmap.Decode(OneOutputFigure.ToPng(step));
        using var strides = SKBitmap.Decode(StrideFigure.ToPng(step, step.StridesOf(1, 4)));
        Assert.Equal(40 + 290 + 40 + (2 * 290) + 80 + 40 + 360 + 40, strides.Width);
        Assert.True(Count(strides, color => color == Orange) > 5000, "dots");
    }

    [Fact]
    public void A_kernel_larger_than_its_input_is_said_to_fit_nowhere()
    {
        var model = new Sequential { new Input(2, 2, 1), new Conv2D(1, 3, padding: Padding.Same) };
        using var figure = SKBitmap.Decode(BorderFigure.ToPng(ConvolutionStep.Compute(model, ConvolutionNets.Image(model)).Borders()));
        Assert.InRange(figure.Height, 300, 2200);
    }

    [Fact]
    public void Without_strides_there_is_nothing_to_draw()
    {
        var model = ConvolutionNets.Grey();
        var step = ConvolutionStep.Compute(model, ConvolutionNets.Image(model));
        var error = Assert.Throws<ArgumentException>(() => StrideFigure.ToPng(step, []));
        Assert.Equal("StrideFigure: expected at least one stride; received none. (Parameter 'maps')", error.Message);
    }

    [Theory]
    [InlineData(-0.1234, 1, "−0.12")]
    [InlineData(0.1234, 0.2, "0.123")]
    [InlineData(-0.00004, 1, "0.00")]
    [InlineData(0.00123, 0.002, "0.0012")]
    [InlineData(137.4, 255, "137")]
    [InlineData(-13.28, 20, "−13.3")]
    public void Numbers_have_as_many_decimals_as_their_magnitude_asks_for(double value, double magnitude, string expected) =>
        Assert.Equal(expected, NumberGrid.Print(value, magnitude));

    [Theory]
    [InlineData(new[] { 0f, 0.5f, 1f }, 0.5)]
    [InlineData(new[] { -1f, 0.5f }, 0.75)]
    [InlineData(new[] { 0f, 127.5f, 0.5f }, 0.5 / 255)]
    [InlineData(new[] { -100f, 300f, 0.5f }, 100.5 / 400)]
    public void The_range_of_pixels_is_judged_by_the_pixels(float[] values, double half) => Assert.Equal(half, ShownRange.Of(values).ToUnit(0.5), 1e-9);

    [Fact]
    public void Negative_is_blue_zero_white_positive_orange()
    {
        Assert.Equal(SKColors.White, ExplanationColors.Diverging(0, 2));
        Assert.Equal(SKColor.Parse("#EA580C"), ExplanationColors.Diverging(2, 2));
        Assert.Equal(SKColor.Parse("#2563EB"), ExplanationColors.Diverging(-5, 2));
        Assert.Equal(SKColors.White, ExplanationColors.Diverging(double.NaN, 2));
        Assert.Equal(SKColors.White, ExplanationColors.Diverging(0, 0));
    }

    private static int Count(SKBitmap figure, Func<SKColor, bool> matches) => figure.Pixels.Count(matches);
}
