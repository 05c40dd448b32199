using CsCheck;
using Fovea.Engine.Ops;
using Fovea.Engine.Simd;
using static Fovea.Tests.Engine.Kernels.KernelCases;

namespace Fovea.Tests.Engine.Kernels;

public class Conv2DKernelTests
{
    [Fact]
    public void A_convolution_agrees_with_its_definition_on_any_shape() => KernelCases.Windows.Sample(
        s => Forward(s.Batch, s.Window, s.Channels, s.OutputChannels, s.Seed), iter: Samples, threads: 1);

    [Fact]
    public void The_image_gradient_of_a_convolution_agrees_with_its_definition_on_any_shape() => KernelCases.Windows.Sample(
        s => InputGradient(s.Batch, s.Window, s.Channels, s.OutputChannels, s.Seed), iter: Samples, threads: 1);

    [Fact]
    public void The_kernel_gradient_of_a_convolution_agrees_with_its_definition_on_any_shape() => KernelCases.Windows.Sample(
        s => KernelGradient(s.Batch, s.Window, s.Channels, s.OutputChannels, s.Seed), iter: Samples, threads: 1);

    [Fact]
    public void In_groups_a_convolution_and_its_gradients_agree_with_their_definitions_on_any_shape() => Gen.Select(KernelCases.Windows, Gen.Int[2, 6]).Sample(
        (s, groups) =>
        {
            Forward(s.Batch, s.Window, s.Channels * groups, s.OutputChannels * groups, s.Seed, groups);
            InputGradient(s.Batch, s.Window, s.Channels * groups, s.OutputChannels * groups, s.Seed, groups);
            KernelGradient(s.Batch, s.Window, s.Channels * groups, s.OutputChannels * groups, s.Seed, groups);
        },
        iter: Samples,
        threads: 1);

    [Theory]
    [InlineData(1, 1, 1, 2, 2, 2, Padding.Valid)]
    [InlineData(1, 14, 3, 128, 128, 32, Padding.Same)]
    [InlineData(1, 7, 3, 256, 256, 2, Padding.Same)]
    [InlineData(3, 9, 5, 192, 96, 2, Padding.Valid)]
    [InlineData(1, 5, 3, 144, 240, 3, Padding.Same)]
    [InlineData(2, 6, 1, 600, 130, 2, Padding.Valid)]
    [InlineData(17, 5, 2, 37, 74, 37, Padding.Same)]
    [InlineData(2, 14, 3, 20, 128, 2, Padding.Same)]
    public void Groups_that_are_split_into_units_of_every_kind_agree_too(
        int batch, int size, int kernel, int channels, int outputChannels, int groups, Padding padding)
    {
        var window = Window2D.Create((size, size), (kernel, kernel), (1, 1), (1, 1), padding);
        Forward(batch, window, channels, outputChannels, seed: 1, groups);
        InputGradient(batch, window, channels, outputChannels, seed: 2, groups);
        KernelGradient(batch, window, channels, outputChannels, seed: 3, groups);
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1, Padding.Valid)]
    [InlineData(1, 1, 3, 5, 33, Padding.Same)]
    [InlineData(35, 6, 3, 2, 7, Padding.Valid)]
    [InlineData(19, 5, 3, 64, 64, Padding.Same)]
    [InlineData(2, 7, 3, 300, 96, Padding.Same)]
    [InlineData(1, 7, 7, 300, 65, Padding.Valid)]
    [InlineData(3, 23, 1, 64, 130, Padding.Valid)]
    [InlineData(1, 71, 3, 16, 40, Padding.Same)]
    [InlineData(1, 9, 3, 520, 70, Padding.Same)]
    [InlineData(2, 5, 1, 1024, 96, Padding.Valid)]
    [InlineData(1, 4, 3, 514, 33, Padding.Same)]
    public void Shapes_that_are_split_into_units_of_every_kind_agree_too(int batch, int size, int kernel, int channels, int outputChannels, Padding padding)
    {
        var window = Window2D.Create((size, size), (kernel, kernel), (1, 1), (1, 1), padding);
        Forward(batch, window, channels, outputChannels, seed: 1);
        InputGradient(batch, window, channels, outputChannels, seed: 2);
        KernelGradient(batch, window, channels, outputChannels, seed: 3);
    }

    [Fact]
    public void A_pixel_is_bit_identical_alone_and_in_a_batch_and_in_any_lane()
    {
        var window = Window2D.Create((6, 6), (3, 3), (1, 1), (1, 1), Padding.Same);
        var image = Values(7 * 36 * 5, 1);
        var column = Values(45, 2);
        var kernel = new float[45 * 55];  // the same weights for every output channel
        for (var i = 0; i < kernel.Length; i++) kernel[i] = column[i / 55];
        var batch = KernelRunner.Run(new Conv2DKernel(7, window, 5, 55, hasBias: false), 7 * 36 * 55, image, kernel);
        for (var n = 0; n < 7; n++)
        {
            var alone = KernelRunner.Run(new Conv2DKernel(1, window, 5, 1, hasBias: false), 36, image[(n * 180)..((n + 1) * 180)], column);
            for (var i = 0; i < 36 * 55; i++) Assert.Equal(alone[i / 55], batch[(n * 36 * 55) + i]);
        }
    }

    [Fact]
    public void Relu_keeps_a_NaN_in_every_lane()
    {
        var window = Window2D.Create((1, 1), (1, 1), (1, 1), (1, 1), Padding.Valid);
        foreach (var epilogue in new[] { Epilogue.None, Epilogue.Relu, Epilogue.Relu6 })
        {
            var output = KernelRunner.Run(new Conv2DKernel(1, window, 1, 63, hasBias: false, epilogue), 63, [float.NaN], Values(63, 1));
            Assert.All(output, value => Assert.True(float.IsNaN(value)));
        }
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(3, 14, 1, 67, 130)]
    [InlineData(2, 15, 2, 100, 33)]
    [InlineData(40, 7, 3, 49, 64)]
    [InlineData(5, 30, 1, 16, 200)]
    public void The_kernel_gradient_of_a_pointwise_convolution_agrees_with_its_definition(int batch, int size, int stride, int channels, int outputChannels) =>
        KernelGradient(batch, Window2D.Create((size, size), (1, 1), (stride, stride), (1, 1), Padding.Valid), channels, outputChannels, seed: 4);

    private static void Forward(int batch, Window2D window, int channels, int outputChannels, int seed, int groups = 1)
    {
        var image = Values(batch * window.InputHeight * window.InputWidth * channels, seed);
        var kernel = Values(window.KernelHeight * window.KernelWidth * channels / groups * outputChannels, seed + 1);
        var bias = seed % 2 == 0 ? null : Values(outputChannels, seed + 2);
        var epilogue = (Epilogue)(seed % 3);
        var expected = Naive.Conv2D(batch, window, channels, outputChannels, image, kernel, bias, groups);
        var residual = seed % 4 == 1 ? Values(expected.Length, seed + 3) : null;
        if (residual is not null) expected = [.. expected.Zip(residual, (x, y) => x + y)];
        if (epilogue != Epilogue.None) expected = [.. expected.Select(x => Math.Clamp(x, 0, epilogue == Epilogue.Relu6 ? 6 : double.MaxValue))];
        var packed = Pack(kernel, outputChannels);
        foreach (var isPacked in groups > 1 && outputChannels / groups % Panels.Width > 0 ? [false] : new[] { false, true })
        {
            var layout = isPacked ? KernelLayout.Packed : KernelLayout.Plain;
            var actual = KernelRunner.Run(
                new Conv2DKernel(batch, window, channels, outputChannels, bias is not null, epilogue, residual is not null, layout, groups),
                expected.Length,
                [.. new[] { image, isPacked ? packed : kernel, bias, residual }.OfType<float[]>()]);
            AssertClose(
                expected, actual, (window.KernelHeight * window.KernelWidth * channels / groups) + 1, (batch, window, channels, outputChannels, groups));
        }
    }

    private static float[] Pack(float[] kernel, int columns)
    {
        Shape shape = [kernel.Length / columns, columns];
        var packed = KernelRunner.Run(new PackKernelOp().CreateKernel([shape], shape)!, kernel.Length, kernel);
        Assert.Equal(Array.ConvertAll(kernel, value => (double)value), PackKernelOp.Unpack(Array.ConvertAll(packed, value => (double)value), shape));
        return packed;
    }

    private static void InputGradient(int batch, Window2D window, int channels, int outputChannels, int seed, int groups = 1)
    {
        var gradient = Values(batch * window.OutputHeight * window.OutputWidth * outputChannels, seed);
        var kernel = Values(window.KernelHeight * window.KernelWidth * channels / groups * outputChannels, seed + 1);
        var expected = Naive.Conv2DInputGradient(batch, window, channels, outputChannels, gradient, kernel, groups);
        Shape output = [batch, window.OutputHeight, window.OutputWidth, outputChannels],
            kernelShape = [window.KernelHeight, window.KernelWidth, channels / groups, outputChannels];
        var op = new Conv2DInputGradientOp(window, groups);
        var actual = KernelRunner.Run(op.CreateKernel([output, kernelShape], op.InferShape([output, kernelShape]))!, expected.Length, gradient, kernel);
        AssertClose(expected, actual, window.KernelHeight * window.KernelWidth * outputChannels / groups, (batch, window, channels, outputChannels, groups));
    }

    private static void KernelGradient(int batch, Window2D window, int channels, int outputChannels, int seed, int groups = 1)
    {
        var image = Values(batch * window.InputHeight * window.InputWidth * channels, seed);
        var gradient = Values(batch * window.OutputHeight * window.OutputWidth * outputChannels, seed + 1);
        var expected = Naive.Conv2DKernelGradient(batch, window, channels, outputChannels, image, gradient, groups);
        var actual = KernelRunner.Run(new Conv2DKernelGradientKernel(batch, window, channels, outputChannels, groups), expected.Length, image, gradient);
        AssertClose(expected, actual, batch * window.OutputHeight * window.OutputWidth, (batch, window, channels, outputChannels, groups));
        if (groups > 1 || window is not { KernelHeight: 1, KernelWidth: 1, IsPadded: false }) return;
        actual = KernelRunner.Run(new PointwiseKernelGradientKernel(batch, window, channels, outputChannels), expected.Length, image, gradient);
        AssertClose(expected, actual, batch * window.OutputHeight * window.OutputWidth, (batch, window, channels, outputChannels));
    }
}
