using CsCheck;
using Fovea.Engine;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Simd;
using static Fovea.Tests.Engine.Kernels.KernelCases;

namespace Fovea.Tests.Engine.Kernels;

/// <summary>
/// Winograd convolution compared with the definition of convolution. The error of F(2) is within the bound of the direct sum, 8 ε √K of the output's
/// scale; the errors of F(3) and F(4) are within four times that bound.
/// </summary>
public class WinogradKernelTests
{
    private static readonly WinogradVariant[] Variants = Enum.GetValues<WinogradVariant>();

    private static readonly Gen<(int Batch, Window2D Window, int Channels, int OutputChannels, int Seed)> Shapes =
        KernelCases.Windows.Select(
            Gen.Int[0, 2], Gen.Int[0, 2], (s, top, left) =>
            (s.Batch, Window(s.Window.InputHeight, s.Window.InputWidth, top, left), s.Channels, s.OutputChannels, s.Seed));

    [Fact]
    public void A_Winograd_convolution_agrees_with_the_definition_on_any_shape() => Shapes.Sample(
        s => Array.ForEach(Variants, variant => Forward(variant, s.Batch, s.Window, s.Channels, s.OutputChannels, s.Seed)), iter: Samples, threads: 1);

    [Fact]
    public void The_image_gradient_is_a_convolution_with_the_flipped_kernel() => Shapes.Sample(
        s => Array.ForEach(Variants, variant => InputGradient(variant, s.Batch, s.Window, s.Channels, s.OutputChannels, s.Seed)),
        iter: Samples / 2,
        threads: 1);

    [Theory]
    [InlineData(1, 1, 3, 5)]
    [InlineData(35, 3, 5, 33)]
    [InlineData(40, 2, 32, 96)]
    [InlineData(1, 14, 300, 96)]
    [InlineData(1, 37, 64, 40)]
    [InlineData(3, 19, 130, 65)]
    [InlineData(1, 67, 300, 32)]
    public void Shapes_that_are_split_into_units_of_every_kind_agree_too(int batch, int size, int channels, int filters)
    {
        foreach (var variant in Variants)
        {
            Forward(variant, batch, Window(size, size, 1, 1), channels, filters, seed: 1);
            InputGradient(variant, batch, Window(size, size, 1, 1), channels, filters, seed: 2);
        }
    }

    [Fact]
    public void The_transformed_kernel_agrees_with_its_definition()
    {
        foreach (var variant in Variants)
        {
            foreach (var transposed in (bool[])[false, true])
            {
                var op = new WinogradKernelOp(variant, transposed);
                foreach (Shape shape in (Shape[])[[3, 3, 1, 1], [3, 3, 5, 67], [3, 3, 70, 32], [3, 3, 150, 31]])
                {
                    var values = Values(shape.Count, shape.Count);
                    var output = op.InferShape([shape]);
                    var expected = new double[output.Count];
                    op.Reference(new ReferenceCall([Array.ConvertAll(values, value => (double)value)], [shape], expected, output));
                    AssertClose(expected, KernelRunner.Run(op.CreateKernel([shape], output)!, output.Count, values), 1, (variant, transposed, shape));
                }
            }
        }
    }

    [Fact]
    public void The_reference_equals_a_convolution()
    {
        foreach (var variant in Variants)
        {
            var window = Window(6, 7, 1, 2);
            Shape image = [2, 6, 7, 3], kernel = [3, 3, 3, 34], output = [2, window.OutputHeight, window.OutputWidth, 34];
            float[] x = Values(image.Count, 1), k = Values(kernel.Count, 2), b = Values(34, 3);
            var transform = new WinogradKernelOp(variant, Transposed: false);
            var points = transform.InferShape([kernel]);
            double[] u = new double[points.Count], y = new double[output.Count];
            transform.Reference(new ReferenceCall([Double(k)], [kernel], u, points));
            var op = new WinogradConv2DOp(window, variant, HasBias: true, Epilogue.Relu6);
            Assert.Equal(output, op.InferShape([image, points, [34]]));
            op.Reference(new ReferenceCall([Double(x), u, Double(b)], [image, points, [34]], y, output));
            var expected = Naive.Conv2D(2, window, 3, 34, x, k, b);
            for (var i = 0; i < y.Length; i++) Assert.Equal(Math.Clamp(expected[i], 0, 6), y[i], 1e-12);
        }
    }

    /// <summary>The errors that <see cref="UseWinograd"/> states and by which it decides.</summary>
    [Theory]
    [InlineData(16, false)]
    [InlineData(64, true)]
    [InlineData(128, false)]
    [InlineData(128, true)]
    [InlineData(256, false)]
    [InlineData(256, true)]
    [InlineData(512, true)]
    public void Tiles_that_training_may_use_are_about_as_accurate_as_the_direct_sum(int channels, bool positive)
    {
        var window = Window(12, 12, 1, 1);
        float[] image = Values(144 * channels, 1), kernel = Values(9 * channels * 32, 2);
        if (positive) image = Array.ConvertAll(image, value => Math.Max(0, value));
        var expected = Naive.Conv2D(1, window, channels, 32, image, kernel, null);
        var direct = MeanError(expected, KernelRunner.Run(new Conv2DKernel(1, window, channels, 32, hasBias: false), expected.Length, image, kernel));
        foreach (var variant in Variants)
        {
            var error = MeanError(expected, Run(variant, 1, window, channels, 32, image, kernel, null, Epilogue.None, transposed: false));
            var limit = UseWinograd.MinSumLength(variant) <= 9 * channels ? 1.1 : 3;
            Assert.True(error <= limit * direct, $"{variant}: {error / direct} times the error of direct convolution");
        }
    }

    [Fact]
    public void A_pixel_is_bit_identical_in_any_lane()
    {
        var window = Window(9, 9, 1, 1);
        float[] image = Values(81 * 5, 1), column = Values(45, 2), kernel = new float[45 * 63];
        for (var i = 0; i < kernel.Length; i++) kernel[i] = column[i / 63];
        foreach (var variant in Variants)
        {
            var alone = Run(variant, 1, window, 5, 1, image, column, null, Epilogue.None, transposed: false);
            var wide = Run(variant, 1, window, 5, 63, image, kernel, null, Epilogue.None, transposed: false);
            for (var i = 0; i < wide.Length; i++) Assert.Equal(alone[i / 63], wide[i]);
        }
    }

    internal static Window2D Window(int height, int width, int top, int left)
    {
        var (bottom, right) = (Math.Max(0, 3 - height - top), Math.Max(0, 3 - width - left));
        return Window2D.Create((height, width), (3, 3), (1, 1), (1, 1), Padding.Same) with
        {
            PadTop = top,
            PadLeft = left,
            OutputHeight = height + top + bottom - 2 + Math.Min(1, top),
            OutputWidth = width + left + right - 2 + Math.Min(1, left),
        };
    }

    private static void Forward(WinogradVariant variant, int batch, Window2D window, int channels, int filters, int seed)
    {
        var image = Values(batch * window.InputHeight * window.InputWidth * channels, seed);
        var kernel = Values(9 * channels * filters, seed + 1);
        var bias = seed % 2 == 0 ? null : Values(filters, seed + 2);
        var epilogue = (Epilogue)(seed % 3);
        var expected = Naive.Conv2D(batch, window, channels, filters, image, kernel, bias);
        var scale = expected.Max(Math.Abs);
        if (epilogue != Epilogue.None) expected = [.. expected.Select(x => Math.Clamp(x, 0, epilogue == Epilogue.Relu6 ? 6 : double.MaxValue))];
        var actual = Run(variant, batch, window, channels, filters, image, kernel, bias, epilogue, transposed: false);
        AssertBound(variant, expected, actual, scale, 9 * channels, (variant, batch, window, channels, filters));
    }

    private static void InputGradient(WinogradVariant variant, int batch, Window2D window, int channels, int filters, int seed)
    {
        var gradient = Values(batch * window.OutputHeight * window.OutputWidth * filters, seed);
        var kernel = Values(9 * channels * filters, seed + 1);
        var expected = Naive.Conv2DInputGradient(batch, window, channels, filters, gradient, kernel);
        var actual = Run(variant, batch, UseWinograd.GradientWindow(window), filters, channels, gradient, kernel, null, Epilogue.None, transposed: true);
        AssertBound(variant, expected, actual, expected.Max(Math.Abs), 9 * filters, (variant, batch, window, channels, filters));
    }

    private static float[] Run(
        WinogradVariant variant, int batch, Window2D window, int channels, int filters, float[] image, float[] kernel, float[]? bias,
        Epilogue epilogue, bool transposed)
    {
        var transform = new WinogradKernelOp(variant, transposed);
        Shape shape = transposed ? [3, 3, filters, channels] : [3, 3, channels, filters], images = [batch, window.InputHeight, window.InputWidth, channels];
        var points = transform.InferShape([shape]);
        var transformed = KernelRunner.Run(transform.CreateKernel([shape], points)!, points.Count, kernel);
        var op = new WinogradConv2DOp(window, variant, bias is not null, epilogue);
        var output = op.InferShape([images, points]);
        return KernelRunner.Run(op.CreateKernel([images, points], output)!, output.Count, bias is null ? [image, transformed] : [image, transformed, bias]);
    }

    /// <summary>The bounds that <see cref="WinogradConv2DOp"/> states, relative to the sums before the epilogue.</summary>
    internal static void AssertBound(WinogradVariant variant, double[] expected, float[] actual, double scale, int sums, object shape)
    {
        var tolerance = (variant == WinogradVariant.Two ? 8 : 32) * Math.Pow(2, -24) * Math.Sqrt(sums) * Math.Max(1, scale);
        for (var i = 0; i < expected.Length; i++)
        {
            // Written so that a NaN fails.
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance))
                Assert.Fail($"{shape}: element {i} should be {expected[i]:R}, and is {actual[i]:R} (tolerance {tolerance:G3}).");
        }
    }

    internal static double MeanError(double[] expected, float[] actual) => Math.Sqrt(expected.Zip(actual, (x, y) => (x - y) * (x - y)).Average());

    private static double[] Double(float[] values) => Array.ConvertAll(values, value => (double)value);
}
