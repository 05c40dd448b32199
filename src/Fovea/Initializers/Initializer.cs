using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Computes the first values of a weight from its shape and a seed. A custom initializer overrides <see cref="Fill"/>, and is saved once its class is
/// registered (<see cref="CustomObjects"/>).
/// </summary>
public abstract record Initializer : IConfigurable
{
    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = new ConstantInitializer(0);

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = new ConstantInitializer(1);

    /// <summary>Uniform in ±√(6 / (fan in + fan out)): Glorot and Bengio 2010, eq. 16. The default of Keras' layers.</summary>
    public static Initializer GlorotUniform { get; } = new VarianceScaling(1, FanMode.Average, Distribution.Uniform);

    /// <summary>Truncated normal of variance 2 / (fan in + fan out): Glorot and Bengio 2010.</summary>
    public static Initializer GlorotNormal { get; } = new VarianceScaling(1, FanMode.Average, Distribution.TruncatedNormal);

    /// <summary>Uniform in ±√(6 / fan in): He et al. 2015.</summary>
    public static Initializer HeUniform { get; } = new VarianceScaling(2, FanMode.In, Distribution.Uniform);

    /// <summary>Truncated normal of variance 2 / fan in: He et al. 2015, eq. 10.</summary>
    public static Initializer HeNormal { get; } = new VarianceScaling(2, FanMode.In, Distribution.TruncatedNormal);

    /// <summary>Uniform in ±√(3 / fan in): LeCun et al. 1998.</summary>
    public static Initializer LecunUniform { get; } = new VarianceScaling(1, FanMode.In, Distribution.Uniform);

    /// <summary>Truncated normal of variance 1 / fan in: LeCun et al. 1998, eq. 16. Meant for <see cref="Activation.Selu"/>.</summary>
    public static Initializer LecunNormal { get; } = new VarianceScaling(1, FanMode.In, Distribution.TruncatedNormal);

    /// <summary>Fills a weight. The same seed gives the same values.</summary>
    public abstract void Fill(Span<float> values, Shape shape, long seed);

    /// <summary>
    /// Writes the settings of the initializer for the factory that is registered for its class (<see cref="CustomObjects"/>):
    /// <c>config.Set("gain", Gain)</c>.
    /// </summary>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    /// <summary>The name of the class in Keras.</summary>
    private protected virtual string ClassName => GetType().Name;

    string IConfigurable.ClassName => ClassName;

    void IConfigurable.WriteSettings(Config config) => WriteConfig(config);

    // The weights of a file replace the values of the initializer, so that an unknown setting does not matter.
    void IConfigurable.ReadSettings(Config config) => config.IgnoreRest();
}

/// <summary>One value everywhere; <c>keras.initializers.Constant</c>.</summary>
/// <param name="Value">The value.</param>
public sealed record ConstantInitializer(double Value) : Initializer
{
    /// <summary>The value.</summary>
    public double Value { get; } = Value.Finite("ConstantInitializer", "value");

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, long seed) => values.Fill((float)Value);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        if (ClassName == "Constant") config.Set("value", Value);
    }

    private protected override string ClassName => Value switch { 0 => "Zeros", 1 => "Ones", _ => "Constant" };

    internal static ConstantInitializer FromConfig(Config config) => new(config.GetFloat("value", 0));
}

/// <summary>Uniform between two bounds; <c>keras.initializers.RandomUniform</c>.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public sealed record RandomUniformInitializer(double Low = -0.05, double High = 0.05) : Initializer
{
    /// <summary>The lower bound.</summary>
    public double Low { get; } = Low.Finite("RandomUniformInitializer", "low");

    /// <summary>The upper bound.</summary>
    public double High { get; } = High.AtLeast((float)Low, "RandomUniformInitializer", "high");

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, long seed)
    {
        var random = new RandomNumbers(seed);
        var (low, high) = ((float)Low, (float)High);
        foreach (ref var value in values) value = low + ((high - low) * random.NextSingle());
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("minval", Low);
        config.Set("maxval", High);
        config.SetNull("seed");
    }

    private protected override string ClassName => "RandomUniform";

    internal static RandomUniformInitializer FromConfig(Config config) => new(config.GetFloat("minval", -0.05f), config.GetFloat("maxval", 0.05f));
}

/// <summary>
/// A normal distribution. If it is truncated, values beyond two standard deviations are drawn again. <c>keras.initializers.RandomNormal</c> and
/// <c>TruncatedNormal</c>.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The standard deviation, at least 0.</param>
/// <param name="Truncated">Whether values beyond two standard deviations are drawn again.</param>
public sealed record RandomNormalInitializer(double Mean = 0, double StandardDeviation = 0.05, bool Truncated = false) : Initializer
{
    /// <summary>The mean.</summary>
    public double Mean { get; } = Mean.Finite("RandomNormalInitializer", "mean");

    /// <summary>The standard deviation.</summary>
    public double StandardDeviation { get; } = StandardDeviation.AtLeast(0, "RandomNormalInitializer", "standardDeviation");

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, long seed)
    {
        var random = new RandomNumbers(seed);
        var (mean, deviation) = ((float)Mean, (float)StandardDeviation);
        foreach (ref var value in values) value = mean + (deviation * (Truncated ? random.NextTruncatedNormal() : random.NextNormal()));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("mean", Mean);
        config.Set("stddev", StandardDeviation);
        config.SetNull("seed");
    }

    private protected override string ClassName => Truncated ? "TruncatedNormal" : "RandomNormal";

    internal static RandomNormalInitializer FromConfig(Config config) => FromConfig(config, truncated: false);

    internal static RandomNormalInitializer FromTruncated(Config config) => FromConfig(config, truncated: true);

    private static RandomNormalInitializer FromConfig(Config config, bool truncated) =>
        new(config.GetFloat("mean", 0), config.GetFloat("stddev", 0.05f), truncated);
}
