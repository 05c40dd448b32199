using System.Text.Json.Nodes;
using Fovea.Formats.Json;

namespace Fovea;

/// <summary>The initializers that files can name.</summary>
internal static class InitializerCatalog
{
    /// <summary>Builds an initializer from a name or from a class with its configuration.</summary>
    /// <exception cref="ModelFormatException">The class is not known or its configuration does not fit.</exception>
    public static Initializer Create(JsonNode json, string subject)
    {
        var (className, config) = json switch
        {
            JsonValue value when value.TryGetValue<string>(out var name) => (name, new JsonObject()),
            JsonObject { } o when o["class_name"] is JsonValue value && value.TryGetValue<string>(out var name) => (name, o["config"] as JsonObject ?? []),
            _ => throw new ModelFormatException($"{subject}: expected an initializer; received {json.ToJsonString()}."),
        };
        var entries = new LayerConfig(className, subject, config);
        return className switch
        {
            "Zeros" or "zeros" => Initializer.Zeros,
            "Ones" or "ones" => Initializer.Ones,
            "Constant" or "constant" => new ConstantInitializer(entries.GetFloat("value", 0)),
            "RandomUniform" or "random_uniform" => new RandomUniformInitializer(entries.GetFloat("minval", -0.05f), entries.GetFloat("maxval", 0.05f)),
            "RandomNormal" or "random_normal" => new RandomNormalInitializer(entries.GetFloat("mean", 0), entries.GetFloat("stddev", 0.05f)),
            "TruncatedNormal" or "truncated_normal" => new RandomNormalInitializer(entries.GetFloat("mean", 0), entries.GetFloat("stddev", 0.05f), Truncated: true),
            "GlorotUniform" or "glorot_uniform" => Initializer.GlorotUniform,
            "GlorotNormal" or "glorot_normal" => Initializer.GlorotNormal,
            "HeUniform" or "he_uniform" => Initializer.HeUniform,
            "HeNormal" or "he_normal" => Initializer.HeNormal,
            "LecunUniform" or "lecun_uniform" => new VarianceScaling(1, FanMode.In, Distribution.Uniform),
            "LecunNormal" or "lecun_normal" => new VarianceScaling(1, FanMode.In, Distribution.TruncatedNormal),
            "VarianceScaling" => new VarianceScaling(entries.GetFloat("scale", 1), Mode(config, subject), Shape(config, subject)),
            _ => throw new ModelFormatException($"{subject}: the initializer '{className}' is not known."),
        };
    }

    private static FanMode Mode(JsonObject config, string subject) => config.TextOrNull("mode") switch
    {
        "fan_in" or null => FanMode.In,
        "fan_out" => FanMode.Out,
        "fan_avg" => FanMode.Average,
        var other => throw new ModelFormatException($"{subject}: expected 'fan_in', 'fan_out' or 'fan_avg' for 'mode'; received '{other}'."),
    };

    private static Distribution Shape(JsonObject config, string subject) => config.TextOrNull("distribution") switch
    {
        "uniform" => Distribution.Uniform,
        "untruncated_normal" => Distribution.Normal,
        "truncated_normal" or "normal" or null => Distribution.TruncatedNormal,
        var other => throw new ModelFormatException($"{subject}: expected 'uniform', 'truncated_normal' or 'untruncated_normal' for 'distribution'; received '{other}'."),
    };
}
