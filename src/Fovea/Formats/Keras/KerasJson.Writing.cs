using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <content>Writing, in the form of Keras 3.</content>
internal static partial class KerasJson
{
    /// <summary>The content of <c>config.json</c> for a model.</summary>
    public static JsonObject ToJson(ModelDescription model)
    {
        var sequential = model.Kind == ModelKind.Sequential;
        var json = new JsonObject
        {
            ["module"] = sequential ? "keras" : "keras.src.models.functional",
            ["class_name"] = sequential ? "Sequential" : "Functional",
            ["config"] = sequential ? SequentialConfig(model) : FunctionalConfig(model),
            ["registered_name"] = sequential ? null : "Functional",
        };
        if (model.InputShape is { } shape) json["build_config"] = new JsonObject { ["input_shape"] = ToJson(shape) };
        if (model.Compile is { } compile) json["compile_config"] = ToJson(compile);
        return json;
    }

    /// <summary>A data type as Keras 3 writes it into the configuration of a layer.</summary>
    public static JsonObject DTypePolicy(string name = "float32") =>
        Described("keras", "DTypePolicy", new JsonObject { ["name"] = name }, null);

    /// <summary>A shape, with null for open sizes.</summary>
    public static JsonArray ToJson(ImmutableArray<int?> shape) => [.. shape.Select(size => (JsonNode?)size)];

    private static JsonObject SequentialConfig(ModelDescription model)
    {
        var config = new JsonObject
        {
            ["name"] = model.Name,
            ["trainable"] = model.Trainable,
            ["dtype"] = DTypePolicy(),
            ["layers"] = new JsonArray([.. model.Layers.Select(ToJson)]),
        };
        if (model.InputShape is { } shape) config["build_input_shape"] = ToJson(shape);
        return config;
    }

    private static JsonObject FunctionalConfig(ModelDescription model) => new()
    {
        ["name"] = model.Name,
        ["trainable"] = model.Trainable,
        ["layers"] = new JsonArray([.. model.Layers.Select(layer =>
        {
            var json = ToJson(layer);
            json["name"] = layer.Name;
            json["inbound_nodes"] = new JsonArray([.. layer.Nodes.Where(node => node.Inputs.Length > 0).Select(node => ToJson(node, layer.Name))]);
            return json;
        })]),
        ["input_layers"] = Ends(model.Inputs),
        ["output_layers"] = Ends(model.Outputs),
    };

    /// <summary>A layer without its uses.</summary>
    public static JsonObject ToJson(LayerDescription layer)
    {
        var json = layer.Nested is { } nested ? ToJson(nested) : Described(layer.Module ?? "keras.layers", layer.ClassName, layer.Config, layer.RegisteredName);
        FoveaSettings.MoveOut(json);
        if (layer.BuildConfig is { } build) json["build_config"] = build.DeepClone();
        AddSharedId(json, layer);
        return json;
    }

    /// <summary>Adds the id of a layer that occurs at several positions.</summary>
    public static void AddSharedId(JsonObject json, LayerDescription layer)
    {
        if (layer.SharedId is { } id) json[SharedLayers.Entry] = JsonNode.Parse(id);
    }

    /// <summary>One use of a layer.</summary>
    public static JsonObject ToJson(NodeDescription node, string layer)
    {
        var tensors = node.Inputs.Select(input => (JsonNode)Tensor(input, layer)).ToArray();
        return new JsonObject
        {
            ["args"] = node.Positional is { } placed ? placed.DeepClone() : node.IsList ? new JsonArray(new JsonArray(tensors)) : new JsonArray(tensors),
            ["kwargs"] = node.Arguments?.DeepClone() ?? new JsonObject(),
        };
    }

    /// <summary>A value as an argument.</summary>
    public static JsonObject Tensor(TensorReference tensor, string user)
    {
        var shape = tensor.Shape
            ?? throw new ArgumentException($"The input '{tensor.Layer}' of '{user}' has no shape, which Keras 3 files require.", nameof(tensor));
        return new JsonObject
        {
            ["class_name"] = TensorClass,
            ["config"] = new JsonObject
            {
                ["shape"] = ToJson(shape),
                ["dtype"] = tensor.DataType,
                ["keras_history"] = Reference(tensor),
            },
        };
    }

    /// <summary>One tensor as it is; several as a list.</summary>
    private static JsonArray Ends(ImmutableArray<TensorReference> ends) =>
        ends.Length == 1 ? Reference(ends[0]) : [.. ends.Select(end => (JsonNode)Reference(end))];

    private static JsonArray Reference(TensorReference tensor) => new(tensor.Layer, tensor.Node, tensor.Tensor);

    private static JsonObject Described(string module, string className, JsonObject config, string? registeredName) => new()
    {
        ["module"] = module,
        ["class_name"] = className,
        ["config"] = config.DeepClone(),
        ["registered_name"] = registeredName,
    };
}
