namespace Fovea.Extending;

/// <summary>A class that files can name.</summary>
/// <param name="Name">The name of the class in files.</param>
/// <param name="FromConfig">Makes an object from its settings.</param>
/// <param name="OtherNames">Other names for it in files: short and older ones.</param>
internal sealed record CatalogRow<T>(string Name, Func<Config, T> FromConfig, params IReadOnlyList<string> OtherNames)
{
    /// <summary>Whether only older files use the name. Errors do not list it.</summary>
    public bool IsOlder { get; init; }

    /// <summary>Whether the names of the row have to match exactly.</summary>
    public bool IsExact { get; init; }

    /// <summary>The module of the class in Keras, if it is not that of the whole catalog.</summary>
    public string? Module { get; init; }

    /// <summary>Whether Keras has the class too.</summary>
    public bool IsOfKeras { get; init; } = true;
}
