using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Layers of Keras that have the channels first (<c>data_format</c>), computed with the channels last. A value with its channels first is held turned; a layer
/// that works on rows,
/// columns and channels, or on each number by itself, or along one axis works on the turned value. All others get the value in Keras' order, so that what they
/// do to the
/// order of numbers (flattening, reshaping) is as in Keras and their weights stay as they are.
/// </summary>
internal static class ChannelsFirst
{
    private const string DataFormat = "data_format";
    private const string First = "channels_first";

    /// <summary>Layers that compute each number by itself, or from those at its place in the other inputs.</summary>
    private static readonly HashSet<string> Elementwise =
    [
        "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "Dropout", "ELU", "GaussianDropout", "GaussianNoise", "Identity", "LeakyReLU",
            "Maximum", "Minimum", "Multiply", "ReLU", "Rescaling",
        "Subtract", "ThresholdedReLU",
    ];

    /// <summary>Layers along an axis, whose number says which.</summary>
    private static readonly HashSet<string> AlongAxis =
        ["BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization", "Concatenate", "GroupNormalization",
            "LayerNormalization", "Normalization", "RMSNormalization", "Softmax", "UnitNormalization"];

    /// <summary>Layers that can only have the last axis here.</summary>
    private static readonly HashSet<string> AlongLastAxis =
        ["BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization", "GroupNormalization"];

    /// <summary>Activations of all numbers along the last axis.</summary>
    private static readonly HashSet<string> Rowwise = ["softmax", "log_softmax", "glu", "softmax_v2", "sparsemax"];

    /// <summary>Whether a layer computes on turned inputs.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">What it is connected to.</param>
    public static bool Applies(LayerDescription layer, IReadOnlyList<KerasValue> inputs)
    {
        var rank = inputs[0].Rank;
        if (rank < 2) return false;
        if (layer.Config.TextOrNull(DataFormat) == First) return true;
        var anyTurned = inputs.Any(input => input.IsTurned);
        if (Elementwise.Contains(layer.ClassName))
            return anyTurned && inputs.All(input => input.Rank == rank) && !IsRowwise(layer) && IsOfAnyOrder(layer, inputs[0]);
        if (AlongAxis.Contains(layer.ClassName) && inputs.All(input => input.Rank == rank))
            return AxisOf(layer, rank) is { } axis
                && (anyTurned ? layer.ClassName is "Concatenate" or "Softmax" || axis == 1 : axis == 1 && AlongLastAxis.Contains(layer.ClassName));
        return false;
    }

    /// <summary>The configuration of a layer that computes on turned inputs.</summary>
    public static JsonObject Turn(LayerDescription layer, int rank)
    {
        var config = (JsonObject)layer.Config.DeepClone();
        if (config.ContainsKey(DataFormat)) config[DataFormat] = "channels_last";
        if (AlongAxis.Contains(layer.ClassName) && AxisOf(layer, rank) is { } axis) config["axis"] = axis == 1 ? rank : axis - 1;
        return config;
    }

    /// <summary>Whether the first layer that minds the order of an input's dimensions has the channels first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The name of the input layer; of a sequential model without one null.</param>
    public static bool LeadsTo(ModelDescription model, string? input) => LeadsTo(model, input, new HashSet<string>(StringComparer.Ordinal));

    /// <summary>What puts a value into the other order.</summary>
    public static Permute Permutation(int rank, bool toTurned) =>
        new([.. toTurned ? Enumerable.Range(2, rank - 1).Append(1) : Enumerable.Range(1, rank - 1).Prepend(rank)]);

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

    /// <summary>Whether a layer has one number for all, or one for each channel, which Keras gives to the channels wherever they are.</summary>
    private static bool IsOfAnyOrder(LayerDescription layer, KerasValue input) => layer.ClassName switch
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

    /// <summary>The one axis of a layer in Keras' order, counted with the batch; null where it has several or none that fits.</summary>
    private static int? AxisOf(LayerDescription layer, int rank)
    {
        var node = layer.Config["axis"] is JsonArray list ? list.Count == 1 ? list[0] : JsonValue.Create("several") : layer.Config["axis"];
        if ((node is null ? -1 : JsonReading.AsInteger(node)) is not { } axis) return null;
        if (axis < 0) axis += rank + 1;
        return axis >= 1 && axis <= rank ? axis : null;
    }
}
