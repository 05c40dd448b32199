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

    /// <summary>Fills a weight. The same seed gives the same values.</summary>
    public abstract void Fill(Span<float> values, Shape shape, ulong seed);

    /// <summary>The class in Keras and its configuration.</summary>
    protected abstract (string ClassName, JsonObject Config) Describe();

    internal JsonObject ToJson()
    {
        var (className, config) = Describe();
        return new JsonObject { ["module"] = "keras.initializers", ["class_name"] = className, ["config"] = config, ["registered_name"] = null };
    }

    internal static Initializer FromJson(JsonNode json, string subject) => InitializerCatalog.Create(json, subject);
}

/// <summary>One value everywhere; <c>keras.initializers.Constant</c>.</summary>
public sealed record ConstantInitializer(float Value) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed) => values.Fill(Value);

    /// <inheritdoc/>
    protected override (string ClassName, JsonObject Config) Describe() => Value switch
    {
        0 => ("Zeros", []),
        1 => ("Ones", []),
        _ => ("Constant", new JsonObject { ["value"] = LayerConfig.Shortest(Value) }),
    };
}

/// <summary>Uniform between two bounds; <c>keras.initializers.RandomUniform</c>.</summary>
public sealed record RandomUniformInitializer(float Low = -0.05f, float High = 0.05f) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed)
    {
        var random = new RandomNumbers(seed);
        foreach (ref var value in values) value = Low + ((High - Low) * random.NextSingle());
    }

    /// <inheritdoc/>
    protected override (string ClassName, JsonObject Config) Describe() =>
        ("RandomUniform", new JsonObject { ["minval"] = LayerConfig.Shortest(Low), ["maxval"] = LayerConfig.Shortest(High), ["seed"] = null });
}

/// <summary>
/// A normal distribution; truncated, values beyond two standard deviations are drawn again. <c>keras.initializers.RandomNormal</c> and
/// <c>TruncatedNormal</c>.
/// </summary>
public sealed record RandomNormalInitializer(float Mean = 0, float StandardDeviation = 0.05f, bool Truncated = false) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed)
    {
        var random = new RandomNumbers(seed);
        foreach (ref var value in values) value = Mean + (StandardDeviation * (Truncated ? random.NextTruncatedNormal() : random.NextNormal()));
    }

    /// <inheritdoc/>
    protected override (string ClassName, JsonObject Config) Describe() => (
        Truncated ? "TruncatedNormal" : "RandomNormal",
        new JsonObject { ["mean"] = LayerConfig.Shortest(Mean), ["stddev"] = LayerConfig.Shortest(StandardDeviation), ["seed"] = null });
}
