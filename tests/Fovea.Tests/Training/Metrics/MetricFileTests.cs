using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Training;

/// <summary>Metrics as Keras' files name and describe them.</summary>
public class MetricFileTests
{
    /// <summary>The configurations that <c>get_config</c> of Keras' metrics gives.</summary>
    public static TheoryData<string, string> Configurations => new()
    {
        { "AUC",
            """
            {"name":"auc","dtype":"float32","num_thresholds":200,"curve":"ROC","summation_method":"interpolation","multi_label":false,
            "num_labels":null,"label_weights":null,"from_logits":false}
            """.ReplaceLineEndings("") },
        { "AUC",
            """
            {"name":"auc","dtype":"float32","num_thresholds":50,"curve":"PR","summation_method":"interpolation","multi_label":true,"num_labels":null,
            "label_weights":null,"from_logits":true}
            """.ReplaceLineEndings("") },
        { "BinaryAccuracy", """{"name":"binary_accuracy","dtype":"float32","threshold":0.3}""" },
        { "BinaryIoU", """{"name":"mine","dtype":"float32","target_class_ids":[0,1],"threshold":0.3}""" },
        { "CategoricalAccuracy", """{"name":"categorical_accuracy","dtype":"float32"}""" },
        { "F1Score", """{"name":"f1_score","dtype":"float32","average":"macro","threshold":null}""" },
        { "FBetaScore", """{"name":"fbeta_score","dtype":"float32","average":null,"beta":2,"threshold":0.5}""" },
        { "FalseNegatives", """{"name":"false_negatives","dtype":"float32","thresholds":null}""" },
        { "FalsePositives", """{"name":"false_positives","dtype":"float32","thresholds":0.3}""" },
        { "IoU",
            """
            {"name":"io_u","dtype":"float32","num_classes":3,"target_class_ids":[1],"ignore_class":null,"sparse_y_true":true,"sparse_y_pred":false,
            "axis":-1}
            """.ReplaceLineEndings("") },
        { "MeanIoU", """{"name":"mean_io_u","dtype":"float32","num_classes":3,"ignore_class":255,"sparse_y_true":true,"sparse_y_pred":false,"axis":-1}""" },
        { "OneHotIoU",
            """{"name":"one_hot_io_u","dtype":"float32","num_classes":3,"target_class_ids":[1],"ignore_class":null,"sparse_y_pred":false,"axis":-1}""" },
        { "OneHotMeanIoU", """{"name":"one_hot_mean_io_u","dtype":"float32","num_classes":3,"ignore_class":null,"sparse_y_pred":false,"axis":-1}""" },
        { "Precision", """{"name":"precision","dtype":"float32","thresholds":[0.3,0.7],"top_k":3,"class_id":1}""" },
        { "PrecisionAtRecall", """{"name":"precision_at_recall","dtype":"float32","class_id":null,"num_thresholds":200,"recall":0.8}""" },
        { "R2Score", """{"name":"r2_score","dtype":"float32","class_aggregation":"variance_weighted_average","num_regressors":2}""" },
        { "Recall", """{"name":"recall","dtype":"float32","thresholds":null,"top_k":null,"class_id":null}""" },
        { "RecallAtPrecision", """{"name":"recall_at_precision","dtype":"float32","class_id":1,"num_thresholds":100,"precision":0.8}""" },
        { "RootMeanSquaredError", """{"name":"root_mean_squared_error","dtype":"float32"}""" },
        { "SensitivityAtSpecificity", """{"name":"sensitivity_at_specificity","dtype":"float32","class_id":null,"num_thresholds":200,"specificity":0.8}""" },
        { "SparseCategoricalAccuracy", """{"name":"sparse_categorical_accuracy","dtype":"float32"}""" },
        { "SparseTopKCategoricalAccuracy", """{"name":"sparse_top_k_categorical_accuracy","dtype":"float32","k":3}""" },
        { "SpecificityAtSensitivity", """{"name":"specificity_at_sensitivity","dtype":"float32","class_id":null,"num_thresholds":200,"sensitivity":0.8}""" },
        { "TopKCategoricalAccuracy", """{"name":"top_k_categorical_accuracy","dtype":"float32","k":5}""" },
        { "TrueNegatives", """{"name":"true_negatives","dtype":"float32","thresholds":null}""" },
        { "TruePositives", """{"name":"true_positives","dtype":"float32","thresholds":null}""" },
        { "BinaryCrossentropy", """{"name":"binary_crossentropy","dtype":"float32","from_logits":true,"label_smoothing":0.1}""" },
        { "CategoricalCrossentropy", """{"name":"categorical_crossentropy","dtype":"float32","from_logits":true,"label_smoothing":0,"axis":-1}""" },
        { "CategoricalHinge", """{"name":"categorical_hinge","dtype":"float32"}""" },
        { "CosineSimilarity", """{"name":"cosine_similarity","dtype":"float32","axis":-1}""" },
        { "Hinge", """{"name":"hinge","dtype":"float32"}""" },
        { "KLDivergence", """{"name":"kl_divergence","dtype":"float32"}""" },
        { "LogCoshError", """{"name":"logcosh","dtype":"float32"}""" },
        { "MeanAbsoluteError", """{"name":"mean_absolute_error","dtype":"float32"}""" },
        { "MeanAbsolutePercentageError", """{"name":"mean_absolute_percentage_error","dtype":"float32"}""" },
        { "MeanSquaredError", """{"name":"mean_squared_error","dtype":"float32"}""" },
        { "MeanSquaredLogarithmicError", """{"name":"mean_squared_logarithmic_error","dtype":"float32"}""" },
        { "Poisson", """{"name":"poisson","dtype":"float32"}""" },
        { "SparseCategoricalCrossentropy",
            """{"name":"sparse_categorical_crossentropy","dtype":"float32","from_logits":false,"ignore_class":255,"axis":-1}""" },
        { "SquaredHinge", """{"name":"squared_hinge","dtype":"float32"}""" },
    };

    [Theory]
    [MemberData(nameof(Configurations))]
    public void A_description_by_Keras_is_written_back_as_it_was(string className, string config)
    {
        var json = $$"""[{"module":"keras.metrics","class_name":"{{className}}","config":{{config}},"registered_name":null}]""";
        Assert.Equal(json, KerasMetrics.Describe(KerasMetrics.Create(JsonNode.Parse(json))).ToJsonString());
    }

    /// <summary>Accuracy is a name alone.</summary>
    [Fact]
    public void Every_metric_has_a_row() =>
        Assert.Equal(["accuracy"], MetricCatalog.Known.ClassNames.Except(Configurations.Select(row => row.Data.Item1)));

    [Theory]
    [MemberData(nameof(Configurations))]
    public void The_usual_name_is_that_of_Keras(string className, string config)
    {
        var json = JsonNode.Parse(config)!.AsObject();
        var name = json["name"]!.GetValue<string>();
        Assert.Equal(className == "BinaryIoU" ? "binary_io_u" : name, MetricCatalog.Known.Read(className, json, null, "metric").Name);
    }

    [Fact]
    public void Names_alone_are_what_metrics_are_called()
    {
        var metrics = KerasMetrics.Create(JsonNode.Parse("""["accuracy",["mae","acc"],"AUC","unknown",{"class_name":"Mine","config":{}},null]"""));
        Assert.Equal(["accuracy", "mae", "acc", "AUC"], metrics.Select(metric => metric.Name));
        Assert.Equal([typeof(Accuracy), typeof(LossMetric), typeof(Accuracy), typeof(Auc)], metrics.Select(metric => metric.GetType()));
    }

    /// <summary>How Keras 2 writes a metric that was compiled as "accuracy" on class numbers.</summary>
    [Fact]
    public void Wrapped_functions_of_Keras_2_are_read()
    {
        var metric = Assert.Single(KerasMetrics.Create(JsonNode.Parse(
            """[[{"class_name":"MeanMetricWrapper","config":{"name":"accuracy","dtype":"float32","fn":"sparse_categorical_accuracy"}}]]""")));
        Assert.Equal("accuracy", Assert.IsType<SparseCategoricalAccuracy>(metric).Name);
    }

    [Theory]
    [InlineData("AUC", """{"curve":"ROCK"}""", "metric: AUC: expected 'ROC', 'roc', 'PR', 'pr' for 'curve'; received \"ROCK\".")]
    [InlineData("AUC", """{"summation_method":"majoring"}""", "metric: AUC: expected 'interpolation' for 'summation_method'; received \"majoring\".")]
    [InlineData("AUC", """{"thresholds":[0.5]}""", "metric: Auc: thresholds and weights of labels are not supported.")]
    [InlineData("F1Score", """{"average":"mean"}""", "metric: F1Score: expected 'micro', 'macro', 'weighted' for 'average'; received \"mean\".")]
    [InlineData("MeanIoU", "{}", "metric: MeanIoU: expected a whole number for 'num_classes'; received nothing.")]
    [InlineData("Precision", """{"thresholds":[2]}""", "metric: Precision: thresholds must be from 0 to 1; received 2.")]
    public void What_is_not_supported_is_named_and_left_out(string name, string config, string error)
    {
        Assert.Equal(
            error, Assert.Throws<ModelFormatException>(() => MetricCatalog.Known.Read(name, JsonNode.Parse(config)!.AsObject(), null, "metric")).Message);
        Assert.Empty(KerasMetrics.Create(new JsonArray(new JsonObject { ["class_name"] = name, ["config"] = JsonNode.Parse(config) })));
    }
}
