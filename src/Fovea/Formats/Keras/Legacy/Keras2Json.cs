using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// The attribute <c>model_config</c> in the form of Keras 2, which Keras 3 reads too: objects have a class and a configuration alone, data types are
/// texts, connections are lists, and what Keras 3 has added is left out where it says nothing.
/// </summary>
internal static class Keras2Json
{
    /// <summary>
    /// Settings that Keras 2 does not know, left out where they have their usual values. Where they have others, a Keras that does not know them shall say so.
    /// </summary>
    private static readonly HashSet<string> AddedLater =
        ["synchronized", "quantization_config", "pad_to_aspect_ratio", "antialias", "loss_scale_factor", "gradient_accumulation_steps", "optional", "autocast"];

    /// <summary>Layers that took no <c>data_format</c> in Keras 2.</summary>
    private static readonly HashSet<string> WithoutDataFormat =
        ["Resizing", "CenterCrop", "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomCrop", "RandomContrast", "RandomBrightness"];

    /// <summary>A model with its layers.</summary>
    public static JsonObject Model(ModelDescription model) => new()
    {
        ["class_name"] = model.Kind == ModelKind.Sequential ? "Sequential" : "Functional",
        ["config"] = model.Kind == ModelKind.Sequential ? SequentialConfig(model) : FunctionalConfig(model),
    };

    /// <summary>How a model was compiled.</summary>
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
            var json = Layer(layer);
            json["name"] = layer.Name;
            json["inbound_nodes"] = new JsonArray([.. layer.Nodes.Where(node => node.Inputs.Length > 0).Select(Node)]);
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
            ["config"] = layer.RegisteredName is null ? Config(layer.ClassName, layer.Config) : OwnConfig(layer.Config),
        };
        KerasJson.AddSharedId(json, layer);
        return json;
    }

    /// <summary>One use of a layer: for each input <c>[layer, node, tensor, {arguments}]</c>. Readers take the arguments of the last input.</summary>
    private static JsonNode Node(NodeDescription node) => new JsonArray([.. node.Inputs.Select(input =>
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
            if ((AddedLater.Contains(key) && IsUsual(key, value)) || (key == "data_format" && WithoutDataFormat.Contains(className))) continue;
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

    private static JsonObject OwnConfig(JsonObject config) => new(config.Select(entry => KeyValuePair.Create(entry.Key, Value(entry.Value))));

    private static bool IsUsual(string key, JsonNode? value) => value is null || value.GetValueKind() == System.Text.Json.JsonValueKind.False
        || key == "autocast";

    private static JsonNode? Value(JsonNode? value) => value switch
    {
        JsonObject policy when policy.TextOrNull("class_name") == "DTypePolicy" => KerasJson.DataType(policy),
        JsonObject own when own.TextOrNull("registered_name") is { } name && name.Contains('>', StringComparison.Ordinal)
            && own.ObjectOrNull("config") is { } config =>
            new JsonObject { ["class_name"] = name, ["config"] = OwnConfig(config) },
        JsonObject described when described.TextOrNull("class_name") is { } className && described.ObjectOrNull("config") is { } config =>
            new JsonObject { ["class_name"] = className, ["config"] = Config(className, config) },
        JsonObject dictionary => new JsonObject(dictionary.Select(entry => KeyValuePair.Create(entry.Key, Value(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Value)]),
        _ => value?.DeepClone(),
    };
}
