using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Tests.Engine.Simd;

/// <summary>The vectorized functions compared with float64, in units in the last place of the result, if the result is a normal number.</summary>
public class VectorMathTests
{
    [Fact]
    public void ExpMinusOne_is_within_4_units() => AssertUnits<VectorMath.ExpMinusOne>(new ExpMinusOneOp().Evaluate, -100, 88, 4);

    [Fact]
    public void Softplus_is_within_4_units() => AssertUnits<VectorMath.Softplus>(new SoftplusOp().Evaluate, -87, 100, 4);

    [Fact]
    public void NormalCdf_is_within_10_units() => AssertUnits<VectorMath.NormalCdf>(new NormalCdfOp().Evaluate, -13, 9, 10);

    /// <summary>By SciPy 1.10, <c>scipy.special.ndtr</c>.</summary>
    [Theory]
    [InlineData(-12, 1.776482112077653e-33)]
    [InlineData(-3, 0.0013498980316300933)]
    [InlineData(-2.999999, 0.0013499024634851552)]
    [InlineData(-1, 0.15865525393145707)]
    [InlineData(0, 0.5)]
    [InlineData(1.96, 0.9750021048517795)]
    [InlineData(5, 0.9999997133484281)]
    public void The_reference_of_NormalCdf_equals_SciPy(double x, double expected) => Assert.Equal(expected, new NormalCdfOp().Evaluate(x), 1e-12 * expected);

    [Fact]
    public void A_remainder_is_bit_identical_to_a_whole_vector()
    {
        float[] x = [.. Enumerable.Range(0, 37).Select(i => (i - 18) / 7f)];
        var together = new float[x.Length];
        VectorMath.Map<VectorMath.NormalCdf>(x, together);
        for (var i = 0; i < x.Length; i++)
        {
            var alone = new float[1];
            VectorMath.Map<VectorMath.NormalCdf>([x[i]], alone);
            Assert.Equal(together[i], alone[0]);
        }
    }

    private static void AssertUnits<TFunction>(Func<double, double> reference, float low, float high, double limit)
        where TFunction : struct, IVectorFunction
    {
        // Evenly over the range, and closely around 0 on either side.
        float[] even = [.. Enumerable.Range(0, 100_000).Select(i => low + ((high - low) * i / 100_000f))];
        float[] small = [.. Enumerable.Range(-20_000, 40_000).Select(i => Math.Sign(i) * MathF.Pow(2, -Math.Abs(i) / 800f))];
        float[] x = [.. even, .. small];
        var y = new float[x.Length];
        VectorMath.Map<TFunction>(x, y);
        var (worst, at) = (0.0, 0f);
        for (var i = 0; i < x.Length; i++)
        {
            var expected = reference(x[i]);
            if (Math.Abs(expected) < 1.2e-38 || expected == 0) continue;
            var units = Math.Abs(y[i] - expected) / (MathF.BitIncrement(MathF.Abs((float)expected)) - MathF.Abs((float)expected));
            if (units > worst) (worst, at) = (units, x[i]);
        }

        Assert.True(worst <= limit, $"{worst} units at {at}");
    }
}
