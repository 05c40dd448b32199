using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Formats.TensorFlowJs;

/// <summary>Converts the description of a model for TensorFlow.js, which has the form of Keras 2 (<see cref="Keras2Json"/>) and fewer layers.</summary>
internal static class ModelTopology
{
    /// <summary>The description that TensorFlow.js reads.</summary>
    /// <param name="description">The model as Keras describes it.</param>
    /// <param name="model">The model itself.</param>
    /// <exception cref="NotSupportedException">TensorFlow.js does not have one of the layers.</exception>
    public static ModelDescription Of(ModelDescription description, Model model)
    {
        // TensorFlow.js counts the creation of a sequential model as its first use, as it and Keras do for functional models.
        var sequential = description.Layers.Where(layer => layer.Nested is { Kind: ModelKind.Sequential }).Select(layer => layer.Name).ToHashSet();
        return description with
        {
            InputShape = null,
            Layers = [.. description.Layers.Select(layer => LayerOf(layer, model) with
            {
                Nodes = [.. layer.Nodes.Select(node => node with { Inputs = [.. node.Inputs.Select(Counted)] })],
            })],
            Inputs = [.. description.Inputs.Select(Counted)],
            Outputs = [.. description.Outputs.Select(Counted)],
        };

        TensorReference Counted(TensorReference tensor) => sequential.Contains(tensor.Layer) ? tensor with { Node = tensor.Node + 1 } : tensor;
    }

    private static LayerDescription LayerOf(LayerDescription layer, Model model)
    {
        if (layer.Nested is { } nested) return layer with { Nested = Of(nested, (Model)model.Layer(layer.Name)) };
        if ((CustomName(layer.RegisteredName) ?? CustomNameIn(layer.Config)) is { } custom)
            throw new NotSupportedException($"TensorFlow.js does not have {custom}, a custom class; save the model as .keras, .h5 or .safetensors.");
        var sample = model.Topology.Calls.FirstOrDefault(call => call.Layer.Name == layer.Name) is { Inputs: [var input, ..] } ? input.Shape : Shape.Scalar;
        return TensorFlowJsLayers.Of(layer, sample);
    }

    private static string? CustomNameIn(JsonNode? value) => value switch
    {
        JsonObject json => CustomName(json.TextOrNull("registered_name"))
            ?? json.Select(entry => CustomNameIn(entry.Value)).FirstOrDefault(name => name is not null),
        JsonArray list => list.Select(CustomNameIn).FirstOrDefault(name => name is not null),
        _ => null,
    };

    /// <summary>The registered name of a custom class, as in <c>MyPackage>Scale</c>; null for a class of Keras.</summary>
    private static string? CustomName(string? registered) => registered?.Contains('>', StringComparison.Ordinal) == true ? registered : null;
}
