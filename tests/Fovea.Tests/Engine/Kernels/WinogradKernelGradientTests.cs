using CsCheck;
using Fovea.Engine;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using static Fovea.Tests.Engine.Kernels.KernelCases;

namespace Fovea.Tests.Engine.Kernels;

/// <summary>
/// The gradient with respect to a kernel by Winograd tiles, compared with its definition. The error of F(2) is within the bound of the direct sum,
/// 8 ε √K of the output's scale; the errors of F(3) and F(4) are within four times that bound.
/// </summary>
public class WinogradKernelGradientTests
{
    private static readonly WinogradVariant[] Variants = Enum.GetValues<WinogradVariant>();

    [Fact]
    public void The_kernel_gradient_agrees_with_its_definition_on_any_shape() => KernelCases.Windows.Sample(
        s => Check(
            s.Batch, WinogradKernelTests.Window(s.Window.InputHeight, s.Window.InputWidth, s.Seed % 3, s.Seed / 3 % 3), s.Channels, s.OutputChannels, s.Seed),
        iter: Samples,
        threads: 1);

    [Theory]
    [InlineData(1, 1, 3, 5)]
    [InlineData(35, 3, 5, 33)]
    [InlineData(40, 2, 32, 96)]
    [InlineData(2, 14, 300, 161)]
    [InlineData(1, 37, 64, 40)]
    [InlineData(3, 19, 130, 65)]
    [InlineData(1, 67, 100, 32)]
    public void Shapes_that_are_split_into_units_of_every_kind_agree_too(int batch, int size, int channels, int filters) =>
        Check(batch, WinogradKernelTests.Window(size, size, 1, 1), channels, filters, seed: 1);

    [Fact]
    public void The_reference_equals_the_gradient_of_a_convolution()
    {
        foreach (var variant in Variants)
        {
            var window = WinogradKernelTests.Window(6, 7, 1, 2);
            Shape image = [2, 6, 7, 3], gradient = [2, window.OutputHeight, window.OutputWidth, 4];
            float[] x = Values(image.Count, 1), e = Values(gradient.Count, 2);
            var op = new WinogradKernelGradientOp(window, variant);
            Assert.Equal([3, 3, 3, 4], op.InferShape([image, gradient]));
            var actual = new double[9 * 12];
            double[][] inputs = [Array.ConvertAll(x, value => (double)value), Array.ConvertAll(e, value => (double)value)];
            op.Reference(new ReferenceCall(inputs, [image, gradient], actual, [3, 3, 3, 4]));
            var expected = Naive.Conv2DKernelGradient(2, window, 3, 4, x, e);
            for (var i = 0; i < actual.Length; i++) Assert.Equal(expected[i], actual[i], 1e-12);
        }
    }

    [Fact]
    public void A_weight_is_bit_identical_in_any_lane()
    {
        var window = WinogradKernelTests.Window(9, 9, 1, 1);
        float[] image = Values(81 * 5, 1), column = Values(81, 2), gradient = new float[81 * 63];
        for (var i = 0; i < gradient.Length; i++) gradient[i] = column[i / 63];
        foreach (var variant in Variants)
        {
            var alone = Run(variant, 1, window, 5, 1, image, column);
            var wide = Run(variant, 1, window, 5, 63, image, gradient);
            for (var i = 0; i < wide.Length; i++) Assert.Equal(alone[i / 63], wide[i]);
        }
    }

    /// <summary>The errors that <see cref="UseWinograd"/> states and by which it decides.</summary>
    [Theory]
    [InlineData(1, 14, 256)]
    [InlineData(3, 20, 256)]
    [InlineData(6, 20, 256)]
    [InlineData(50, 14, 32)]
    public void Tiles_that_training_may_use_are_about_as_accurate_as_the_direct_sum(int batch, int size, int channels)
    {
        var window = WinogradKernelTests.Window(size, size, 1, 1);
        float[] image = Array.ConvertAll(Values(batch * size * size * channels, 1), value => Math.Max(0, value)),
            gradient = Values(batch * size * size * 16, 2);
        var expected = Naive.Conv2DKernelGradient(batch, window, channels, 16, image, gradient);
        var kernel = new Conv2DKernelGradientKernel(batch, window, channels, 16);
        var direct = WinogradKernelTests.MeanError(expected, KernelRunner.Run(kernel, expected.Length, image, gradient));
        foreach (var variant in Variants.Where(variant => UseWinograd.MinSumLength(variant) <= kernel.MaxSumLength))
        {
            var error = WinogradKernelTests.MeanError(expected, Run(variant, batch, window, channels, 16, image, gradient));
            Assert.True(error <= (variant == WinogradVariant.Two ? 1.3 : 1.1) * direct, $"{variant}: {error / direct} times the error of the direct sum");
        }
    }

    private static void Check(int batch, Window2D window, int channels, int filters, int seed)
    {
        var image = Values(batch * window.InputHeight * window.InputWidth * channels, seed);
        var gradient = Values(batch * window.OutputHeight * window.OutputWidth * filters, seed + 1);
        var expected = Naive.Conv2DKernelGradient(batch, window, channels, filters, image, gradient);
        var products = batch * window.OutputHeight * window.OutputWidth;
        foreach (var variant in Variants)
            WinogradKernelTests.AssertBound(
                variant, expected, Run(variant, batch, window, channels, filters, image, gradient), expected.Max(Math.Abs), products,
                (variant, batch, window, channels, filters));
    }

    private static float[] Run(WinogradVariant variant, int batch, Window2D window, int channels, int filters, float[] image, float[] gradient)
    {
        Shape images = [batch, window.InputHeight, window.InputWidth, channels], gradients = [batch, window.OutputHeight, window.OutputWidth, filters];
        var op = new WinogradKernelGradientOp(window, variant);
        return KernelRunner.Run(op.CreateKernel([images, gradients], [3, 3, channels, filters])!, 9 * channels * filters, image, gradient);
    }
}
