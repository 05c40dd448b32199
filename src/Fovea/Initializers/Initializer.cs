using System.Text.Json.Nodes;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>How the values of a weight start, as a function of its shape and a seed.</summary>
public abstract record Initializer
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

    /// <summary>Truncated normal of variance 1 / fan in: LeCun et al. 1998, eq. 16. It goes with <see cref="Activation.Selu"/>.</summary>
    public static Initializer LecunNormal { get; } = new VarianceScaling(1, FanMode.In, Distribution.TruncatedNormal);

    /// <summary>Fills a weight. The same seed gives the same values.</summary>
    public abstract void Fill(Span<float> values, Shape shape, ulong seed);

    /// <summary>The class in Keras and its configuration; for one of your own, files have the name that <see cref="CustomObjects"/> knows it by.</summary>
    protected abstract (string ClassName, JsonObject Config) Describe();

    internal JsonObject ToJson() =>
        CustomObjects.NameOf(this) is { } name ? KerasPart.OwnToJson(name, Describe().Config) : KerasPart.ToJson("keras.initializers", Describe());

    internal static Initializer FromJson(JsonNode json, string subject) => InitializerCatalog.Create(json, subject);
}

/// <summary>One value everywhere; <c>keras.initializers.Constant</c>.</summary>
/// <param name="Value">The value.</param>
public sealed record ConstantInitializer(float Value) : Initializer
{
    /// <summary>The value.</summary>
    public float Value { get; } = Value.Finite("ConstantInitializer", "value");

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed) => values.Fill(Value);

    /// <inheritdoc/>
    protected override (string ClassName, JsonObject Config) Describe() => Value switch
    {
        0 => ("Zeros", []),
        1 => ("Ones", []),
        _ => ("Constant", new JsonObject { ["value"] = Config.Shortest(Value) }),
    };
}

/// <summary>Uniform between two bounds; <c>keras.initializers.RandomUniform</c>.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public sealed record RandomUniformInitializer(float Low = -0.05f, float High = 0.05f) : Initializer
{
    /// <summary>The lower bound.</summary>
    public float Low { get; } = Low.Finite("RandomUniformInitializer", "low");

    /// <summary>The upper bound.</summary>
    public float High { get; } = High.AtLeast(Low, "RandomUniformInitializer", "high");

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed)
    {
        var random = new RandomNumbers(seed);
        foreach (ref var value in values) value = Low + ((High - Low) * random.NextSingle());
    }

    /// <inheritdoc/>
    protected override (string ClassName, JsonObject Config) Describe() =>
        ("RandomUniform", new JsonObject { ["minval"] = Config.Shortest(Low), ["maxval"] = Config.Shortest(High), ["seed"] = null });
}

/// <summary>
/// A normal distribution; truncated, values beyond two standard deviations are drawn again. <c>keras.initializers.RandomNormal</c> and
/// <c>TruncatedNormal</c>.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The standard deviation, at least 0.</param>
/// <param name="Truncated">Whether values beyond two standard deviations are drawn again.</param>
public sealed record RandomNormalInitializer(float Mean = 0, float StandardDeviation = 0.05f, bool Truncated = false) : Initializer
{
    /// <summary>The mean.</summary>
    public float Mean { get; } = Mean.Finite("RandomNormalInitializer", "mean");

    /// <summary>The standard deviation.</summary>
    public float StandardDeviation { get; } = StandardDeviation.AtLeast(0, "RandomNormalInitializer", "standardDeviation");

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed)
    {
        var random = new RandomNumbers(seed);
        foreach (ref var value in values) value = Mean + (StandardDeviation * (Truncated ? random.NextTruncatedNormal() : random.NextNormal()));
    }

    /// <inheritdoc/>
    protected override (string ClassName, JsonObject Config) Describe() => (
        Truncated ? "TruncatedNormal" : "RandomNormal",
        new JsonObject { ["mean"] = Config.Shortest(Mean), ["stddev"] = Config.Shortest(StandardDeviation), ["seed"] = null });
}
