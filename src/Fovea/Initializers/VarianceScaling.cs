using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The number of connections that the variance is divided by.</summary>
public enum FanMode
{
    /// <summary>Fan in: the number of inputs of one output.</summary>
    In,

    /// <summary>Fan out: the number of outputs of one input.</summary>
    Out,

    /// <summary>The mean of both.</summary>
    Average,
}

/// <summary>A distribution of random values.</summary>
public enum Distribution
{
    /// <summary>Uniform between two bounds.</summary>
    Uniform,

    /// <summary>Normal.</summary>
    Normal,

    /// <summary>Normal without values beyond two standard deviations, widened to the requested variance.</summary>
    TruncatedNormal,
}

/// <summary>
/// Random values of the variance scale / fan, so that signals keep their size from layer to layer;
/// <c>keras.initializers.VarianceScaling</c>. For a convolution kernel (u, v, c, f), fan in is u·v·c and fan out u·v·f.
/// </summary>
/// <param name="Scale">The variance times the fan, above 0.</param>
/// <param name="Mode">The fan that is used.</param>
/// <param name="Distribution">The distribution of the values.</param>
public sealed record VarianceScaling(double Scale, FanMode Mode, Distribution Distribution) : Initializer
{
    /// <summary>The variance times the fan.</summary>
    public double Scale { get; } = Scale.AboveZero("VarianceScaling", "scale");

    /// <summary>The fan that is used.</summary>
    public FanMode Mode { get; } = Mode.Defined("VarianceScaling", "mode");

    /// <summary>The distribution of the values.</summary>
    public Distribution Distribution { get; } = Distribution.Defined("VarianceScaling", "distribution");

    /// <summary>The standard deviation of a normal distribution of deviation 1 after truncation at ±2.</summary>
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, long seed)
    {
        var variance = (float)Scale / Math.Max(1, Fan(shape));
        var random = new RandomNumbers(seed);
        var limit = (float)Math.Sqrt(3 * variance);
        var deviation = (float)Math.Sqrt(variance);
        var widened = (float)(Math.Sqrt(variance) / TruncatedDeviation);
        foreach (ref var value in values)
        {
            value = Distribution switch
            {
                Distribution.Uniform => limit * ((2 * random.NextSingle()) - 1),
                Distribution.Normal => deviation * random.NextNormal(),
                _ => widened * random.NextTruncatedNormal(),
            };
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        if (ClassName == "VarianceScaling")
        {
            config.Set("scale", Scale);
            config.Set("mode", Mode switch { FanMode.In => "fan_in", FanMode.Out => "fan_out", _ => "fan_avg" });
            config.Set("distribution", Distribution switch
            {
                Distribution.Uniform => "uniform",
                Distribution.Normal => "untruncated_normal",
                _ => "truncated_normal",
            });
        }

        config.SetNull("seed");
    }

    private protected override string ClassName => (this, Scale) switch
    {
        ({ Mode: FanMode.Average, Distribution: Distribution.Uniform }, 1) => "GlorotUniform",
        ({ Mode: FanMode.Average, Distribution: Distribution.TruncatedNormal }, 1) => "GlorotNormal",
        ({ Mode: FanMode.In, Distribution: Distribution.Uniform }, 2) => "HeUniform",
        ({ Mode: FanMode.In, Distribution: Distribution.TruncatedNormal }, 2) => "HeNormal",
        ({ Mode: FanMode.In, Distribution: Distribution.Uniform }, 1) => "LecunUniform",
        ({ Mode: FanMode.In, Distribution: Distribution.TruncatedNormal }, 1) => "LecunNormal",
        _ => "VarianceScaling",
    };

    internal static VarianceScaling FromConfig(Config config) => new(
        config.GetFloat("scale", 1),
        config.GetChoice("mode", FanMode.In, ("fan_in", FanMode.In), ("fan_out", FanMode.Out), ("fan_avg", FanMode.Average)),
        config.GetChoice(
            "distribution", Distribution.TruncatedNormal, ("truncated_normal", Distribution.TruncatedNormal), ("normal", Distribution.TruncatedNormal),
            ("untruncated_normal", Distribution.Normal), ("uniform", Distribution.Uniform)));

    private double Fan(Shape shape)
    {
        var (fanIn, fanOut) = shape.Rank switch
        {
            0 => (1.0, 1.0),
            1 => (shape[0], shape[0]),
            _ => ((double)shape[..^1].Count, (double)shape[..^2].Count * shape[^1]),
        };
        return Mode switch { FanMode.In => fanIn, FanMode.Out => fanOut, _ => (fanIn + fanOut) / 2 };
    }
}
