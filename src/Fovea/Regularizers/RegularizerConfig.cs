namespace Fovea.Extending;

/// <summary>Regularizers in a configuration.</summary>
public static class RegularizerConfig
{
    /// <summary>Writes a regularizer, or null.</summary>
    /// <exception cref="NotSupportedException">It is a custom one that is not registered with <see cref="CustomObjects"/>.</exception>
    public static void Set(this Config config, string key, Regularizer? value)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Json[key] = value is null ? null : RegularizerCatalog.Known.Write(value, config.Subject);
    }

    /// <summary>Reads a regularizer that may be null or left out.</summary>
    /// <exception cref="ModelFormatException">The regularizer is not known, or its settings do not fit it.</exception>
    public static Regularizer? GetRegularizer(this Config config, string key)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Find(key) is { } found ? RegularizerCatalog.Known.Read(found, config.Subject) : null;
    }
}
