namespace Fovea.Extending;

/// <summary>Constraints in a configuration.</summary>
public static class ConstraintConfig
{
    /// <summary>Writes a constraint, or null.</summary>
    /// <exception cref="NotSupportedException">It is a custom one that is not registered with <see cref="CustomObjects"/>.</exception>
    public static void Set(this Config config, string key, Constraint? value)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Json[key] = value is null ? null : ConstraintCatalog.Known.Write(value, config.Subject);
    }

    /// <summary>Reads a constraint that may be null or left out.</summary>
    /// <exception cref="ModelFormatException">The constraint is not known, or its settings do not fit it.</exception>
    public static Constraint? GetConstraint(this Config config, string key)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Find(key) is { } found ? ConstraintCatalog.Known.Read(found, config.Subject) : null;
    }
}
