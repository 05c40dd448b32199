using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Converts the classes and settings of layers in files by Keras 1.0 to 1.2 (2016 and 2017) to those of Keras 2, as
/// <c>keras/legacy/interfaces.py</c> of Keras 2.0 does.
/// </summary>
internal static class Keras1Json
{
    private static readonly Dictionary<string, string> Classes = new()
    {
        ["Convolution1D"] = "Conv1D",
        ["Convolution2D"] = "Conv2D",
        ["AtrousConvolution2D"] = "Conv2D",
        ["Deconvolution2D"] = "Conv2DTranspose",
        ["SeparableConvolution2D"] = "SeparableConv2D",
    };

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["nb_filter"] = "filters",
        ["border_mode"] = "padding",
        ["subsample"] = "strides",
        ["bias"] = "use_bias",
        ["init"] = "kernel_initializer",
        ["W_regularizer"] = "kernel_regularizer",
        ["b_regularizer"] = "bias_regularizer",
        ["W_constraint"] = "kernel_constraint",
        ["b_constraint"] = "bias_constraint",
        ["output_dim"] = "units",
        ["p"] = "rate",
        ["sigma"] = "stddev",
        ["atrous_rate"] = "dilation_rate",
        ["pool_length"] = "pool_size",
        ["stride"] = "strides",
        ["filter_length"] = "kernel_size",
        ["subsample_length"] = "strides",
        ["gamma_init"] = "gamma_initializer",
        ["beta_init"] = "beta_initializer",
    };

    /// <summary>Settings that only helped to build the layer, or whose value never differs in Fovea.</summary>
    private static readonly HashSet<string> Dropped =
        ["input_dim", "input_length", "input_dtype", "nb_row", "nb_col", "dim_ordering", "weights", "mode", "create_input_layer"];

    /// <summary>Whether the configuration of a layer was written by Keras 1.</summary>
    public static bool Recognizes(string className, JsonObject config) =>
        Classes.ContainsKey(className) || config.ContainsKey("border_mode") || (config.ContainsKey("output_dim") && className != "Embedding")
            || config.ContainsKey("dim_ordering") || config.ContainsKey("input_dtype")
        || config.ContainsKey("gamma_init") || (className.Contains("Dropout", StringComparison.Ordinal) && config.ContainsKey("p"));

    /// <summary>The class and the configuration of the layer in Keras 2.</summary>
    /// <exception cref="ModelFormatException">It has its channels first, or a mode that Keras 2 does not have.</exception>
    public static (string ClassName, JsonObject Config) ToKeras2(string className, JsonObject config, string file)
    {
        var name = config.TextOrNull("name") ?? className;
        if (config.TextOrNull("dim_ordering") == "th")
            throw ModelFormatException.About(file, $"{className} '{name}' has its channels first (dim_ordering 'th'), which is not supported.");
        if (JsonReading.AsInteger(config["mode"]) is not (null or 0))
            throw ModelFormatException.About(file, $"{className} '{name}' has mode {config["mode"]!.ToJsonString()}; only 0 is supported.");
        var modern = new JsonObject();
        foreach (var (key, value) in config)
        {
            if (Dropped.Contains(key)) continue;
            modern[Settings.GetValueOrDefault(key, key)] = Initializer(key, value);
        }

        if (config["nb_row"] is { } rows && config["nb_col"] is { } columns) modern["kernel_size"] = new JsonArray(rows.DeepClone(), columns.DeepClone());
        return (Classes.GetValueOrDefault(className, className), modern);
    }

    /// <summary>An initializer, which Keras 1 writes as a name. Some of the names no longer exist.</summary>
    private static JsonNode? Initializer(string key, JsonNode? value) => key is "init" or "gamma_init" or "beta_init" && JsonReading.AsText(value) is { } name
        ? name switch { "zero" => "zeros", "one" => "ones", "normal" => "random_normal", "uniform" => "random_uniform", _ => name }
        : value?.DeepClone();
}
