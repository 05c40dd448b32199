using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Formats.TensorFlowJs;

/// <summary>Turns the JSON of a Keras 3 model (<see cref="KerasJson"/>) into that of Keras 2 as TensorFlow.js reads it.</summary>
internal static class ModelTopology
{
    /// <summary>A model: <c>{class_name, config}</c>.</summary>
    /// <param name="model">Keras 3's description of it.</param>
    /// <param name="source">The model itself.</param>
    /// <exception cref="NotSupportedException">TensorFlow.js does not have one of the layers.</exception>
    public static JsonObject Of(JsonObject model, Model source)
    {
        var layers = model["config"]!["layers"]!.AsArray().OfType<JsonObject>().ToList();
        // TensorFlow.js counts the making of a sequential model as its first use; so do both of other models.
        var sequential = layers.Where(layer => layer.TextOrNull("class_name") == "Sequential").Select(layer => layer["config"]!.AsObject().TextOrNull("name")!)
            .ToHashSet();
        var config = (JsonObject)Plain(model["config"])!;
        config.Remove("build_input_shape");
        config.Remove("dtype");
        config["layers"] = new JsonArray([.. layers.Select(layer => (JsonNode)Layer(layer, sequential, source))]);
        foreach (var ends in (string[])["input_layers", "output_layers"])
        {
            if (config[ends] is not JsonArray list) continue;
            config[ends] =
                new JsonArray(
                [.. (JsonReading.AsText(list[0]) is null ? list : [list.DeepClone()])
                .Select(end => (JsonNode)new JsonArray([.. Use(end!.AsArray(), sequential)]))]);
        }

        return new JsonObject { ["class_name"] = model["class_name"]!.DeepClone(), ["config"] = config };
    }

    private static JsonObject Layer(JsonObject layer, HashSet<string> sequential, Model source)
    {
        var name = layer["config"]!.AsObject().TextOrNull("name")!;
        var shape = source.Topology.Calls.FirstOrDefault(call => call.Layer.Name == name) is { Inputs: [var input, ..] } ? input.Shape : Shape.Scalar;
        var json = layer["config"]!["layers"] is JsonArray
            ? Of(layer, (Model)source.Layer(name))
            : TensorFlowJsLayers.Of(layer.TextOrNull("class_name")!, (JsonObject)Plain(layer["config"])!, shape);
        if (layer[SharedLayers.Entry] is { } id) json[SharedLayers.Entry] = id.DeepClone();
        if (layer["inbound_nodes"] is not JsonArray nodes) return json;
        json["name"] = layer["name"]!.DeepClone();
        json["inbound_nodes"] = new JsonArray([.. nodes.Select(node => (JsonNode)Node(node!.AsObject(), sequential))]);
        return json;
    }

    /// <summary>One use of a layer: for each input <c>[layer, node, tensor, {arguments}]</c>.</summary>
    private static JsonArray Node(JsonObject node, HashSet<string> sequential)
    {
        var inputs = node["args"]!.AsArray() is [JsonArray list] ? list : node["args"]!.AsArray();
        return [.. inputs.Select(input => (JsonNode)new JsonArray(
            [.. Use(input!["config"]!["keras_history"]!.AsArray(), sequential), node["kwargs"]?.DeepClone() ?? new JsonObject()]))];
    }

    private static IEnumerable<JsonNode> Use(JsonArray tensor, HashSet<string> sequential)
    {
        var (layer, use) = (JsonReading.AsText(tensor[0])!, JsonReading.AsInteger(tensor[1])!.Value);
        return [layer, sequential.Contains(layer) ? use + 1 : use, tensor[2]!.DeepClone()];
    }

    /// <summary>A value without the module and the registered name of objects, and with the names of data types for their policies.</summary>
    private static JsonNode? Plain(JsonNode? value) => value switch
    {
        JsonObject policy when policy.TextOrNull("class_name") == "DTypePolicy" => JsonValue.Create(KerasJson.DataType(policy)),
        JsonObject own when own.TextOrNull("registered_name") is { } name && name.Contains('>', StringComparison.Ordinal) =>
            throw new NotSupportedException($"TensorFlow.js does not have {name}, a class of one's own; save the model as .keras, .h5 or .safetensors."),
        JsonObject json =>
            new JsonObject(
            json.Where(entry => entry.Key is not ("module" or "registered_name" or "build_config"))
            .Select(entry => KeyValuePair.Create(entry.Key, Plain(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Plain)]),
        _ => value?.DeepClone(),
    };
}
