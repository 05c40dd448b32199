using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <content>Connections of functional models, in the forms of Keras 3 and Keras 2.</content>
internal static partial class KerasJson
{
    /// <summary>The class of a tensor among the arguments of a call.</summary>
    public const string TensorClass = "__keras_tensor__";

    private static ModelDescription ParseFunctional(JsonObject json, string file, int nesting)
    {
        var config = json.ObjectOrNull("config")!;
        var list = config.ListOrNull("layers")!;
        var layers = list.Select((item, i) =>
        {
            var layer = ParseLayer(item, i, file, nesting);
            return layer with { Nodes = ParseNodes(((JsonObject)item!)["inbound_nodes"], layer.Name, file) };
        }).ToImmutableArray();
        RequireUniqueNames(layers, file);
        var model = new ModelDescription(ModelKind.Functional, config.TextOrNull("name") ?? "functional", layers)
        {
            Inputs = ParseEnds(config["input_layers"], "input_layers", file),
            Outputs = ParseEnds(config["output_layers"], "output_layers", file),
            Trainable = JsonReading.AsBool(config["trainable"]) ?? true,
            Rest = Rest(config, ModelEntries),
        };
        RequireConnected(model, file);
        var input = model.Inputs.Length == 1 ? layers.First(layer => layer.Name == model.Inputs[0].Layer).Config : null;
        return model with { InputShape = input is null ? null : ParseShape(input["batch_shape"]) ?? ParseShape(input["batch_input_shape"]) };
    }

    private static ImmutableArray<NodeDescription> ParseNodes(JsonNode? json, string layer, string file)
    {
        if (json is null) return [];
        if (json is not JsonArray list) throw ModelFormatException.About(file, $"inbound_nodes of '{layer}' is {JsonText.Describe(json)}; expected a list.");
        return [.. list.Select(node => node switch
        {
            JsonObject keras3 => ParseNode(keras3, layer, file),
            JsonArray keras2 => ParseNode(keras2, layer, file),
            _ => throw ModelFormatException.About(
                file, $"an inbound node of '{layer}' is {JsonText.Describe(node)}; expected an object (Keras 3) or a list (Keras 2)."),
        })];
    }

    /// <summary>Keras 3: <c>{"args": [tensor or list of tensors, ...], "kwargs": {...}}</c>.</summary>
    private static NodeDescription ParseNode(JsonObject node, string layer, string file)
    {
        var tensors = ImmutableArray.CreateBuilder<TensorReference>();
        CollectTensors(node["args"], tensors, layer, file);
        CollectTensors(node["kwargs"], tensors, layer, file);
        return new NodeDescription(tensors.ToImmutable())
        {
            IsList = node.ListOrNull("args") is [JsonArray, ..],
            Positional = node.ListOrNull("args"),
            Arguments = node.ObjectOrNull("kwargs") is { Count: > 0 } arguments ? arguments : null,
        };
    }

    private static void CollectTensors(JsonNode? json, ImmutableArray<TensorReference>.Builder tensors, string layer, string file)
    {
        if (json is JsonArray list)
        {
            foreach (var item in list) CollectTensors(item, tensors, layer, file);
        }
        else if (json is JsonObject tensor && tensor.TextOrNull("class_name") == TensorClass)
        {
            var config = tensor.ObjectOrNull("config");
            tensors.Add(ParseReference(config?["keras_history"], layer, file) with
            {
                Shape = ParseShape(config?["shape"]),
                DataType = DataType(config?["dtype"]) ?? "float32",
            });
        }
        else if (json is JsonObject dictionary)
        {
            foreach (var (_, value) in dictionary) CollectTensors(value, tensors, layer, file);
        }
    }

    /// <summary>Keras 2: <c>[[name, node, tensor, {...}], ...]</c>, or for a single tensor that entry itself.</summary>
    private static NodeDescription ParseNode(JsonArray node, string layer, string file)
    {
        var single = JsonReading.AsText(node.FirstOrDefault()) is not null;
        var entries = single ? [node] : node.ToArray();
        var arguments = (entries.FirstOrDefault() as JsonArray) is { Count: > 3 } first ? first[3] as JsonObject : null;

        // Functions take some of their tensors by name, and constants in place of a tensor.
        var constants = entries.Where(entry => entry is JsonArray { Count: >= 3 } list && JsonReading.AsText(list[0]) == KerasOperations.ConstantMark)
            .Select(entry => ((JsonArray)entry!)[2]).ToList();
        var named = (arguments ?? []).Select(argument => argument.Value).OfType<JsonArray>().Where(IsReference);
        return new NodeDescription(
            [.. entries.Where(entry => entry is not JsonArray { Count: >= 1 } list || JsonReading.AsText(list[0]) != KerasOperations.ConstantMark).Concat(named)
            .Select(entry => ParseReference(entry, layer, file))])
        {
            IsList = entries.Length > 1,
            Arguments = arguments is { Count: > 0 } ? arguments : null,
            Positional = constants.Count > 0 ? new JsonArray([.. constants.Select(value => value?.DeepClone())]) : null,
        };
    }

    /// <summary>Whether a list is a tensor as Keras 2 writes it.</summary>
    public static bool IsReference(JsonArray list) =>
        list.Count is 3 or 4 && JsonReading.AsText(list[0]) is not null && JsonReading.AsInteger(list[1]) is >= 0 && JsonReading.AsInteger(list[2]) is >= 0;

    private static TensorReference ParseReference(JsonNode? json, string layer, string file)
    {
        if (json is JsonArray { Count: >= 3 } list && JsonReading.AsText(list[0]) is { } name
            && JsonReading.AsInteger(list[1]) is >= 0 and var node && JsonReading.AsInteger(list[2]) is >= 0 and var tensor)
            return new TensorReference(name, node, tensor);
        throw ModelFormatException.About(file, $"an input of '{layer}' is {JsonText.Describe(json)}; expected [layer name, node, tensor].");
    }

    /// <summary>One end <c>[name, node, tensor]</c>, or a list or a dictionary of ends.</summary>
    private static ImmutableArray<TensorReference> ParseEnds(JsonNode? json, string what, string file)
    {
        if (json is JsonObject dictionary) return [.. dictionary.SelectMany(entry => ParseEnds(entry.Value, what, file))];
        if (json is not JsonArray { Count: > 0 } list)
            throw ModelFormatException.About(file, $"{what} is {JsonText.Describe(json)}; expected a list of [layer name, node, tensor].");
        if (JsonReading.AsText(list[0]) is not null) return [ParseReference(list, what, file)];
        return [.. list.SelectMany(entry => ParseEnds(entry, what, file))];
    }

    private static void RequireConnected(ModelDescription model, string file)
    {
        var names = model.Layers.Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        var uses = model.Layers.SelectMany(layer => layer.Nodes.SelectMany(node => node.Inputs.Select(input => (User: $"'{layer.Name}'", input.Layer))))
            .Concat(model.Inputs.Select(input => (User: "input_layers", input.Layer)))
            .Concat(model.Outputs.Select(output => (User: "output_layers", output.Layer)));
        foreach (var (user, layer) in uses)
        {
            if (!names.Contains(layer))
                throw ModelFormatException.About(file, $"{user} refers to the layer '{layer}', and the model has no layer of that name.");
        }
    }
}
