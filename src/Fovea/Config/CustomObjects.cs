namespace Fovea.Extending;

/// <summary>
/// The classes of your own by the names that files know them by, as Keras' <c>keras.saving.register_keras_serializable</c>. What is registered can be saved and
/// loaded in
/// <c>.keras</c>, <c>.h5</c>, <c>.safetensors</c> and <see cref="Model.ToJson"/>:
/// <code>CustomObjects.Register("MyPackage>Scale", config => new Scale(config.GetFloat("start")));</code>
/// A layer, a regularizer and a constraint write their settings in <c>WriteConfig</c>, an initializer in <c>Describe</c>. Register where the program starts,
/// before models are
/// saved or loaded. Any thread may call every member.
/// </summary>
public static class CustomObjects
{
    private static readonly Type[] Kinds = [typeof(Layer), typeof(Regularizer), typeof(Constraint), typeof(Initializer)];
    private static readonly Lock Guard = new();

    /// <summary>By name the factory of a class, or an activation.</summary>
    private static readonly Dictionary<string, object> Parts = new(StringComparer.Ordinal);

    /// <summary>The names by the class, or the activation.</summary>
    private static readonly Dictionary<object, string> Names = [];

    /// <summary>Registers a class of your own. The same call may be made again.</summary>
    /// <typeparam name="T">The class: a <see cref="Layer"/>, <see cref="Regularizer"/>, <see cref="Constraint"/> or <see cref="Initializer"/>.</typeparam>
    /// <param name="name">A package and the class: <c>MyPackage>Scale</c>. Files by Keras call the class so too that was registered with
    /// <c>package="MyPackage"</c>.</param>
    /// <param name="create">Makes an object from the settings that it wrote.</param>
    /// <exception cref="ArgumentException">The name has no package, or is that of another class or factory; or the class is none of your own, or has another
    /// name.</exception>
    public static void Register<T>(string name, Func<Config, T> create)
        where T : class
    {
        RequireName(name);
        ArgumentNullException.ThrowIfNull(create);
        var own = typeof(T);
        if (!Kinds.Any(own.IsSubclassOf) || own.IsSubclassOf(typeof(Model)) || own.Assembly == typeof(CustomObjects).Assembly)
            throw new ArgumentException(
                $"CustomObjects: expected a class of your own for '{name}', made from Layer, Regularizer, Constraint or Initializer; received a factory "
                + $"of {own.Name}.", nameof(create));
        Add(name, own, create, own.Name);
    }

    /// <summary>Registers an activation of your own, a function. The same call may be made again.</summary>
    /// <param name="name">A package and the function: <c>MyPackage>leaky</c>.</param>
    /// <param name="activation">The activation. Layers are saved that have this object.</param>
    /// <exception cref="ArgumentException">The name has no package, or is that of something else; or the activation is a ready one, or has another
    /// name.</exception>
    public static void Register(string name, Activation activation)
    {
        RequireName(name);
        ArgumentNullException.ThrowIfNull(activation);
        if (activation.IsKnown)
            throw new ArgumentException(
                $"CustomObjects: expected an activation of your own for '{name}'; files know {activation.Name} already.", nameof(activation));
        Add(name, activation, activation, $"the activation {activation.Name}");
    }

    /// <summary>The registered name of an object's class, or of an activation; null where there is none.</summary>
    internal static string? NameOf(object part)
    {
        lock (Guard) return Names.GetValueOrDefault(part is Activation ? part : part.GetType());
    }

    /// <summary>Whether something is registered under a name.</summary>
    internal static bool Knows(string name) => Find(name) is not null;

    /// <summary>The activation of a name; null where there is none.</summary>
    internal static Activation? FindActivation(string name) => Find(name) as Activation;

    /// <summary>Makes what is registered under a name; null where nothing of the kind is.</summary>
    internal static T? Create<T>(string? name, Config config)
        where T : class
    {
        if (name is null || Find(name) is not Func<Config, T> create) return null;
        return create(config) ?? throw new ModelFormatException($"{config.Subject}: the factory that is registered for '{name}' gave null.");
    }

    /// <summary>How to register a class that a file names, in a few words.</summary>
    internal static string ToLoad(string name) =>
        $"if the class is your own, call CustomObjects.Register(\"{name}\", config => new {name[(name.LastIndexOf('>') + 1)..]}(…)) before loading";

    /// <summary>Why something of one's own is not saved, and how it is.</summary>
    internal static NotSupportedException Refusal(string subject, string kind, string className) =>
        new($"{subject}: {kind} of one's own cannot be saved unless its class is registered, as in CustomObjects.Register(\"MyPackage>{className}\", config => "
            + $"new {className}(…)).");

    private static object? Find(string name)
    {
        lock (Guard) return Parts.GetValueOrDefault(name);
    }

    private static void Add(string name, object key, object part, string called)
    {
        lock (Guard)
        {
            if (Parts.TryGetValue(name, out var known) && !known.Equals(part))
                throw new ArgumentException(
                    $"CustomObjects: '{name}' is registered already, with another factory or activation. Register each name once, where the program starts.",
                    nameof(name));
            if (Names.TryGetValue(key, out var other) && other != name)
                throw new ArgumentException(
                    $"CustomObjects: {called} is registered already, as '{other}'; received '{name}'. It has one name in files.", nameof(name));
            (Parts[name], Names[key]) = (part, name);
        }
    }

    private static void RequireName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Split('>') is not [{ Length: > 0 }, { Length: > 0 }])
            throw new ArgumentException($"CustomObjects: expected a package and a name, as in 'MyPackage>Scale'; received '{name}'.", nameof(name));
    }
}
