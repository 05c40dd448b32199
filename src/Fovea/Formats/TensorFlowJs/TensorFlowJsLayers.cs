using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Formats.TensorFlowJs;

/// <summary>
/// Converts layers to those of TensorFlow.js 4.22, which ignores settings that it does not know and would then compute something else. Layers and settings
/// that it cannot compute are refused.
/// </summary>
internal static class TensorFlowJsLayers
{
    /// <summary>Layers of TensorFlow.js among those of Fovea.</summary>
    private static readonly HashSet<string> Known =
    [
        "Activation", "Add", "AlphaDropout", "Average", "AveragePooling1D", "AveragePooling2D", "BatchNormalization", "Concatenate", "Conv1D", "Conv2D",
        "Conv2DTranspose", "Cropping2D", "Dense", "DepthwiseConv2D", "Dot", "Dropout", "ELU", "Embedding", "Flatten", "GaussianDropout", "GaussianNoise",
        "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "InputLayer", "LayerNormalization", "LeakyReLU",
        "MaxPooling1D", "MaxPooling2D", "Maximum", "Minimum", "Multiply", "Permute", "PReLU", "ReLU", "RepeatVector", "Rescaling", "Reshape",
        "SeparableConv2D", "Softmax", "ThresholdedReLU", "UpSampling2D", "ZeroPadding2D",
    ];

    /// <summary>The activations of TensorFlow.js, by their names in Fovea.</summary>
    private static readonly Dictionary<string, string> Activations = new()
    {
        ["celu"] = "elu",
        ["elu"] = "elu",
        ["gelu"] = "gelu",
        ["linear"] = "linear",
        ["log_softmax"] = "log_softmax",
        ["mish"] = "mish",
        ["relu"] = "relu",
        ["relu6"] = "relu6",
        ["selu"] = "selu",
        ["sigmoid"] = "sigmoid",
        ["silu"] = "swish",
        ["softmax"] = "softmax",
        ["softplus"] = "softplus",
        ["softsign"] = "softsign",
        ["tanh"] = "tanh",
        [Fovea.Activation.OlderHardSigmoid.Name] = "hard_sigmoid",
    };

    /// <summary>Settings that TensorFlow.js does not know, with the values that its layers use.</summary>
    private static readonly (string ClassName, string Key, string Value)[] Only =
    [
        ("Conv1D", "groups", "1"), ("Conv1D", "padding", "valid same"), ("Conv2D", "groups", "1"), ("Conv2DTranspose", "output_padding", "null"),
        ("Conv2DTranspose", "dilation_rate", "[1,1]"), ("DepthwiseConv2D", "dilation_rate", "[1,1]"), ("ELU", "alpha", "1"),
        ("GlobalAveragePooling1D", "keepdims", "false"), ("GlobalAveragePooling2D", "keepdims", "false"), ("GlobalMaxPooling1D", "keepdims", "false"),
        ("GlobalMaxPooling2D", "keepdims", "false"), ("LayerNormalization", "rms_scaling", "false"), ("ReLU", "threshold", "0"),
        ("ReLU", "negative_slope", "0"), ("UpSampling2D", "interpolation", "nearest"),
    ];

    /// <summary>A layer that is not a model.</summary>
    /// <param name="layer">The layer as Keras 3 describes it.</param>
    /// <param name="sample">The shape of one sample of its input.</param>
    /// <exception cref="NotSupportedException">TensorFlow.js does not have the layer.</exception>
    public static LayerDescription Of(LayerDescription layer, Shape sample)
    {
        var subject = $"{layer.ClassName} '{layer.Name}'";
        var rank = sample.Rank;
        var (className, config) = Exact(layer.ClassName, (JsonObject)layer.Config.DeepClone(), sample);
        if ((layer.ActsOnlyInTraining && !Known.Contains(className)) || (className == "Flatten" && rank == 1))
            return layer with { ClassName = "Activation", Config = new JsonObject { ["name"] = layer.Name, ["activation"] = "linear" } };
        if (!Known.Contains(className)) throw new NotSupportedException($"{subject}: TensorFlow.js does not have this layer.");
        NormalizeAxes(config, rank);
        if (className == "Softmax" && JsonReading.AsInteger(config["axis"]) != rank)
            throw new NotSupportedException($"{subject}: TensorFlow.js has a softmax along the last axis alone.");
        foreach (var (_, key, value) in Only.Where(only => only.ClassName == className))
        {
            var text = config[key] is { } found ? JsonReading.AsText(found) ?? found.ToJsonString() : "null";
            if (config.ContainsKey(key) && text != value && !value.Split(' ').Contains(text))
                throw new NotSupportedException($"{subject}: TensorFlow.js does not have '{key}' = {text}; it computes with {value} alone.");
        }

        if (className == "Rescaling" && (config["scale"] is JsonArray || config["offset"] is JsonArray))
            throw new NotSupportedException($"{subject}: TensorFlow.js takes one scale and one offset for all channels.");
        if (config.ContainsKey("activation")) config["activation"] = Activation(config["activation"], subject);
        foreach (var key in config.Select(entry => entry.Key).ToList())
        {
            if (key.EndsWith("_regularizer", StringComparison.Ordinal)) config[key] = Regularizer(config[key], subject);
            if (key.EndsWith("_initializer", StringComparison.Ordinal)) config[key] = Initializer(config[key]);
        }

        return layer with { ClassName = className, Config = config, IsPreprocessing = false };
    }

    /// <summary>Replaces a layer that TensorFlow.js lacks, or computes differently, by an equivalent one for samples of this shape.</summary>
    private static (string ClassName, JsonObject Config) Exact(string className, JsonObject config, Shape sample)
    {
        var name = config.TextOrNull("name");
        if (className == "CenterCrop" && sample.Rank == 3 && JsonReading.AsInteger(config["height"]) is { } height
            && JsonReading.AsInteger(config["width"]) is { } width
            && height <= sample[0] && width <= sample[1])
        {
            var (top, left) = ((sample[0] - height) / 2, (sample[1] - width) / 2);
            return ("Cropping2D", new JsonObject
            {
                ["name"] = name,
                ["cropping"] = new JsonArray(new JsonArray(top, sample[0] - height - top), new JsonArray(left, sample[1] - width - left)),
                ["data_format"] = "channels_last",
            });
        }

        if (className is "GlobalAveragePooling2D" or "GlobalMaxPooling2D" && config.BoolOrNull("keepdims") == true && sample.Rank == 3)
        {
            return (className["Global".Length..], new JsonObject
            {
                ["name"] = name,
                ["pool_size"] = new JsonArray(sample[0], sample[1]),
                ["strides"] = new JsonArray(sample[0], sample[1]),
                ["padding"] = "valid",
                ["data_format"] = "channels_last",
            });
        }

        if (className == "Activation" && config.TextOrNull("activation") == "leaky_relu")
            return ("LeakyReLU", new JsonObject { ["name"] = name, ["alpha"] = 0.2 });
        var isThreshold = className == "ReLU" && config["max_value"] is null && JsonReading.AsNumber(config["threshold"]) is > 0
            && JsonReading.AsNumber(config["negative_slope"]) == 0;
        if (isThreshold) return ("ThresholdedReLU", new JsonObject { ["name"] = name, ["theta"] = config["threshold"]!.DeepClone() });
        var isLeaky = className == "ReLU" && config["max_value"] is null && JsonReading.AsNumber(config["threshold"]) == 0
            && JsonReading.AsNumber(config["negative_slope"]) is > 0;
        return isLeaky ? ("LeakyReLU", new JsonObject { ["name"] = name, ["alpha"] = config["negative_slope"]!.DeepClone() }) : (className, config);
    }

    /// <summary>Makes axes positive and sorts them, since TensorFlow.js does not support all other forms.</summary>
    private static void NormalizeAxes(JsonObject config, int rank)
    {
        foreach (var key in (string[])["axis", "axes"])
        {
            if (JsonReading.AsInteger(config[key]) is { } one) config[key] = FromFront(one);
            if (config[key] is not JsonArray list) continue;
            var axes = list.Select(item => FromFront(JsonReading.AsInteger(item)!.Value));
            config[key] = new JsonArray([.. (key == "axis" ? axes.Order() : axes).Select(axis => (JsonNode)axis)]);
        }

        int FromFront(int axis) => axis < 0 ? axis + rank + 1 : axis;
    }

    private static JsonNode? Activation(JsonNode? json, string subject)
    {
        if (json is null) return null;
        var name = JsonReading.AsText(json)
            ?? throw new NotSupportedException(
            $"{subject}: TensorFlow.js takes names of activations; put a layer {(json as JsonObject)?.TextOrNull("class_name")} after this one instead.");
        if (name == Fovea.Activation.OlderHardSigmoid.Name) return "hard_sigmoid";
        if (name == "hard_sigmoid")
            throw new NotSupportedException($"{subject}: TensorFlow.js has another function of the name hard_sigmoid, 0.2 x + 0.5, not Keras 3's.");
        return Activations.TryGetValue(name, out var known)
            ? known
            : throw new NotSupportedException(
                $"{subject}: TensorFlow.js does not have the activation '{name}'; it has {string.Join(", ", Activations.Values.Distinct())}.");
    }

    /// <summary>A regularizer as L1L2, the only one of TensorFlow.js.</summary>
    private static JsonNode? Regularizer(JsonNode? json, string subject)
    {
        if (json is not JsonObject regularizer) return json?.DeepClone();
        var (className, config) = (regularizer.TextOrNull("class_name"), regularizer.ObjectOrNull("config"));
        if (className is not ("L1" or "L2" or "L1L2"))
            throw new NotSupportedException($"{subject}: TensorFlow.js does not have the regularizer {className}; it has L1, L2 and both.");
        return Described("L1L2", new JsonObject { ["l1"] = config?["l1"]?.DeepClone() ?? 0, ["l2"] = config?["l2"]?.DeepClone() ?? 0 });
    }

    /// <summary>An initializer under its name in TensorFlow.js, which refuses unknown names.</summary>
    private static JsonNode? Initializer(JsonNode? json)
    {
        if (json is not JsonObject initializer) return json?.DeepClone();
        var config = (JsonObject)(initializer.ObjectOrNull("config")?.DeepClone() ?? new JsonObject());
        if (config.TextOrNull("distribution") == "untruncated_normal") config["distribution"] = "normal";
        return Described(
            initializer.TextOrNull("class_name") switch { "LecunNormal" => "LeCunNormal", "LecunUniform" => "LeCunUniform", var other => other! }, config);
    }

    private static JsonObject Described(string className, JsonObject config) => new() { ["class_name"] = className, ["config"] = config.DeepClone() };
}
