namespace Fovea.Extending;

/// <summary>The custom classes and activations that <see cref="CustomObjects"/> has registered, by their names in files. All members are thread-safe.</summary>
internal static class CustomParts
{
    private static readonly Lock Guard = new();

    /// <summary>Maps a registered name to the factory of a class, or to an object.</summary>
    private static readonly Dictionary<string, object> Parts = new(StringComparer.Ordinal);

    /// <summary>Maps a class or an object to its registered name.</summary>
    private static readonly Dictionary<object, string> Names = new(ReferenceEqualityComparer.Instance);

    /// <summary>The registered name of an object, or of its class; null if there is none.</summary>
    public static string? NameOf(object part)
    {
        lock (Guard) return Names.GetValueOrDefault(part) ?? Names.GetValueOrDefault(part.GetType());
    }

    /// <summary>Whether something is registered under a name.</summary>
    public static bool Knows(string name) => Find(name) is not null;

    /// <summary>The object that is registered under a name; null if there is none, or if it has another type.</summary>
    public static T? FindObject<T>(string name)
        where T : class => Find(name) as T;

    /// <summary>Creates an object of the class that is registered under a name; null if there is none, or if the class is of another kind.</summary>
    /// <exception cref="ModelFormatException">The factory returned null.</exception>
    public static T? Create<T>(string? name, Config config)
        where T : class
    {
        if (name is null || Find(name) is not Func<Config, T> create) return null;
        return create(config) ?? throw new ModelFormatException($"{config.Subject}: the factory that is registered for '{name}' returned null.");
    }

    /// <summary>Registers a factory or an object. A second registration of the same changes nothing.</summary>
    /// <param name="name">The name in files.</param>
    /// <param name="key">The class, or the object itself.</param>
    /// <param name="part">The factory, or the object itself.</param>
    /// <param name="called">Its name in errors.</param>
    /// <exception cref="ArgumentException">The name belongs to another class or object, or this class or object is registered under another name.</exception>
    public static void Add(string name, object key, object part, string called)
    {
        lock (Guard)
        {
            if (Parts.TryGetValue(name, out var known) && !known.Equals(part))
                throw new ArgumentException(
                    $"CustomObjects: '{name}' is registered already, with another factory or activation. Register each name once, where the program starts.",
                    nameof(name));
            if (Names.TryGetValue(key, out var other) && other != name)
                throw new ArgumentException(
                    $"CustomObjects: {called} is registered already, as '{other}'; received '{name}'. Register it once, under one name.", nameof(name));
            (Parts[name], Names[key]) = (part, name);
        }
    }

    /// <summary>How to register a class that a file names, as a clause of an error.</summary>
    public static string ToLoad(string name) =>
        $"if the class is your own, call CustomObjects.Register(\"{name}\", config => new {name[(name.LastIndexOf('>') + 1)..]}(…)) before loading";

    /// <summary>The error for saving an object of a custom class that is not registered.</summary>
    public static NotSupportedException Refusal(string subject, string kind, string className) => new(
        $"{subject}: a custom {kind} cannot be saved unless its class is registered, as in CustomObjects.Register(\"MyPackage>{className}\", config => "
        + $"new {className}(…)).");

    private static object? Find(string name)
    {
        lock (Guard) return Parts.GetValueOrDefault(name);
    }
}
