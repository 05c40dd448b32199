namespace Fovea.Extending;

/// <summary>Initializers in a configuration.</summary>
public static class InitializerConfig
{
    /// <summary>Writes an initializer.</summary>
    /// <exception cref="NotSupportedException">It is a custom one that is not registered with <see cref="CustomObjects"/>.</exception>
    public static void Set(this Config config, string key, Initializer value)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Json[key] = value is null ? null : InitializerCatalog.Known.Write(value, config.Subject);
    }

    /// <summary>Reads an initializer that may be left out.</summary>
    /// <exception cref="ModelFormatException">The initializer is not known, or its settings do not fit it.</exception>
    public static Initializer GetInitializer(this Config config, string key, Initializer absent)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Find(key) is { } found ? InitializerCatalog.Known.Read(found, config.Subject) : absent;
    }
}
