namespace Fovea.Engine.Ops;

/// <summary>The rule by which the values along an axis are computed from those of an axis of another length.</summary>
internal enum SamplingRule
{
    Bilinear,
    Nearest,
    Bicubic,
    Lanczos3,
    Lanczos5,

    /// <summary>The mean of the bin from ⌊o·n/m⌋ to ⌈(o + 1)·n/m⌉ − 1, for output o of m, as in PyTorch's adaptive pooling.</summary>
    BinMean,

    /// <summary>The elements of these bins, bin after bin. The last element of a bin is repeated until the bin is as long as the longest.</summary>
    Bins,

    /// <summary>The taps in <see cref="AxisSampling.Given"/>.</summary>
    Given,
}

/// <summary>The resampling of one axis.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Inputs">The length of the axis.</param>
/// <param name="Target">The new length; for <see cref="SamplingRule.Bins"/> the number of bins.</param>
/// <param name="Antialias">Whether the interpolation of a shrunk axis is widened by the factor of the shrinking.</param>
internal readonly record struct AxisSampling(SamplingRule Rule, int Inputs, int Target, bool Antialias = false)
{
    /// <summary>The taps if the rule is <see cref="SamplingRule.Given"/>; otherwise null.</summary>
    public AxisTaps? Given { get; private init; }

    /// <summary>An axis with given taps.</summary>
    public static AxisSampling Of(AxisTaps taps) => new(SamplingRule.Given, taps.Inputs, taps.Outputs) { Given = taps };

    /// <summary>The length of the longest bin.</summary>
    public int MaxBin
    {
        get
        {
            var axis = this;
            return Enumerable.Range(0, Target).Max(bin => axis.Bin(bin).End - axis.Bin(bin).First);
        }
    }

    /// <summary>The length of the resampled axis.</summary>
    public int Outputs => Rule == SamplingRule.Bins ? Target * MaxBin : Target;

    /// <summary>The inputs that each output reads, with their weights.</summary>
    public AxisTaps Taps()
    {
        var axis = this;
        return Rule switch
        {
            SamplingRule.Given => axis.Given!,
            SamplingRule.Nearest => Each(output => ((int)(((2L * output) + 1) * axis.Inputs / (2L * axis.Target)), [1])),
            SamplingRule.Bilinear => Interpolated(1, x => 1 - Math.Abs(x)),
            SamplingRule.Bicubic => Interpolated(2, Cubic),
            SamplingRule.Lanczos3 => Interpolated(3, x => Sinc(x) * Sinc(x / 3)),
            SamplingRule.Lanczos5 => Interpolated(5, x => Sinc(x) * Sinc(x / 5)),
            SamplingRule.BinMean => Each(output =>
            {
                var (first, end) = axis.Bin(output);
                return (first, [.. Enumerable.Repeat(1.0 / (end - first), end - first)]);
            }),
            _ => BinsLaidOut(MaxBin),
        };
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double Cubic(double x) => Math.Abs(x) switch
    {
        < 1 and var d => (((1.5 * d) - 2.5) * d * d) + 1,
        var d => (((((-0.5 * d) + 2.5) * d) - 4) * d) + 2,
    };

    private (int First, int End) Bin(int bin) => ((int)((long)bin * Inputs / Target), (int)((((bin + 1L) * Inputs) + Target - 1) / Target));

    private AxisTaps Each(Func<int, (int First, double[] Weights)> taps) => new(Inputs, [.. Enumerable.Range(0, Outputs).Select(taps)]);

    private AxisTaps BinsLaidOut(int longest)
    {
        var axis = this;
        return Each(output =>
        {
            var (first, end) = axis.Bin(output / longest);
            return (Math.Min(first + (output % longest), end - 1), [1]);
        });
    }

    private AxisTaps Interpolated(int radius, Func<double, double> weight)
    {
        var (inputs, scale) = (Inputs, (double)Inputs / Target);
        var width = Antialias ? Math.Max(1, scale) : 1;
        return Each(output =>
        {
            var x = ((output + 0.5) * scale) - 0.5;
            var first = Math.Max(0, (int)Math.Floor(x - (radius * width)) + 1);
            var end = Math.Min(inputs, (int)Math.Ceiling(x + (radius * width)));
            double[] weights = [.. Enumerable.Range(first, end - first).Select(i => weight((x - i) / width))];
            var sum = weights.Sum();
            return (first, [.. weights.Select(value => value / sum)]);
        });
    }
}
