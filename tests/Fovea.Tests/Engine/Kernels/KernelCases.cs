using CsCheck;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Engine.Kernels;

/// <summary>Random shapes and values for kernels, and the comparison with expected values.</summary>
internal static class KernelCases
{
    public const int Samples = 150;

    private static readonly int[] WideCounts = [10, 16, 17, 31, 32, 33, 47, 64, 67];

    private static readonly Gen<int> ChannelCounts = Gen.Int[0, 17].Select(i => i < 9 ? i + 1 : WideCounts[i - 9]);

    /// <summary>A batch size, a window and two numbers of channels.</summary>
    public static readonly Gen<(int Batch, Window2D Window, int Channels, int OutputChannels, int Seed)> Windows =
        Gen.Select(
            Gen.Select(Gen.Int[1, 5], Gen.Int[1, 19], Gen.Int[1, 19], Gen.Bool),
            Gen.Select(Gen.Int[1, 5], Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 6]),
            Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3]),
            Gen.Select(ChannelCounts, ChannelCounts, Gen.Int[0, 1_000_000]))
        .Where((size, kernel, dilation, _) => size.Item4
            || (size.Item2 > (kernel.Item1 - 1) * dilation.Item1 && size.Item3 > (kernel.Item2 - 1) * dilation.Item2))
        .Select((size, kernel, dilation, rest) => (
            size.Item1,
            Window2D.Create(
                (size.Item2, size.Item3), (kernel.Item1, kernel.Item2), (kernel.Item3, kernel.Item4), dilation, size.Item4 ? Padding.Same : Padding.Valid),
            rest.Item1,
            rest.Item2,
            rest.Item3));

    public static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = (float)((random.NextDouble() * 2) - 1);
        return values;
    }

    /// <summary>Values with many duplicates, so that maxima are tied.</summary>
    public static float[] FewValues(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = random.Next(-2, 3);
        return values;
    }

    /// <summary>Asserts agreement within 8·ε·√K of the output's scale, where K is the length of sums.</summary>
    public static void AssertClose(double[] expected, float[] actual, int sumLength, object shape)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        var tolerance = 8 * Math.Pow(2, -24) * Math.Sqrt(sumLength) * scale;
        for (var i = 0; i < expected.Length; i++)
        {
            // Written so that a NaN fails.
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance) && expected[i] != actual[i])
            {
                Assert.Fail($"{shape}: element {i} of {expected.Length} should be {expected[i]:R}, and is {actual[i]:R} (tolerance {tolerance:G3}).");
            }
        }
    }
}
