using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// The JSON of Keras models. It is read in the form of Keras 3 and in those of Keras 2 (a list as a sequential configuration, <c>batch_input_shape</c> on
/// the first layer, nested lists as connections), and written in the form of Keras 3.
/// </summary>
internal static partial class KerasJson
{
    private const int MaxNesting = 16;
    private static readonly string[] FunctionalClasses = ["Functional", "Model"];
    private static readonly HashSet<string> LayerEntries =
    [
        "module", "class_name", "config", "registered_name", "build_config", "compile_config", "name", "inbound_nodes", SharedLayers.Entry,
        "keras_version", "backend", FoveaSettings.Entry,
    ];
    private static readonly HashSet<string> ModelEntries =
    [
        "name", "trainable", "dtype", "layers", "input_layers", "output_layers", "build_input_shape", "build_config", "batch_input_shape", "input_names",
        "output_names", "_layers",
    ];

    /// <summary>Reads a model, with the settings of <c>compile</c> if there is a <c>compile_config</c>.</summary>
    /// <param name="json">The content of <c>config.json</c>, or of the attribute <c>model_config</c>.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="ModelFormatException">It describes no sequential or functional model.</exception>
    public static ModelDescription ParseModel(JsonObject json, string file) => ParseModel(json, file, 0);

    /// <summary>
    /// The name of a data type, which is a text, a Keras 3 <c>DTypePolicy</c> or a Keras 2 <c>Policy</c>;
    /// <c>float32</c> if there is none.
    /// </summary>
    public static string? DataType(JsonNode? json)
    {
        if (json is null) return "float32";
        return JsonReading.AsText(json) ?? (json as JsonObject)?.ObjectOrNull("config")?.TextOrNull("name");
    }

    /// <summary>Reads a shape with the batch first; null if the JSON is not a shape.</summary>
    public static ImmutableArray<int?>? ParseShape(JsonNode? json)
    {
        if (json is not JsonArray list) return null;
        var shape = ImmutableArray.CreateBuilder<int?>(list.Count);
        foreach (var item in list)
        {
            if (item is not null && JsonReading.AsInteger(item) is not > 0) return null;
            shape.Add(JsonReading.AsInteger(item));
        }

        return shape.ToImmutable();
    }

    private static ModelDescription ParseModel(JsonObject json, string file, int nesting)
    {
        var className = json.TextOrNull("class_name");
        var sequential = className is not null && className[(className.LastIndexOf('>') + 1)..] == "Sequential";
        if (!sequential && !IsFunctional(json))
            throw ModelFormatException.About(
                file, $"expected a Sequential or Functional model; received {(className is null ? "no class_name" : $"the class '{className}'")}, which is "
                + "defined by Python code.");
        if (nesting > MaxNesting) throw ModelFormatException.About(file, $"models are nested more than {MaxNesting} deep.");
        var model = sequential ? ParseSequential(json, file, nesting) : ParseFunctional(json, file, nesting);
        return model with { Compile = json.ObjectOrNull("compile_config") is { } compile ? ParseCompile(compile, "optimizer") : null };
    }

    private static bool IsModel(JsonObject json) => json.TextOrNull("class_name") is { } className
        && (className[(className.LastIndexOf('>') + 1)..] == "Sequential" || IsFunctional(json));

    /// <summary>Whether the JSON describes a functional model, or a custom class that Keras writes as one.</summary>
    private static bool IsFunctional(JsonObject json) => json.ObjectOrNull("config") is { } config && config.ListOrNull("layers") is not null
        && (FunctionalClasses.Contains(json.TextOrNull("class_name")) || (config.ContainsKey("input_layers") && config.ContainsKey("output_layers")));

    /// <summary>The unknown entries, except those that are null or false.</summary>
    private static ImmutableArray<string> Rest(JsonObject json, HashSet<string> known) =>
        [.. json.Where(entry => entry.Value is not null && !known.Contains(entry.Key) && JsonReading.AsBool(entry.Value) != false).Select(entry => entry.Key)];

    private static ModelDescription ParseSequential(JsonObject json, string file, int nesting)
    {
        // Up to Keras 2.2.2 the configuration of a sequential model was the list of its layers.
        var config = json.ObjectOrNull("config");
        var list = json.ListOrNull("config") ?? config?.ListOrNull("layers")
            ?? throw ModelFormatException.About(file, "the Sequential model has no list of layers.");
        var layers = list.Select((item, i) => ParseLayer(item, i, file, nesting)).ToImmutableArray();
        RequireUniqueNames(layers, file);
        var first = layers.FirstOrDefault()?.Config;
        return new ModelDescription(ModelKind.Sequential, config?.TextOrNull("name") ?? "sequential", layers)
        {
            InputShape = first is null
                ? null
                : ParseShape(first["batch_shape"]) ?? ParseShape(first["batch_input_shape"]) ?? ParseShape(config?["build_input_shape"]),
            Trainable = JsonReading.AsBool(config?["trainable"]) ?? true,
            Rest = config is null ? [] : Rest(config, ModelEntries),
        };
    }

    private static LayerDescription ParseLayer(JsonNode? json, int index, string file, int nesting)
    {
        if (json is not JsonObject layer || layer.TextOrNull("class_name") is not { } className)
            throw ModelFormatException.About(
                file, $"layer {index} is {JsonText.Describe(json)} without class_name; expected an object with class_name and config.");
        var package = className[..(Math.Max(className.LastIndexOf('>'), className.LastIndexOf('.')) + 1)];
        className = className[package.Length..];
        var nested = IsModel(layer) ? ParseModel(layer, file, nesting + 1) : null;
        var config = layer.ObjectOrNull("config")
            ?? (nested is null ? throw ModelFormatException.About(file, $"layer {index}, a {className}, has no config.") : []);
        var name = layer.TextOrNull("name") ?? config.TextOrNull("name") ?? nested?.Name
            ?? throw ModelFormatException.About(file, $"layer {index}, a {className}, has no name.");
        if (nested is null && Keras1Json.Recognizes(className, config)) (className, config) = Keras1Json.ToKeras2(className, config, file);
        return new LayerDescription(className, name, FoveaSettings.MoveIn(layer, config))
        {
            Module = layer.TextOrNull("module"),
            RegisteredName = package.Contains('>', StringComparison.Ordinal) ? $"{package}{className}" : layer.TextOrNull("registered_name"),
            Rest = Rest(layer, LayerEntries),
            BuildConfig = layer.ObjectOrNull("build_config"),
            Nested = nested,
            SharedId = ParseSharedId(layer[SharedLayers.Entry], name, file),
        };
    }

    /// <summary>The id of a layer that occurs at several positions. Keras counts these layers, or uses the object's address.</summary>
    private static string? ParseSharedId(JsonNode? json, string layer, string file) => json is null || json.GetValueKind() == JsonValueKind.Number
        ? json?.ToJsonString()
        : throw ModelFormatException.About(file, $"{SharedLayers.Entry} of '{layer}' is {JsonText.Describe(json)}; expected a number.");

    private static void RequireUniqueNames(ImmutableArray<LayerDescription> layers, string file)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            if (!names.Add(layer.Name)) throw ModelFormatException.About(file, $"two layers have the name '{layer.Name}'.");
        }
    }
}
