using CsCheck;
using Fovea.Engine.Ops;
using Fovea.Engine.Simd;
using static Fovea.Tests.Engine.Kernels.KernelCases;

namespace Fovea.Tests.Engine.Kernels;

public class DepthwiseKernelTests
{
    [Fact]
    public void Depthwise_convolution_agrees_with_its_definition_on_any_shape() => KernelCases.Windows.Sample(
        s =>
        {
            var (w, c) = (s.Window, s.Channels);
            float[] image = Values(s.Batch * w.InputHeight * w.InputWidth * c, s.Seed), kernel = Values(w.KernelHeight * w.KernelWidth * c, s.Seed + 1), bias = Values(c, s.Seed + 2);
            var expected = new double[s.Batch * w.OutputHeight * w.OutputWidth * c];
            for (var i = 0; i < expected.Length; i++) expected[i] = 6 + bias[i % c];
            Terms(s.Batch, w, c, (o, p, k) => expected[o] += (double)image[p] * kernel[k]);
            var limited = expected.Select(value => Math.Clamp(value, 0, 6)).ToArray();
            var shifted = bias.Select(value => value + 6).ToArray();
            AssertClose(expected, KernelRunner.Run(new DepthwiseConv2DKernel(s.Batch, w, c, hasBias: true), expected.Length, image, kernel, shifted), w.KernelHeight * w.KernelWidth, s);
            AssertClose(limited, KernelRunner.Run(new DepthwiseConv2DKernel(s.Batch, w, c, hasBias: true, Epilogue.Relu6), expected.Length, image, kernel, shifted), w.KernelHeight * w.KernelWidth, s);
        },
        iter: Samples,
        threads: 1);

    [Fact]
    public void The_gradients_of_depthwise_convolution_agree_with_their_definitions_on_any_shape() => KernelCases.Windows.Sample(
        s =>
        {
            var (w, c) = (s.Window, s.Channels);
            float[] image = Values(s.Batch * w.InputHeight * w.InputWidth * c, s.Seed), kernel = Values(w.KernelHeight * w.KernelWidth * c, s.Seed + 1);
            var gradient = Values(s.Batch * w.OutputHeight * w.OutputWidth * c, s.Seed + 2);
            double[] imageGradient = new double[image.Length], kernelGradient = new double[kernel.Length];
            Terms(s.Batch, w, c, (o, p, k) => imageGradient[p] += (double)gradient[o] * kernel[k]);
            Terms(s.Batch, w, c, (o, p, k) => kernelGradient[k] += (double)gradient[o] * image[p]);
            AssertClose(imageGradient, KernelRunner.Run(new DepthwiseConv2DInputGradientKernel(s.Batch, w, c), image.Length, gradient, kernel), w.KernelHeight * w.KernelWidth, s);
            if (w is { StrideHeight: 1, StrideWidth: 1 }) AssertClose(imageGradient, KernelRunner.Run(new DepthwiseConv2DFlippedKernel(s.Batch, w, c), image.Length, gradient, kernel), w.KernelHeight * w.KernelWidth, s);
            AssertClose(kernelGradient, KernelRunner.Run(new DepthwiseConv2DKernelGradientKernel(s.Batch, w, c), kernel.Length, image, gradient), s.Batch * w.OutputHeight * w.OutputWidth, s);
        },
        iter: Samples,
        threads: 1);

    private static void Terms(int batch, Window2D window, int channels, Action<int, int, int> visit) => Naive.Visit(batch, window, (o, p, tap) =>
    {
        for (var c = 0; c < channels; c++) visit((o * channels) + c, (p * channels) + c, (tap * channels) + c);
    });
}
