using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// What becomes of the settings of a layer that its reader has not asked for: those that say nothing pass, those that matter in training alone or on other
/// machines are noted, and all others are refused, since the layer would compute something else.
/// </summary>
internal static class LayerSettings
{
    /// <summary>What is known from elsewhere, or never changes a number.</summary>
    private static readonly HashSet<string> Silent =
    [
        "name", "trainable", "batch_input_shape", "batch_shape", "batchInputShape", "input_shape", "input_dtype", "input_dim", "input_length", "build_config",
            "seed", "implementation",
        "autocast", "fused", "use_cudnn_on_gpu", "rank", "lora_alpha", "weights", "create_input_layer", "input_spec", "keras_version",
            "registered_name", "module",
        "kernel_initializer", "bias_initializer", "embeddings_initializer", "renorm_clipping", "renorm_momentum", "dim_ordering",
    ];

    /// <summary>What matters in training alone.</summary>
    private static readonly HashSet<string> InTraining =
        ["noise_shape", "renorm", "virtual_batch_size", "adjustment", "kernel_regularizer", "kernel_constraint", "activity_regularizer"];

    /// <summary>What says how other machines or other kinds of tensors are handled.</summary>
    private static readonly HashSet<string> Elsewhere =
        ["synchronized", "dynamic", "stateful", "sparse", "optional", "batch_size", "value_range", "bounding_box_format"];

    /// <summary>The only values with which a layer computes what it does here.</summary>
    private static readonly Dictionary<string, string> Only = new()
    {
        ["groups"] = "1",
        ["data_format"] = "\"channels_last\"",
        ["ragged"] = "false",
        ["mask_zero"] = "false",
        ["rms_scaling"] = "false",
        ["keepdims"] = "false",
        ["antialias"] = "false",
        ["use_bias"] = "true",
        ["activation"] = "\"linear\"",
        ["output_padding"] = "null",
        ["dilation_rate"] = "1",
        ["threshold"] = "0",
        ["quantization_config"] = "null",
        ["lora_rank"] = "null",
    };

    /// <summary>Judges the settings that nobody has asked for.</summary>
    /// <param name="config">The layer's configuration, from which the layer was made.</param>
    /// <param name="className">Its class.</param>
    /// <returns>What is to be noted, one sentence each.</returns>
    /// <exception cref="ModelFormatException">One of them changes what the layer computes, or is not known.</exception>
    public static IReadOnlyList<string> JudgeRest(Config config, string className)
    {
        var notes = new List<string>();
        if (DataType(config.Find("dtype"), config.Subject, isInput: className == "InputLayer") is { } note) notes.Add(note);
        foreach (var (key, value) in config.Unread)
        {
            if (value is null || Silent.Contains(key)) continue;
            var text = value.ToJsonString();
            if (Only.TryGetValue(key, out var only))
            {
                if (!IsSame(value, only))
                    throw new ModelFormatException($"{config.Subject}: expected {only} for '{key}', the only value that this layer has here; received {text}.");
            }
            else if (SaysNothing(value))
            {
                if (!InTraining.Contains(key) && !Elsewhere.Contains(key))
                    notes.Add($"{config.Subject}: the setting {key} = {text} is not known here and was ignored.");
            }
            else if (InTraining.Contains(key))
            {
                notes.Add($"{config.Subject}: the setting {key} = {text} matters in training alone and was ignored.");
            }
            else if (Elsewhere.Contains(key))
            {
                notes.Add($"{config.Subject}: the setting {key} = {text} has no effect here and was ignored.");
            }
            else
            {
                throw new ModelFormatException(
                    $"{config.Subject}: the setting {key} = {text} is not known here, and the layer may compute something else with it.");
            }
        }

        return notes;
    }

    /// <summary>Everything is computed in float32 here: other floats are noted, numbers that stand for others are refused.</summary>
    private static string? DataType(JsonNode? json, string subject, bool isInput)
    {
        var name = KerasJson.DataType(json);
        return name switch
        {
            null => json is JsonObject { } policy && policy.TextOrNull("class_name") is { } className
                ? throw new ModelFormatException(
                    $"{subject}: expected the name of a data type; received a {className} of {policy["config"]?.ToJsonString() ?? "nothing"}.")
                : throw new ModelFormatException($"{subject}: expected the name of a data type; received {json!.ToJsonString()}."),
            "float32" or "" => null,
            "float16" or "bfloat16" or "float64" or "half" or "double" or "mixed_float16" or "mixed_bfloat16" =>
                isInput ? null : $"the file has layers compute in {name}; here they compute in float32.",
            "uint8" or "int8" or "int16" or "uint16" or "int32" or "uint32" or "int64" or "uint64" or "bool" => null,
            _ => throw new ModelFormatException($"{subject}: the data type '{name}' is not supported; expected float32 or another number."),
        };
    }

    /// <summary>Whether a setting has its only value, which may be written as a list of equal numbers.</summary>
    private static bool IsSame(JsonNode value, string only) =>
        value.ToJsonString() == only || (value is JsonArray list && list.Count > 0 && list.All(item => item is not null && IsSame(item, only)))
        || (only is "true" or "false" && JsonReading.AsBool(value) == (only == "true"))
            || (JsonReading.AsNumber(value) is { } number && only == number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static bool SaysNothing(JsonNode value) =>
        JsonReading.AsBool(value) == false || value is JsonArray { Count: 0 } or JsonObject { Count: 0 } || JsonReading.AsText(value) is { Length: 0 };
}
