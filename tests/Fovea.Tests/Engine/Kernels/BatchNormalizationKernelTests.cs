using CsCheck;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Simd;
using static Fovea.Tests.Engine.Kernels.KernelCases;

namespace Fovea.Tests.Engine.Kernels;

public class BatchNormalizationKernelTests
{
    private const float Epsilon = 1e-3f;

    private static readonly Gen<(int Rows, int Channels, int Seed)> Shapes = Gen.Select(
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 700], Gen.Bool).Select((few, many, isMany) => isMany ? many : few),
        Gen.Select(Gen.Int[1, 70], Gen.Int[200, 530], Gen.Int[0, 3]).Select((few, many, kind) => kind == 0 ? many : few),
        Gen.Int[0, 1_000_000]);

    [Fact]
    public void The_moments_agree_with_their_definition_on_any_shape() => Shapes.Sample(
        s => Check(new BatchMomentsOp(), [[s.Rows, s.Channels]], s.Rows, s.Seed, Values(s.Rows * s.Channels, s.Seed)), iter: Samples, threads: 1);

    /// <summary>Means of 1,000 to 100,000 times the deviation and more, for which Σx²/n − mean² would have no correct digit in float32.</summary>
    [Theory]
    [InlineData(1000, 1)]
    [InlineData(-100_000, 30)]
    [InlineData(1_000_000, 10)]
    public void The_variance_is_accurate_if_the_mean_is_far_from_zero(float mean, float deviation)
    {
        const int Rows = 30_011, Channels = 35;
        var x = Values(Rows * Channels, 1);
        for (var i = 0; i < x.Length; i++) x[i] = mean + (deviation * x[i]);
        var expected = Reference(new BatchMomentsOp(), [[Rows, Channels]], [2 * Channels], x);
        var actual = KernelRunner.Run(new BatchMomentsOp().CreateKernel([[Rows, Channels]], [2 * Channels])!, 2 * Channels, x);
        for (var c = 0; c < Channels; c++)
        {
            Assert.Equal(expected[c], actual[c], Math.Abs(mean) * 1.2e-7);
            Assert.Equal(1, actual[Channels + c] / expected[Channels + c], 8 * Math.Pow(2, -24) * Math.Sqrt(Rows));
        }
    }

    [Fact]
    public void The_moments_of_equal_values_are_exact()
    {
        float[] x = [.. Enumerable.Repeat(0.1f, 5000 * 20)];
        var actual = KernelRunner.Run(new BatchMomentsOp().CreateKernel([[5000, 20]], [40])!, 40, x);
        Assert.All(actual[..20], mean => Assert.Equal(0.1f, mean));
        Assert.All(actual[20..], variance => Assert.Equal(0, variance));
    }

    [Fact]
    public void Normalization_and_its_gradients_agree_with_their_definitions_on_any_shape() => Shapes.Sample(Normalize, iter: Samples, threads: 1);

    /// <summary>Outputs so large that they are written with non-temporal stores. With 70 channels only every eighth row is aligned.</summary>
    [Theory]
    [InlineData(20_011, 64)]
    [InlineData(15_013, 70)]
    public void Normalizations_of_large_tensors_agree_too(int rows, int channels)
    {
        for (var seed = 0; seed < 3; seed++) Normalize((rows, channels, seed));
    }

    private static void Normalize((int Rows, int Channels, int Seed) s)
    {
        var epilogue = (Epilogue)(s.Seed % 3);
        Shape shape = [s.Rows, s.Channels], channels = [s.Channels], pair = [2 * s.Channels];
        float[] input = Values(shape.Count, s.Seed), g = Values(shape.Count, s.Seed + 1), residual = Values(shape.Count, s.Seed + 2);
        float[] gamma = Values(s.Channels, s.Seed + 3), beta = Values(s.Channels, s.Seed + 4), sums = Values(pair.Count, s.Seed + 5);
        float[] moments = [.. Values(s.Channels, s.Seed + 6), .. Values(s.Channels, s.Seed + 7).Select(value => Math.Abs(value) + 0.5f)];
        for (var i = 0; i < s.Channels; i++) gamma[i] *= 4;

        // No value is so near the border of the activation that rounding could move it to the other side.
        for (var i = 0; i < input.Length; i++)
        {
            var c = i % s.Channels;
            double Output() => ((input[i] - (double)moments[c]) * gamma[c] / Math.Sqrt(moments[s.Channels + c] + Epsilon)) + beta[c];
            while (Math.Abs(Output()) < 1e-4 || Math.Abs(Output() - 6) < 1e-4) input[i] += 0.01f;
        }

        Check(new BatchNormalizationOp(Epsilon, epilogue), [shape, pair, channels, channels], 4, s, input, moments, gamma, beta);
        Check(new BatchNormalizationOp(Epsilon, epilogue, HasResidual: true), [shape, pair, channels, channels, shape], 4, s, input, moments, gamma,
            beta, residual);
        Check(new BatchNormalizationSumsOp(Epsilon, epilogue), [shape, shape, pair, channels, channels], s.Rows, s, g, input, moments, gamma, beta);
        Check(new BatchNormalizationInputGradientOp(Epsilon, epilogue), [shape, shape, pair, channels, channels, pair], 4, s, g, input, moments, gamma,
            beta, sums);
    }

    private static void Check(Op op, Shape[] shapes, int sumLength, object sample, params float[][] inputs)
    {
        var output = op.InferShape(shapes);
        AssertClose(Reference(op, shapes, output, inputs), KernelRunner.Run(op.CreateKernel(shapes, output)!, output.Count, inputs), sumLength, sample);
    }

    private static double[] Reference(Op op, Shape[] shapes, Shape output, params float[][] inputs)
    {
        var values = new double[output.Count];
        op.Reference(new ReferenceCall([.. inputs.Select(input => Array.ConvertAll(input, value => (double)value))], shapes, values, output));
        return values;
    }
}
