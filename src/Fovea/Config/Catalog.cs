using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>
/// The classes of one kind that files can name, such as all optimizers. A new class is one row, <c>new("Adam", Adam.FromConfig)</c>; reading, writing and
/// the error messages follow from it. The catalog uses no reflection, so that trimming and native AOT keep every class.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
internal sealed class Catalog<T>
    where T : class, IConfigurable
{
    /// <summary>Errors list all names if there are at most this many.</summary>
    private const int MaxListed = 20;

    private readonly string kind;
    private readonly string module;
    private readonly Dictionary<string, CatalogRow<T>> exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CatalogRow<T>> similar = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="kind">The name of the kind in errors: <c>optimizer</c>.</param>
    /// <param name="module">The module of the classes in Keras: <c>keras.optimizers</c>.</param>
    /// <param name="rows">The classes.</param>
    public Catalog(string kind, string module, params ReadOnlySpan<CatalogRow<T>> rows)
    {
        (this.kind, this.module) = (kind, module);
        foreach (var row in rows)
        {
            foreach (var name in (IEnumerable<string>)[row.Name, .. row.OtherNames])
            {
                exact.Add(name, row);
                if (!row.IsExact) similar.TryAdd(WithoutUnderscores(name), row);
            }
        }

        Rows = rows.ToArray();
        ClassNames = [.. Rows.Where(row => !row.IsOlder).Select(row => row.Name)];
    }

    /// <summary>The classes.</summary>
    public IReadOnlyList<CatalogRow<T>> Rows { get; }

    /// <summary>The names of the classes, in the order of the rows.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// Whether names have to match exactly. Otherwise case and underscores are ignored: <c>mean_squared_error</c> finds <c>MeanSquaredError</c>.
    /// </summary>
    public bool IsExact { get; init; }

    /// <summary>The class of a name; null if there is none.</summary>
    public CatalogRow<T>? Find(string name) =>
        exact.GetValueOrDefault(name) ?? (IsExact ? null : similar.GetValueOrDefault(WithoutUnderscores(name)));

    /// <summary>Makes an object from the name of its class and its settings. Settings that were not read are left to the caller.</summary>
    /// <param name="name">The name of the class.</param>
    /// <param name="config">The settings.</param>
    /// <param name="registeredName">The name that a custom class is registered by, with its package.</param>
    /// <param name="owner">The object that has the part, for errors about arguments; the subject of <paramref name="config"/> by default.</param>
    /// <exception cref="ModelFormatException">The class is not known, or the settings do not fit it.</exception>
    public T Create(string name, Config config, string? registeredName = null, string? owner = null)
    {
        owner ??= config.Subject;
        try
        {
            var created = CustomParts.Create<T>(registeredName, config)
                ?? (Find(name) ?? throw new ModelFormatException($"{owner}: {WhyUnknown(name, registeredName)}")).FromConfig(config);
            created.ReadSettings(config);
            return created;
        }
        catch (ArgumentException error)
        {
            throw new ModelFormatException($"{owner}: {error.Sentence()}", error);
        }
    }

    /// <summary>Makes an object from its description: the name of a class, or an object of the class and its settings.</summary>
    /// <param name="json">The description.</param>
    /// <param name="owner">The object that has the part, for errors.</param>
    /// <exception cref="ModelFormatException">The class is not known, or a setting does not fit it or is not known.</exception>
    public T Read(JsonNode json, string owner)
    {
        var described = PartDescription.Parse(json) ?? throw new ModelFormatException(
            $"{owner}: expected the name of a known {kind}, or an object with class_name and config; received {json.ToJsonString()}.");
        return Read(described.ClassName, described.Config, described.RegisteredName, owner);
    }

    /// <summary>Makes an object from the name of its class and its settings.</summary>
    /// <exception cref="ModelFormatException">The class is not known, or a setting does not fit it or is not known.</exception>
    public T Read(string name, JsonObject settings, string? registeredName, string owner)
    {
        var config = new Config($"{owner}: {Find(name)?.Name ?? name}", settings);
        var created = Create(name, config, registeredName, owner);
        config.RequireAllRead();
        return created;
    }

    /// <summary>Whether files can name the object: its class is in the catalog or registered.</summary>
    public bool CanWrite(T part) => CustomParts.NameOf(part) is not null || IsReady(part);

    /// <summary>Whether Keras can have the class too. A custom class can be registered there as well.</summary>
    public bool IsOfKeras(T part) => CustomParts.NameOf(part) is not null || (IsReady(part) && exact[part.ClassName].IsOfKeras);

    /// <summary>The description of an object, as Keras 3 writes it: module, class, settings, and the name that a custom class is registered by.</summary>
    /// <param name="part">The object.</param>
    /// <param name="owner">The object that has the part, for errors.</param>
    /// <exception cref="NotSupportedException">It is of a custom class that is not registered.</exception>
    public JsonObject Write(T part, string owner)
    {
        var registered = CustomParts.NameOf(part);
        if (registered is null && !IsReady(part)) throw CustomParts.Refusal(owner, kind, part.ClassName);
        var config = new Config($"{owner}: {part.ClassName}", []);
        part.WriteSettings(config);
        var end = registered?.IndexOf('>', StringComparison.Ordinal) ?? -1;
        return new JsonObject
        {
            ["module"] = registered?[..end] ?? module,
            ["class_name"] = registered?[(end + 1)..] ?? part.ClassName,
            ["config"] = config.Json,
            ["registered_name"] = registered,
        };
    }

    /// <summary>Whether it is a class of the catalog. A custom class that happens to have the same name is not.</summary>
    private bool IsReady(T part) => exact.ContainsKey(part.ClassName)
        && (part.GetType().Name != part.ClassName || part.GetType().Assembly == typeof(Catalog<T>).Assembly);

    private string WhyUnknown(string name, string? registeredName)
    {
        if (registeredName?.Contains('>', StringComparison.Ordinal) == true)
            return $"the {kind} '{registeredName}' is not known; {CustomParts.ToLoad(registeredName)}.";
        var all = ClassNames.Count > MaxListed ? "" : $" Known are {string.Join(", ", ClassNames)}.";
        return $"the {kind} '{name}' is not known; {NearestNames.Of(name, ClassNames)}.{all}";
    }

    private static string WithoutUnderscores(string name) => name.Replace("_", "", StringComparison.Ordinal);
}
