using CsCheck;
using Fovea.Engine.Ops;
using Fovea.Engine.Simd;
using static Fovea.Tests.Engine.Kernels.KernelCases;

namespace Fovea.Tests.Engine.Kernels;

public class DepthwiseKernelTests
{
    [Fact]
    public void Depthwise_convolution_agrees_with_its_definition_on_any_shape() => KernelCases.Windows.Sample(
        s => Forward(s.Batch, s.Window, s.Channels, s.Seed), iter: Samples, threads: 1);

    [Fact]
    public void The_gradients_of_depthwise_convolution_agree_with_their_definitions_on_any_shape() => KernelCases.Windows.Sample(
        s => Gradients(s.Batch, s.Window, s.Channels, s.Seed), iter: Samples, threads: 1);

    /// <summary>
    /// Images of several bands, and outputs so large that they are written with non-temporal stores. With 72 channels every second pixel is aligned, with
    /// 81 channels every sixteenth.
    /// </summary>
    [Theory]
    [InlineData(1, 130, 3, 1, 1, 64)]
    [InlineData(2, 86, 3, 1, 1, 72)]
    [InlineData(1, 115, 3, 1, 1, 81)]
    [InlineData(2, 61, 3, 2, 1, 48)]
    [InlineData(1, 75, 5, 2, 2, 40)]
    [InlineData(1, 75, 2, 3, 1, 40)]
    public void Depthwise_convolutions_of_large_images_agree_too(int batch, int size, int kernel, int stride, int dilation, int channels)
    {
        foreach (var padding in Enum.GetValues<Padding>())
        {
            var window = Window2D.Create((size, size + 1), (kernel, kernel), (stride, stride), (dilation, dilation), padding);
            Forward(batch, window, channels, seed: 1);
            Gradients(batch, window, channels, seed: 2);
        }
    }

    private static void Forward(int batch, Window2D w, int c, int seed)
    {
        float[] image = Values(batch * w.InputHeight * w.InputWidth * c, seed), kernel = Values(w.KernelHeight * w.KernelWidth * c, seed + 1),
            bias = Values(c, seed + 2);
        var expected = new double[batch * w.OutputHeight * w.OutputWidth * c];
        for (var i = 0; i < expected.Length; i++) expected[i] = 6 + bias[i % c];
        Terms(batch, w, c, (o, p, k) => expected[o] += (double)image[p] * kernel[k]);
        var limited = expected.Select(value => Math.Clamp(value, 0, 6)).ToArray();
        var shifted = bias.Select(value => value + 6).ToArray();
        AssertClose(
            expected, KernelRunner.Run(new DepthwiseConv2DKernel(batch, w, c, hasBias: true), expected.Length, image, kernel, shifted),
            w.KernelHeight * w.KernelWidth, (batch, w, c, seed));
        AssertClose(
            limited, KernelRunner.Run(new DepthwiseConv2DKernel(batch, w, c, hasBias: true, Epilogue.Relu6), expected.Length, image, kernel, shifted),
            w.KernelHeight * w.KernelWidth, (batch, w, c, seed));
    }

    private static void Gradients(int batch, Window2D w, int c, int seed)
    {
        float[] image = Values(batch * w.InputHeight * w.InputWidth * c, seed), kernel = Values(w.KernelHeight * w.KernelWidth * c, seed + 1);
        var gradient = Values(batch * w.OutputHeight * w.OutputWidth * c, seed + 2);
        double[] imageGradient = new double[image.Length], kernelGradient = new double[kernel.Length];
        Terms(batch, w, c, (o, p, k) => imageGradient[p] += (double)gradient[o] * kernel[k]);
        Terms(batch, w, c, (o, p, k) => kernelGradient[k] += (double)gradient[o] * image[p]);
        AssertClose(
            imageGradient, KernelRunner.Run(new DepthwiseConv2DInputGradientKernel(batch, w, c), image.Length, gradient, kernel),
            w.KernelHeight * w.KernelWidth, (batch, w, c, seed));
        if (w is { StrideHeight: 1, StrideWidth: 1 })
            AssertClose(
                imageGradient, KernelRunner.Run(new DepthwiseConv2DFlippedKernel(batch, w, c), image.Length, gradient, kernel), w.KernelHeight * w.KernelWidth,
                (batch, w, c, seed));
        AssertClose(
            kernelGradient, KernelRunner.Run(new DepthwiseConv2DKernelGradientKernel(batch, w, c), kernel.Length, image, gradient),
            batch * w.OutputHeight * w.OutputWidth, (batch, w, c, seed));
    }

    private static void Terms(int batch, Window2D window, int channels, Action<int, int, int> visit) => Naive.Visit(batch, window, (o, p, tap) =>
    {
        for (var c = 0; c < channels; c++) visit((o * channels) + c, (p * channels) + c, (tap * channels) + c);
    });
}
