using CsCheck;
using Fovea.Engine.Ops;
using static Fovea.Tests.Engine.Kernels.KernelCases;

namespace Fovea.Tests.Engine.Kernels;

public class PoolKernelTests
{
    [Fact]
    public void Max_pooling_agrees_with_its_definition_on_any_shape() => KernelCases.Windows.Sample(
        s =>
        {
            var image = Values(ImageSize(s.Batch, s.Window, s.Channels), s.Seed);
            var expected = Naive.MaxPool2D(s.Batch, s.Window, s.Channels, image);
            AssertClose(expected, KernelRunner.Run(new MaxPool2DKernel(s.Batch, s.Window, s.Channels), expected.Length, image), 0, s);
        },
        iter: Samples,
        threads: 1);

    [Fact]
    public void The_gradient_of_max_pooling_goes_to_the_first_maximum_on_any_shape() => KernelCases.Windows.Sample(
        s =>
        {
            var image = FewValues(ImageSize(s.Batch, s.Window, s.Channels), s.Seed);
            var gradient = Values(OutputSize(s.Batch, s.Window, s.Channels), s.Seed + 1);
            var expected = Naive.MaxPool2DGradient(s.Batch, s.Window, s.Channels, image, gradient);
            var actual = KernelRunner.Run(new MaxPool2DGradientKernel(s.Batch, s.Window, s.Channels), expected.Length, image, gradient);
            AssertClose(expected, actual, s.Window.KernelHeight * s.Window.KernelWidth, s);
        },
        iter: Samples,
        threads: 1);

    [Fact]
    public void Average_pooling_agrees_with_its_definition_on_any_shape() => KernelCases.Windows.Sample(
        s =>
        {
            var image = Values(ImageSize(s.Batch, s.Window, s.Channels), s.Seed);
            var expected = Naive.AveragePool2D(s.Batch, s.Window, s.Channels, image);
            var actual = KernelRunner.Run(new AveragePool2DKernel(s.Batch, s.Window, s.Channels), expected.Length, image);
            AssertClose(expected, actual, s.Window.KernelHeight * s.Window.KernelWidth, s);
        },
        iter: Samples,
        threads: 1);

    [Fact]
    public void The_gradient_of_average_pooling_agrees_with_its_definition_on_any_shape() => KernelCases.Windows.Sample(
        s =>
        {
            var gradient = Values(OutputSize(s.Batch, s.Window, s.Channels), s.Seed);
            var expected = Naive.AveragePool2DGradient(s.Batch, s.Window, s.Channels, gradient);
            var actual = KernelRunner.Run(new AveragePool2DGradientKernel(s.Batch, s.Window, s.Channels), expected.Length, gradient);
            AssertClose(expected, actual, s.Window.KernelHeight * s.Window.KernelWidth, s);
        },
        iter: Samples,
        threads: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_NaN_in_the_window_shows_in_every_lane_and_gets_the_gradient(int position)
    {
        const int Channels = 63;
        var window = Window2D.Create((2, 2), (2, 2), (2, 2), (1, 1), Padding.Valid);
        var image = Values(4 * Channels, 1);
        image.AsSpan(position * Channels, Channels).Fill(float.NaN);
        var pooled = KernelRunner.Run(new MaxPool2DKernel(1, window, Channels), Channels, image);
        Assert.All(pooled, value => Assert.True(float.IsNaN(value)));

        var gradient = new float[Channels];
        Array.Fill(gradient, 2f);
        var imageGradient = KernelRunner.Run(new MaxPool2DGradientKernel(1, window, Channels), 4 * Channels, image, gradient);
        for (var i = 0; i < imageGradient.Length; i++) Assert.Equal(i / Channels == position ? 2f : 0f, imageGradient[i]);
    }

    private static int ImageSize(int batch, Window2D window, int channels) => batch * window.InputHeight * window.InputWidth * channels;

    private static int OutputSize(int batch, Window2D window, int channels) => batch * window.OutputHeight * window.OutputWidth * channels;
}
