using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>The activations that files can name.</summary>
internal static class ActivationCatalog
{
    public static Catalog<Activation> Known { get; } = new(
        "activation", "keras.activations",
        Row(Activation.Linear),
        Row(Activation.Relu),
        Row(Activation.Relu6),
        Row(Activation.LeakyRelu),
        Row(Activation.Elu),
        Row(Activation.Selu),
        Row(Activation.Celu),
        Row(Activation.Gelu),
        Row(Activation.Silu, "swish"),
        Row(Activation.HardSilu, "hard_swish"),
        Row(Activation.Mish),
        Row(Activation.Sigmoid),
        Row(Activation.HardSigmoid),
        Row(Activation.LogSigmoid),
        Row(Activation.SparseSigmoid),
        Row(Activation.Tanh),
        Row(Activation.HardTanh),
        Row(Activation.TanhShrink),
        Row(Activation.HardShrink),
        Row(Activation.SoftShrink),
        Row(Activation.Softplus),
        Row(Activation.Squareplus),
        Row(Activation.SparsePlus),
        Row(Activation.Softsign),
        Row(Activation.Exponential),
        Row(Activation.Softmax, "softmax_v2"),
        Row(Activation.LogSoftmax),
        Row(Activation.Glu))
    {
        IsExact = true,
    };

    /// <summary>Layers without weights that Keras accepts as activations too.</summary>
    private static readonly string[] Layers = ["ELU", "LeakyReLU", "ReLU", "Softmax", "ThresholdedReLU"];

    /// <summary>Whether the activation is a built-in one.</summary>
    public static bool IsReady(Activation activation) => Find(activation.Name) == activation;

    /// <summary>The ready activation of a name, or the layer of that name.</summary>
    /// <param name="name">The name, as in files.</param>
    /// <param name="owner">The object that has the activation, for errors.</param>
    /// <exception cref="ModelFormatException">There is none.</exception>
    public static Activation FromName(string name, string owner = "activation")
    {
        if (name == Activation.OlderHardSigmoid.Name) return Activation.OlderHardSigmoid;
        return Layers.Contains(name) ? FromLayer(name, [], owner) : Known.Read(name, [], null, owner);
    }

    /// <summary>
    /// An activation of a file: a name, an object that has one (<c>{"class_name": "function", "config": "relu"}</c>), or a layer without weights
    /// (<c>{"class_name": "LeakyReLU", "config": {"alpha": 0.1}}</c>).
    /// </summary>
    /// <returns>Null for anything else.</returns>
    /// <exception cref="ModelFormatException">It is not known.</exception>
    public static Activation? FromJson(JsonNode json, string owner)
    {
        if (JsonReading.AsText(json) is { } name) return FromFullName(name, owner);
        if (json is not JsonObject described || described.TextOrNull("class_name") is not { } className) return null;
        if (described.TextOrNull("config") is { } function) return FromFullName(function, owner);
        className = className[(className.LastIndexOf('>') + 1)..];
        var config = described.ObjectOrNull("config") ?? [];
        if (className == "Activation" && config["activation"] is { } inner && config.Count(entry => entry.Value is not null) <= 4)
            return FromJson(inner, owner);
        return Layers.Contains(className)
            ? FromLayer(className, config, owner)
            : throw new ModelFormatException(
                $"{owner}: the activation is a layer of the class '{className}'; expected a name, or one of {string.Join(", ", Layers)}.");
    }

    /// <summary>A registered activation, or the ready one of the name without its package.</summary>
    private static Activation FromFullName(string full, string owner)
    {
        if (CustomParts.FindObject<Activation>(full) is { } custom) return custom;
        var name = full[(full.LastIndexOf('>') + 1)..];
        if (name == full || Known.Find(name) is not null || Layers.Contains(name)) return FromName(name, owner);
        throw new ModelFormatException(
            $"{owner}: the activation '{full}' is not known; if it is your own, call CustomObjects.Register(\"{full}\", activation) before loading.");
    }

    private static Activation FromLayer(string className, JsonObject described, string owner)
    {
        var config = new Config($"{owner}: {className}", described) { Name = described.TextOrNull("name") ?? SnakeCase.Of(className) };
        var layer = LayerCatalog.Create(className, config, owner: owner);
        config.RequireAllRead();
        var written = new JsonObject();
        layer.WriteConfig(new Config(className, config.Name, written));
        return new Activation(className, x => layer.TraceAll([x], new CallContext(training: false))[0])
        {
            LayerJson = new JsonObject { ["module"] = "keras.layers", ["class_name"] = className, ["config"] = written, ["registered_name"] = null },
        };
    }

    private static Activation? Find(string name) => Known.Find(name)?.FromConfig(NoSettings);

    private static Config NoSettings { get; } = new("activation", []);

    private static CatalogRow<Activation> Row(Activation activation, params IReadOnlyList<string> otherNames) =>
        new(activation.Name, _ => activation, otherNames);
}
