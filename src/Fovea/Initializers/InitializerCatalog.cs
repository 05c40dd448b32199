using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>The initializers that files can name.</summary>
internal static class InitializerCatalog
{
    /// <summary>Builds an initializer from a name or from a class with its configuration.</summary>
    /// <exception cref="ModelFormatException">The class is not known or its configuration does not fit.</exception>
    public static Initializer Create(JsonNode json, string subject)
    {
        var (className, entries) = KerasPart.Read(json, subject, "an initializer");
        if (CustomObjects.Create<Initializer>(KerasPart.RegisteredName(json), entries) is { } own) return own;
        return className switch
        {
            "Zeros" or "zeros" => Initializer.Zeros,
            "Ones" or "ones" => Initializer.Ones,
            "Constant" or "constant" => new ConstantInitializer(entries.GetFloat("value", 0)),
            "RandomUniform" or "random_uniform" => new RandomUniformInitializer(entries.GetFloat("minval", -0.05f), entries.GetFloat("maxval", 0.05f)),
            "RandomNormal" or "random_normal" => new RandomNormalInitializer(entries.GetFloat("mean", 0), entries.GetFloat("stddev", 0.05f)),
            "TruncatedNormal" or "truncated_normal" =>
                new RandomNormalInitializer(entries.GetFloat("mean", 0), entries.GetFloat("stddev", 0.05f), Truncated: true),
            "GlorotUniform" or "glorot_uniform" => Initializer.GlorotUniform,
            "GlorotNormal" or "glorot_normal" => Initializer.GlorotNormal,
            "HeUniform" or "he_uniform" => Initializer.HeUniform,
            "HeNormal" or "he_normal" => Initializer.HeNormal,
            "LecunUniform" or "lecun_uniform" => Initializer.LecunUniform,
            "LecunNormal" or "lecun_normal" => Initializer.LecunNormal,
            "Orthogonal" or "orthogonal" or "OrthogonalInitializer" => new OrthogonalInitializer(entries.GetFloat("gain", 1)),
            "Identity" or "identity" or "IdentityInitializer" => new IdentityInitializer(entries.GetFloat("gain", 1)),
            "VarianceScaling" or "variance_scaling" => new VarianceScaling(
                entries.GetFloat("scale", 1),
                entries.GetChoice("mode", FanMode.In, ("fan_in", FanMode.In), ("fan_out", FanMode.Out), ("fan_avg", FanMode.Average)),
                entries.GetChoice(
                    "distribution", Distribution.TruncatedNormal, ("truncated_normal", Distribution.TruncatedNormal), ("normal", Distribution.TruncatedNormal),
                    ("untruncated_normal", Distribution.Normal), ("uniform", Distribution.Uniform))),
            _ => throw KerasPart.Unknown(subject, "initializer", className, json),
        };
    }
}
