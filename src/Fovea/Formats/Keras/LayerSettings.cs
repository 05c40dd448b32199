using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Decides about the settings in a file that a layer does not read. Settings without effect are ignored. Those that matter in training alone, or only
/// elsewhere, are noted. All others are refused, since the layer could compute something else.
/// </summary>
internal static class LayerSettings
{
    /// <summary>Settings that are read elsewhere or never change a result.</summary>
    private static readonly HashSet<string> WithoutEffect =
    [
        "name", "trainable", "batch_input_shape", "batch_shape", "batchInputShape", "input_shape", "input_dtype", "input_dim", "input_length",
        "build_config", "seed", "implementation", "autocast", "fused", "use_cudnn_on_gpu", "rank", "lora_alpha", "weights", "create_input_layer",
        "input_spec", "keras_version", "registered_name", "module",
        "kernel_initializer", "bias_initializer", "embeddings_initializer", "renorm_clipping", "renorm_momentum", "dim_ordering",
    ];

    /// <summary>Settings that matter in training alone.</summary>
    private static readonly HashSet<string> InTraining =
        ["noise_shape", "renorm", "virtual_batch_size", "adjustment", "kernel_regularizer", "kernel_constraint", "activity_regularizer"];

    /// <summary>Settings for several machines or for other kinds of tensors.</summary>
    private static readonly HashSet<string> Elsewhere =
        ["synchronized", "dynamic", "stateful", "sparse", "optional", "batch_size", "value_range"];

    /// <summary>Settings with a single supported value, by name.</summary>
    private static readonly Dictionary<string, string> Only = new()
    {
        ["groups"] = "1",
        ["data_format"] = "\"channels_last\"",
        ["ragged"] = "false",
        ["mask_zero"] = "false",
        ["rms_scaling"] = "false",
        ["keepdims"] = "false",
        ["use_bias"] = "true",
        ["activation"] = "\"linear\"",
        ["output_padding"] = "null",
        ["dilation_rate"] = "1",
        ["threshold"] = "0",
        ["quantization_config"] = "null",
        ["lora_rank"] = "null",
    };

    /// <summary>Examines the settings that the layer has not read.</summary>
    /// <param name="config">The configuration from which the layer was created.</param>
    /// <param name="className">The class of the layer.</param>
    /// <returns>The notes, one sentence each.</returns>
    /// <exception cref="ModelFormatException">One of them changes what the layer computes, or is not known.</exception>
    public static IReadOnlyList<string> JudgeRest(Config config, string className)
    {
        var notes = new List<string>();
        if (DataType(config.Find("dtype"), config.Subject, isInput: className == "InputLayer") is { } note) notes.Add(note);
        foreach (var (key, value) in config.Unread)
        {
            if (value is null || WithoutEffect.Contains(key)) continue;
            var text = value.ToJsonString();
            if (Only.TryGetValue(key, out var only))
            {
                if (!IsSame(value, only))
                    throw new ModelFormatException($"{config.Subject}: expected {only} for '{key}', the only supported value; received {text}.");
            }
            else if (IsEmpty(value))
            {
                if (!InTraining.Contains(key) && !Elsewhere.Contains(key))
                    notes.Add($"{config.Subject}: the setting {key} = {text} is unknown and was ignored.");
            }
            else if (InTraining.Contains(key))
            {
                notes.Add($"{config.Subject}: the setting {key} = {text} matters only in training and was ignored.");
            }
            else if (Elsewhere.Contains(key))
            {
                notes.Add($"{config.Subject}: the setting {key} = {text} has no effect here and was ignored.");
            }
            else
            {
                throw new ModelFormatException(
                    $"{config.Subject}: the setting {key} = {text} is unknown, and the layer may compute something else with it.");
            }
        }

        return notes;
    }

    /// <summary>Fovea computes in float32. Other floating-point types are noted, and quantized types are refused.</summary>
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

    /// <summary>Whether a setting has its single supported value, which may be written as a list of equal numbers.</summary>
    private static bool IsSame(JsonNode value, string only) =>
        value.ToJsonString() == only || (value is JsonArray list && list.Count > 0 && list.All(item => item is not null && IsSame(item, only)))
        || (only is "true" or "false" && JsonReading.AsBool(value) == (only == "true"))
            || (JsonReading.AsNumber(value) is { } number && only == number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static bool IsEmpty(JsonNode value) =>
        JsonReading.AsBool(value) == false || value is JsonArray { Count: 0 } or JsonObject { Count: 0 } || JsonReading.AsText(value) is { Length: 0 };
}
