using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Computes Keras layers with the channels first (<c>data_format</c>) on values with the channels last. A value with its channels first in Keras is kept
/// permuted here. A layer that works on rows, columns and channels, on each element, or along one axis computes on the permuted value. All other layers
/// get the value in Keras' order, so that flattening and reshaping give the same order of elements as in Keras, and weights need no permutation.
/// </summary>
internal static class ChannelsFirst
{
    private const string DataFormat = "data_format";
    private const string First = "channels_first";

    /// <summary>Layers that compute each element from the elements at the same position in their inputs.</summary>
    private static readonly HashSet<string> Elementwise =
    [
        "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "Dropout", "ELU", "GaussianDropout", "GaussianNoise", "Identity",
        "LeakyReLU", "Maximum", "Minimum", "Multiply", "ReLU", "Rescaling", "Subtract", "ThresholdedReLU",
    ];

    /// <summary>Layers that work along the axis of their setting <c>axis</c>.</summary>
    private static readonly HashSet<string> AlongAxis =
    [
        "BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization", "Concatenate", "GroupNormalization",
        "LayerNormalization", "Normalization", "RMSNormalization", "Softmax", "UnitNormalization",
    ];

    /// <summary>Layers that support only the last axis in Fovea.</summary>
    private static readonly HashSet<string> AlongLastAxis =
        ["BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization", "GroupNormalization"];

    /// <summary>Activations over the last axis.</summary>
    private static readonly HashSet<string> Rowwise = ["softmax", "log_softmax", "glu", "softmax_v2", "sparsemax"];

    /// <summary>Whether a layer computes on permuted inputs.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">Its inputs.</param>
    public static bool Applies(LayerDescription layer, IReadOnlyList<KerasValue> inputs)
    {
        var rank = inputs[0].Rank;
        if (rank < 2) return false;
        if (layer.Config.TextOrNull(DataFormat) == First) return true;
        var anyPermuted = inputs.Any(input => input.IsPermuted);
        if (Elementwise.Contains(layer.ClassName))
            return anyPermuted && inputs.All(input => input.Rank == rank) && !IsRowwise(layer) && FitsAnyOrder(layer, inputs[0]);
        if (AlongAxis.Contains(layer.ClassName) && inputs.All(input => input.Rank == rank))
            return AxisOf(layer, rank) is { } axis
                && (anyPermuted ? layer.ClassName is "Concatenate" or "Softmax" || axis == 1 : axis == 1 && AlongLastAxis.Contains(layer.ClassName));
        return false;
    }

    /// <summary>The configuration of a layer that computes on permuted inputs.</summary>
    public static JsonObject ForPermuted(LayerDescription layer, int rank)
    {
        var config = (JsonObject)layer.Config.DeepClone();
        if (config.ContainsKey(DataFormat)) config[DataFormat] = "channels_last";
        if (AlongAxis.Contains(layer.ClassName) && AxisOf(layer, rank) is { } axis) config["axis"] = axis == 1 ? rank : axis - 1;
        return config;
    }

    /// <summary>Whether the first layer that depends on the order of an input's dimensions has the channels first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The name of the input layer; null for a sequential model without one.</param>
    public static bool LeadsTo(ModelDescription model, string? input) => LeadsTo(model, input, new HashSet<string>(StringComparer.Ordinal));

    /// <summary>The layer that moves the channels of a value from first to last, or back.</summary>
    public static Permute Permutation(int rank, bool toChannelsLast) =>
        new([.. toChannelsLast ? Enumerable.Range(2, rank - 1).Append(1) : Enumerable.Range(1, rank - 1).Prepend(rank)]);

    private static bool LeadsTo(ModelDescription model, string? name, HashSet<string> seen)
    {
        if (model.Kind == ModelKind.Sequential)
            return Decide(model.Layers.SkipWhile(layer => layer.ClassName == "InputLayer"), _ => false) ?? false;
        foreach (var layer in model.Layers.Where(layer => layer.Nodes.Any(node => node.Inputs.Any(use => use.Layer == name))))
        {
            if (!seen.Add(layer.Name)) continue;
            if (Decide([layer], next => LeadsTo(model, next.Name, seen)) == true) return true;
        }

        return false;
    }

    private static bool? Decide(IEnumerable<LayerDescription> layers, Func<LayerDescription, bool> passOn)
    {
        foreach (var layer in layers)
        {
            if (layer.Nested is { } nested)
                return nested.Kind == ModelKind.Sequential ? LeadsTo(nested, null) : nested.Inputs.Any(end => LeadsTo(nested, end.Layer));
            if (layer.Config.TextOrNull(DataFormat) == First) return true;
            var passes = (Elementwise.Contains(layer.ClassName) && !IsRowwise(layer)) || AlongAxis.Contains(layer.ClassName)
                || KerasOperations.IsOperation(layer);
            if (!passes) return false;
            if (passOn(layer)) return true;
        }

        return null;
    }

    private static bool IsRowwise(LayerDescription layer) =>
        layer.ClassName == "Activation" && (JsonReading.AsText(layer.Config["activation"]) is not { } name || Rowwise.Contains(name));

    /// <summary>Whether the settings of a layer do not depend on the order of dimensions: one value for all elements, or one for each channel.</summary>
    private static bool FitsAnyOrder(LayerDescription layer, KerasValue input) => layer.ClassName switch
    {
        "Rescaling" => ((string[])["scale", "offset"]).All(key => Count(layer.Config[key]) is 1 or 0 || Count(layer.Config[key]) == input.Sizes[0]),
        "Dropout" or "AlphaDropout" => layer.Config["noise_shape"] is null,
        _ => true,
    };

    private static int Count(JsonNode? node) => node switch
    {
        null => 0,
        JsonArray list => list.Sum(Count),
        JsonObject array => Count(array.ObjectOrNull("config")?["value"]),
        _ => 1,
    };

    /// <summary>The axis of a layer in Keras' order, the batch being axis 0; null if the layer has several axes or an invalid one.</summary>
    private static int? AxisOf(LayerDescription layer, int rank)
    {
        var node = layer.Config["axis"] is JsonArray list ? list.Count == 1 ? list[0] : JsonValue.Create("several") : layer.Config["axis"];
        if ((node is null ? -1 : JsonReading.AsInteger(node)) is not { } axis) return null;
        if (axis < 0) axis += rank + 1;
        return axis >= 1 && axis <= rank ? axis : null;
    }
}
