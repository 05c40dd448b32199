using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea;

/// <summary>The losses that files can name, by Keras' classes and the names of its functions: without reflection, so that trimming keeps them.</summary>
internal static class LossCatalog
{
    private static readonly Dictionary<string, Func<Config, Loss>> Losses = new()
    {
        ["BinaryCrossentropy"] = config => new BinaryCrossentropy { FromLogits = IsLogits(config), LabelSmoothing = Smoothing(config) },
        ["BinaryFocalCrossentropy"] = config =>
            new BinaryFocalCrossentropy(config.GetBool("apply_class_balancing", false), config.GetFloat("alpha", 0.25f), config.GetFloat("gamma", 2))
            {
                FromLogits = IsLogits(config),
                LabelSmoothing = Smoothing(config),
            },
        ["CategoricalCrossentropy"] = config => new CategoricalCrossentropy { FromLogits = IsLogits(config), LabelSmoothing = Smoothing(config) },
        ["CategoricalFocalCrossentropy"] = config =>
            new CategoricalFocalCrossentropy(gamma: config.GetFloat("gamma", 2))
            {
                Alpha = config.GetFloats("alpha") ?? [0.25f],
                FromLogits = IsLogits(config),
                LabelSmoothing = Smoothing(config),
            },
        ["CategoricalHinge"] = _ => new CategoricalHinge(),
        ["CosineSimilarity"] = _ => new CosineSimilarity(),
        ["Dice"] = config => new Dice(Axis(config)),
        ["Hinge"] = _ => new Hinge(),
        ["Huber"] = config => new Huber(config.GetFloat("delta", 1)),
        ["KLDivergence"] = _ => new KLDivergence(),
        ["LogCosh"] = _ => new LogCosh(),
        ["MeanAbsoluteError"] = _ => new MeanAbsoluteError(),
        ["MeanAbsolutePercentageError"] = _ => new MeanAbsolutePercentageError(),
        ["MeanSquaredError"] = _ => new MeanSquaredError(),
        ["MeanSquaredLogarithmicError"] = _ => new MeanSquaredLogarithmicError(),
        ["Poisson"] = _ => new Poisson(),
        ["SparseCategoricalCrossentropy"] = config => new SparseCategoricalCrossentropy
        {
            FromLogits = IsLogits(config),
            IgnoreClass = config.Find("ignore_class") is null ? null : config.GetInt("ignore_class"),
        },
        ["SquaredHinge"] = _ => new SquaredHinge(),
        ["Tversky"] = config => new Tversky(config.GetFloat("alpha", 0.5f), config.GetFloat("beta", 0.5f), Axis(config)),
    };

    /// <summary>Names that are not the class written in another way, as <c>mean_squared_error</c> is of <c>MeanSquaredError</c>.</summary>
    private static readonly Dictionary<string, string> ShortNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bce"] = "BinaryCrossentropy",
        ["huber_loss"] = "Huber",
        ["kld"] = "KLDivergence",
        ["kullback_leibler_divergence"] = "KLDivergence",
        ["mae"] = "MeanAbsoluteError",
        ["mape"] = "MeanAbsolutePercentageError",
        ["mse"] = "MeanSquaredError",
        ["msle"] = "MeanSquaredLogarithmicError",
    };

    public static IReadOnlyCollection<string> ClassNames => Losses.Keys;

    /// <summary>Builds a loss from the name of its class or function, as in <c>Huber</c>, <c>kl_divergence</c> or <c>mse</c>, and its configuration.</summary>
    /// <exception cref="ModelFormatException">The name is not known or the configuration does not fit it.</exception>
    public static Loss Create(string name, JsonObject json)
    {
        var written = ShortNames.GetValueOrDefault(name) ?? name.Replace("_", "", StringComparison.Ordinal);
        var className = Losses.Keys.FirstOrDefault(key => key.Equals(written, StringComparison.OrdinalIgnoreCase))
            ?? throw new ModelFormatException($"the loss '{name}' is not known; known are {string.Join(", ", Losses.Keys)}.");
        var config = new Config(className, "loss", json);
        try
        {
            if (className is not ("Dice" or "Tversky")) config.Require("axis", -1);
            return KerasPart.Whole(Losses[className](config).With(Reduction(config)), className, config, config.Subject);
        }
        catch (ArgumentException error)
        {
            throw new ModelFormatException($"{config.Subject}: {error.Sentence()}", error);
        }
    }

    /// <summary>A loss as Keras describes it; null for one that files cannot name.</summary>
    public static KerasObject? Describe(Loss loss)
    {
        var className = loss.GetType().Name;
        if (!Losses.ContainsKey(className)) return null;
        var config = new Config(className, loss.Name, []);
        config.Set("name", loss.Name);
        config.Set("reduction", SnakeCase.Of(loss.Reduction.ToString()));
        loss.WriteConfig(config);
        return new KerasObject(className, config.Json) { Module = "keras.losses" };
    }

    private static LossReduction Reduction(Config config) => config.GetText("reduction", "sum_over_batch_size") switch
    {
        "sum_over_batch_size" or "mean" or "auto" => LossReduction.SumOverBatchSize,
        "sum" => LossReduction.Sum,
        "mean_with_sample_weight" => LossReduction.MeanWithSampleWeight,
        var other =>
            throw new ModelFormatException(
            $"{config.Subject}: expected 'sum_over_batch_size', 'sum' or 'mean_with_sample_weight' for 'reduction'; received '{other}'."),
    };

    private static bool IsLogits(Config config) => config.GetBool("from_logits", false);

    private static float Smoothing(Config config) => config.GetFloat("label_smoothing", 0);

    private static int[]? Axis(Config config) => config.Find("axis") is null
        ? null
        : config.Find("axis") is JsonArray
        ? config.GetInts("axis")
        : [config.GetInt("axis")];
}
