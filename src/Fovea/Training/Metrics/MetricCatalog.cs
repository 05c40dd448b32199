using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea;

/// <summary>The metrics that files can name, by Keras' classes: without reflection, so that trimming keeps them.</summary>
internal static class MetricCatalog
{
    private static readonly Dictionary<string, Func<Config, Metric>> Metrics = new()
    {
        ["AUC"] = Area,
        ["BinaryAccuracy"] = config => new BinaryAccuracy(config.GetFloat("threshold", 0.5f)),
        ["BinaryIoU"] = config => new BinaryIoU(Ids(config), config.GetFloat("threshold", 0.5f)),
        ["CategoricalAccuracy"] = _ => new CategoricalAccuracy(),
        ["F1Score"] = config => new F1Score(Average(config), config.GetOptionalFloat("threshold")),
        ["FBetaScore"] = config => new FBetaScore(Average(config), config.GetFloat("beta", 1), config.GetOptionalFloat("threshold")),
        ["FalseNegatives"] = config => new FalseNegatives(config.GetFloats("thresholds")),
        ["FalsePositives"] = config => new FalsePositives(config.GetFloats("thresholds")),
        ["IoU"] = config => new IoU(config.GetInt("num_classes"), config.GetInts("target_class_ids")) { IgnoreClass = Ignored(config) },
        ["MeanIoU"] = config => new MeanIoU(config.GetInt("num_classes")) { IgnoreClass = Ignored(config) },
        ["OneHotIoU"] = config => new OneHotIoU(config.GetInt("num_classes"), config.GetInts("target_class_ids")) { IgnoreClass = Ignored(config) },
        ["OneHotMeanIoU"] = config => new OneHotMeanIoU(config.GetInt("num_classes")) { IgnoreClass = Ignored(config) },
        ["Precision"] = config => new Precision(config.GetFloats("thresholds"), Optional(config, "top_k"), Optional(config, "class_id")),
        ["PrecisionAtRecall"] = config => new PrecisionAtRecall(config.GetFloat("recall"), config.GetInt("num_thresholds", 200), Optional(config, "class_id")),
        ["R2Score"] = config => new R2Score(Aggregation(config), config.GetInt("num_regressors", 0)),
        ["Recall"] = config => new Recall(config.GetFloats("thresholds"), Optional(config, "top_k"), Optional(config, "class_id")),
        ["RecallAtPrecision"] = config =>
            new RecallAtPrecision(config.GetFloat("precision"), config.GetInt("num_thresholds", 200), Optional(config, "class_id")),
        ["RootMeanSquaredError"] = _ => new RootMeanSquaredError(),
        ["SensitivityAtSpecificity"] = config =>
            new SensitivityAtSpecificity(config.GetFloat("specificity"), config.GetInt("num_thresholds", 200), Optional(config, "class_id")),
        ["SparseCategoricalAccuracy"] = _ => new SparseCategoricalAccuracy(),
        ["SparseTopKCategoricalAccuracy"] = config => new SparseTopKCategoricalAccuracy(config.GetInt("k", 5)),
        ["SpecificityAtSensitivity"] = config =>
            new SpecificityAtSensitivity(config.GetFloat("sensitivity"), config.GetInt("num_thresholds", 200), Optional(config, "class_id")),
        ["TopKCategoricalAccuracy"] = config => new TopKCategoricalAccuracy(config.GetInt("k", 5)),
        ["TrueNegatives"] = config => new TrueNegatives(config.GetFloats("thresholds")),
        ["TruePositives"] = config => new TruePositives(config.GetFloats("thresholds")),
    };

    /// <summary>The losses that are metrics of Keras too.</summary>
    private static readonly HashSet<string> Losses =
    [
        "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "CosineSimilarity", "Hinge", "KLDivergence", "MeanAbsoluteError",
        "MeanAbsolutePercentageError", "MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson", "SparseCategoricalCrossentropy", "SquaredHinge",
    ];

    public static IEnumerable<string> ClassNames => [.. Metrics.Keys, .. Losses, "LogCoshError"];

    /// <summary>Builds a metric from the name of its class or function, as in <c>Precision</c>, <c>sparse_categorical_accuracy</c> or <c>mse</c>.</summary>
    /// <exception cref="ModelFormatException">The name is not known or the configuration does not fit it.</exception>
    public static Metric Create(string name, JsonObject json)
    {
        if (name is "accuracy" or "acc") return new Accuracy();
        var written = name.Replace("_", "", StringComparison.Ordinal);
        if (Metrics.Keys.FirstOrDefault(key => key.Equals(written, StringComparison.OrdinalIgnoreCase)) is not { } className)
            return new LossMetric(LossCatalog.Create(written.Equals("LogCoshError", StringComparison.OrdinalIgnoreCase) ? "LogCosh" : name, json));
        var config = new Config(className, "metric", json);
        try
        {
            return KerasPart.Whole(Metrics[className](config), className, config, config.Subject);
        }
        catch (ArgumentException error)
        {
            throw new ModelFormatException($"{config.Subject}: {error.Sentence()}", error);
        }
    }

    /// <summary>A metric as Keras describes it; null for one that Keras does not have.</summary>
    public static KerasObject? Describe(Metric metric)
    {
        var className = metric is LossMetric { Loss: var loss }
            ? loss is LogCosh
            ? "LogCoshError"
            : loss.GetType().Name
            : metric is Auc
            ? "AUC"
            : metric.GetType().Name;
        if (!ClassNames.Contains(className)) return null;
        var config = new Config(className, metric.Name, []);
        config.Set("name", metric.Name);
        config.Set("dtype", "float32");
        metric.WriteConfig(config);
        return new KerasObject(className, config.Json) { Module = "keras.metrics" };
    }

    private static Auc Area(Config config)
    {
        config.Require("summation_method", "interpolation");
        if (config.Find("thresholds") is not null || config.Find("label_weights") is not null)
            throw new ArgumentException("thresholds and weights of labels are not supported.");
        _ = config.Find("num_labels");
        var thresholds = config.GetInt("num_thresholds", Auc.KerasThresholds);
        return new Auc(Curve(config))
        {
            NumThresholds = thresholds == Auc.KerasThresholds ? null : thresholds,
            MultiLabel = config.GetBool("multi_label", false),
            FromLogits = config.GetBool("from_logits", false),
        };
    }

    private static AucCurve Curve(Config config) => config.GetText("curve", "ROC").ToUpperInvariant() switch
    {
        "ROC" => AucCurve.Roc,
        "PR" => AucCurve.PrecisionRecall,
        var other => throw new ArgumentException($"expected 'ROC' or 'PR' for 'curve'; received '{other}'."),
    };

    private static MetricAverage Average(Config config) => config.Find("average") is null ? MetricAverage.None : config.GetText("average", "") switch
    {
        "micro" => MetricAverage.Micro,
        "macro" => MetricAverage.Macro,
        "weighted" => MetricAverage.Weighted,
        var other => throw new ArgumentException($"expected 'micro', 'macro' or 'weighted' for 'average'; received '{other}'."),
    };

    private static R2Aggregation Aggregation(Config config) => config.GetText("class_aggregation", "uniform_average") switch
    {
        "uniform_average" => R2Aggregation.UniformAverage,
        "variance_weighted_average" => R2Aggregation.VarianceWeightedAverage,
        var other => throw new ArgumentException($"expected 'uniform_average' or 'variance_weighted_average' for 'class_aggregation'; received '{other}'."),
    };

    private static int[]? Ids(Config config) => config.Find("target_class_ids") is null ? null : config.GetInts("target_class_ids");

    /// <summary>The class that is not looked at. Whether labels and outputs are numbers of classes is known from their shapes here.</summary>
    private static int? Ignored(Config config)
    {
        config.Require("axis", -1);
        _ = (config.Find("sparse_y_true"), config.Find("sparse_y_pred"));
        return Optional(config, "ignore_class");
    }

    private static int? Optional(Config config, string key) => config.Find(key) is null ? null : config.GetInt(key);
}
