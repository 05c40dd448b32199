namespace Fovea;

/// <summary>The constraints that files can name.</summary>
internal static class ConstraintCatalog
{
    public static Catalog<Constraint> Known { get; } = new(
        "constraint", "keras.constraints",
        new("MaxNorm", MaxNorm.FromConfig),
        new("MinMaxNorm", MinMaxNorm.FromConfig),
        new("NonNeg", _ => new NonNegative(), "NonNegative"),
        new("UnitNorm", UnitNorm.FromConfig));
}
