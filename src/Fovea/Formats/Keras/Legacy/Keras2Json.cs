using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Writes the attribute <c>model_config</c> in the form of Keras 2, which Keras 3 and TensorFlow.js read too: objects have only a class and a
/// configuration, data types are texts, connections are lists, and settings that Keras 3 has added are left out if they have their default.
/// </summary>
internal static class Keras2Json
{
    /// <summary>
    /// Settings that Keras 2 does not know. They are left out if they have their defaults; with any other value, Keras 2 reports an error.
    /// </summary>
    private static readonly HashSet<string> AddedLater =
        ["synchronized", "quantization_config", "pad_to_aspect_ratio", "antialias", "loss_scale_factor", "gradient_accumulation_steps", "optional", "autocast"];

    /// <summary>A model with its layers.</summary>
    public static JsonObject Model(ModelDescription model) => new()
    {
        ["class_name"] = model.Kind == ModelKind.Sequential ? "Sequential" : "Functional",
        ["config"] = model.Kind == ModelKind.Sequential ? SequentialConfig(model) : FunctionalConfig(model),
    };

    /// <summary>The settings of <c>compile</c>.</summary>
    public static JsonObject Training(CompileDescription compile) => new()
    {
        ["loss"] = Value(compile.Loss),
        ["metrics"] = Value(compile.Metrics),
        ["weighted_metrics"] = null,
        ["loss_weights"] = Value(compile.Others["loss_weights"]),
        ["optimizer_config"] = Value(compile.Optimizer),
    };

    private static JsonObject SequentialConfig(ModelDescription model)
    {
        var layers = new JsonArray([.. model.Layers.Select(Layer)]);
        var config = new JsonObject { ["name"] = model.Name, ["layers"] = layers };
        if (model.InputShape is { } shape) config["build_input_shape"] = KerasJson.ToJson(shape);
        return config;
    }

    private static JsonObject FunctionalConfig(ModelDescription model) => new()
    {
        ["name"] = model.Name,
        ["trainable"] = model.Trainable,
        ["layers"] = new JsonArray([.. model.Layers.Select(layer =>
        {
            // Operations are in the form of Keras 3, which Keras 3 accepts here too; Keras 2 has none.
            var json = layer.IsOperation ? KerasJson.ToJson(layer) : Layer(layer);
            json["name"] = layer.Name;
            json["inbound_nodes"] = new JsonArray([.. layer.Nodes.Where(node => node.Inputs.Length > 0)
                .Select(node => layer.IsOperation ? (JsonNode)KerasJson.ToJson(node, layer.Name) : Node(node))]);
            return json;
        })]),
        ["input_layers"] = new JsonArray([.. model.Inputs.Select(Reference)]),
        ["output_layers"] = new JsonArray([.. model.Outputs.Select(Reference)]),
    };

    private static JsonObject Layer(LayerDescription layer)
    {
        var json = layer.Nested is { } nested ? Model(nested) : new JsonObject
        {
            ["class_name"] = layer.RegisteredName ?? layer.ClassName,
            ["config"] = layer.RegisteredName is null && !LayerCatalog.IsUnknownToKeras(layer.ClassName)
                ? Config(layer.ClassName, layer.Config)
                : CustomConfig(layer.Config),
        };
        if (layer.IsPreprocessing) json["config"]!.AsObject().Remove("data_format");  // these layers of Keras 2 have no such setting
        FoveaSettings.MoveOut(json);
        KerasJson.AddSharedId(json, layer);
        return json;
    }

    /// <summary>One use of a layer: for each input <c>[layer, node, tensor, {arguments}]</c>. Readers take the arguments of the last input.</summary>
    private static JsonArray Node(NodeDescription node) => new([.. node.Inputs.Select(input =>
    {
        var entry = Reference(input);
        entry.Add(node.Arguments?.DeepClone() ?? new JsonObject());
        return (JsonNode)entry;
    })]);

    private static JsonArray Reference(TensorReference tensor) => new(tensor.Layer, tensor.Node, tensor.Tensor);

    private static JsonObject Config(string className, JsonObject config)
    {
        var json = new JsonObject();
        foreach (var (key, value) in config)
        {
            if (AddedLater.Contains(key) && IsDefault(key, value)) continue;
            if (className is "Resizing" && key is "fill_mode" or "fill_value" && config.BoolOrNull("pad_to_aspect_ratio") is not true) continue;
            json[(className, key) switch
            {
                ("InputLayer", "batch_shape") => "batch_input_shape",
                ("LeakyReLU", "negative_slope") => "alpha",
                _ => key,
            }] = Value(value);
        }

        return json;
    }

    private static JsonObject CustomConfig(JsonObject config) => new(config.Select(entry => KeyValuePair.Create(entry.Key, Value(entry.Value))));

    private static bool IsDefault(string key, JsonNode? value) => value is null || value.GetValueKind() == System.Text.Json.JsonValueKind.False
        || key == "autocast";

    private static JsonNode? Value(JsonNode? value) => value switch
    {
        JsonObject policy when policy.TextOrNull("class_name") == "DTypePolicy" => KerasJson.DataType(policy),
        JsonObject custom when custom.TextOrNull("registered_name") is { } name && name.Contains('>', StringComparison.Ordinal)
            && custom.ObjectOrNull("config") is { } config =>
            new JsonObject { ["class_name"] = name, ["config"] = CustomConfig(config) },
        JsonObject described when described.TextOrNull("class_name") is { } className && described.ObjectOrNull("config") is { } config =>
            new JsonObject { ["class_name"] = className, ["config"] = Config(className, config) },
        JsonObject dictionary => new JsonObject(dictionary.Select(entry => KeyValuePair.Create(entry.Key, Value(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Value)]),
        _ => value?.DeepClone(),
    };
}
