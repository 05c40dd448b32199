using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>The constraints that files can name.</summary>
internal static class ConstraintCatalog
{
    /// <summary>Builds a constraint from a name or from a class with its configuration.</summary>
    /// <exception cref="ModelFormatException">The class is not known or its configuration does not fit.</exception>
    public static Constraint Create(JsonNode json, string subject)
    {
        var (className, config) = KerasPart.Read(json, subject, "a constraint");
        if (CustomObjects.Create<Constraint>(KerasPart.RegisteredName(json), config) is { } own) return KerasPart.Whole(own, className, config, subject);
        int[] axes = config.IsAbsent("axis") ? [0] : config.IsPair("axis") ? config.GetInts("axis") : [config.GetInt("axis")];
        Constraint created = className switch
        {
            "MaxNorm" or "max_norm" => new MaxNorm(config.GetFloat("max_value", 2)) { Axes = axes },
            "MinMaxNorm" or "min_max_norm" =>
                new MinMaxNorm(config.GetFloat("min_value", 0), config.GetFloat("max_value", 1), config.GetFloat("rate", 1)) { Axes = axes },
            "NonNeg" or "non_neg" or "NonNegative" => new NonNegative(),
            "UnitNorm" or "unit_norm" => new UnitNorm { Axes = axes },
            _ => throw KerasPart.Unknown(subject, "constraint", className, json, "; known are MaxNorm, MinMaxNorm, NonNeg, UnitNorm"),
        };
        return KerasPart.Whole(created, className, config, subject);
    }
}
