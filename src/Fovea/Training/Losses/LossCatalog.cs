using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea;

/// <summary>The losses that files can name, by Keras' classes and the names of its functions: without reflection, so that trimming keeps them.</summary>
internal static class LossCatalog
{
    private static readonly Dictionary<string, Func<LayerConfig, LossReduction, Loss>> Losses = new()
    {
        ["BinaryCrossentropy"] = (config, reduction) => new BinaryCrossentropy { FromLogits = IsLogits(config), LabelSmoothing = Smoothing(config), Reduction = reduction },
        ["BinaryFocalCrossentropy"] = (config, reduction) =>
            new BinaryFocalCrossentropy(config.GetBool("apply_class_balancing", false), config.GetFloat("alpha", 0.25f), config.GetFloat("gamma", 2))
            {
                FromLogits = IsLogits(config), LabelSmoothing = Smoothing(config), Reduction = reduction,
            },
        ["CategoricalCrossentropy"] = (config, reduction) => new CategoricalCrossentropy { FromLogits = IsLogits(config), LabelSmoothing = Smoothing(config), Reduction = reduction },
        ["CategoricalFocalCrossentropy"] = (config, reduction) =>
            new CategoricalFocalCrossentropy(config.Json["alpha"] is JsonArray ? config.GetFloats("alpha") : [config.GetFloat("alpha", 0.25f)], config.GetFloat("gamma", 2))
            {
                FromLogits = IsLogits(config), LabelSmoothing = Smoothing(config), Reduction = reduction,
            },
        ["CategoricalHinge"] = (_, reduction) => new CategoricalHinge { Reduction = reduction },
        ["CosineSimilarity"] = (_, reduction) => new CosineSimilarity { Reduction = reduction },
        ["Dice"] = (config, reduction) => new Dice(Axis(config)) { Reduction = reduction },
        ["Hinge"] = (_, reduction) => new Hinge { Reduction = reduction },
        ["Huber"] = (config, reduction) => new Huber(config.GetFloat("delta", 1)) { Reduction = reduction },
        ["KLDivergence"] = (_, reduction) => new KLDivergence { Reduction = reduction },
        ["LogCosh"] = (_, reduction) => new LogCosh { Reduction = reduction },
        ["MeanAbsoluteError"] = (_, reduction) => new MeanAbsoluteError { Reduction = reduction },
        ["MeanAbsolutePercentageError"] = (_, reduction) => new MeanAbsolutePercentageError { Reduction = reduction },
        ["MeanSquaredError"] = (_, reduction) => new MeanSquaredError { Reduction = reduction },
        ["MeanSquaredLogarithmicError"] = (_, reduction) => new MeanSquaredLogarithmicError { Reduction = reduction },
        ["Poisson"] = (_, reduction) => new Poisson { Reduction = reduction },
        ["SparseCategoricalCrossentropy"] = (config, reduction) => new SparseCategoricalCrossentropy
        {
            FromLogits = IsLogits(config), IgnoreClass = config.Json["ignore_class"] is null ? null : config.GetInt("ignore_class"), Reduction = reduction,
        },
        ["SquaredHinge"] = (_, reduction) => new SquaredHinge { Reduction = reduction },
        ["Tversky"] = (config, reduction) => new Tversky(config.GetFloat("alpha", 0.5f), config.GetFloat("beta", 0.5f), Axis(config)) { Reduction = reduction },
    };

    private static readonly Dictionary<string, string> Classes = new(
        [
            .. Losses.Keys.Select(name => KeyValuePair.Create(name, name)),
            .. Losses.Keys.Select(name => KeyValuePair.Create(WeightPaths.SnakeCase(name), name)),
            new("bce", "BinaryCrossentropy"), new("mse", "MeanSquaredError"), new("mae", "MeanAbsoluteError"), new("mape", "MeanAbsolutePercentageError"),
            new("msle", "MeanSquaredLogarithmicError"), new("kld", "KLDivergence"), new("kullback_leibler_divergence", "KLDivergence"),
            new("logcosh", "LogCosh"), new("huber_loss", "Huber"),
        ],
        StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyCollection<string> ClassNames => Losses.Keys;

    /// <summary>Builds a loss from the name of its class or function, as in <c>Huber</c>, <c>kl_divergence</c> or <c>mse</c>, and its configuration.</summary>
    /// <exception cref="ModelFormatException">The name is not known or the configuration does not fit it.</exception>
    public static Loss Create(string name, JsonObject json)
    {
        if (!Classes.TryGetValue(name, out var className))
            throw new ModelFormatException($"the loss '{name}' is not known; known are {string.Join(", ", Losses.Keys)}.");
        var config = new LayerConfig(className, "loss", json);
        try
        {
            if (className is not ("Dice" or "Tversky")) config.Require("axis", -1);
            return Losses[className](config, Reduction(config));
        }
        catch (ArgumentException error)
        {
            throw new ModelFormatException($"{config.Subject}: {error.Message}", error);
        }
    }

    /// <summary>A loss as Keras describes it; null for one that files cannot name.</summary>
    public static KerasObject? Describe(Loss loss)
    {
        var className = loss.GetType().Name;
        if (!Losses.ContainsKey(className)) return null;
        var config = new LayerConfig(className, loss.Name, []);
        config.Set("name", loss.Name);
        config.Set("reduction", WeightPaths.SnakeCase(loss.Reduction.ToString()));
        loss.WriteConfig(config);
        return new KerasObject(className, config.Json) { Module = "keras.losses" };
    }

    private static LossReduction Reduction(LayerConfig config) => config.GetText("reduction", "sum_over_batch_size") switch
    {
        "sum_over_batch_size" or "mean" or "auto" => LossReduction.SumOverBatchSize,
        "sum" => LossReduction.Sum,
        "mean_with_sample_weight" => LossReduction.MeanWithSampleWeight,
        var other => throw new ModelFormatException($"{config.Subject}: expected 'sum_over_batch_size', 'sum' or 'mean_with_sample_weight' for 'reduction'; received '{other}'."),
    };

    private static bool IsLogits(LayerConfig config) => config.GetBool("from_logits", false);

    private static float Smoothing(LayerConfig config) => config.GetFloat("label_smoothing", 0);

    private static int[]? Axis(LayerConfig config) => config.Json["axis"] is null ? null : config.Json["axis"] is JsonArray ? config.GetInts("axis") : [config.GetInt("axis")];
}
