using System.Text.Json.Nodes;

namespace Fovea.Tests.Training;

/// <summary>Metrics against the examples in the docstrings of keras/src/metrics and the numbers of keras/src/metrics/confusion_metrics_test.py.</summary>
public class PublishedMetricTests
{
    private static readonly float[] Masks = [0, 1, 0, 0];
    private static readonly float[] MaskGuesses = [1, 1, 0, 0];
    private static readonly float[] Halves = [0.6f, 0.4f, 0.4f, 0.6f];
    private static readonly float[] Classes = [0.05f, 0.95f, 0, 0.1f, 0.8f, 0.1f];
    private static readonly float[] Tops = [0.1f, 0.9f, 0.8f, 0.05f, 0.95f, 0];
    private static readonly float[] Rows = [0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0];
    private static readonly float[] RowGuesses = [0.2f, 0.3f, 0.5f, 0.1f, 0.2f, 0.7f, 0.5f, 0.3f, 0.1f, 0.1f, 0.4f, 0.5f];
    private static readonly float[] Tries = [0, 0.3f, 0.8f, 0.3f, 0.8f];

    public static TheoryData<string, string, int, float[], float[], float[]?, double> Examples => new()
    {
        { "binary_accuracy", "{}", 4, [0.98f, 1, 0, 0.6f], [1, 1, 0, 0], null, 0.75 },
        { "binary_accuracy", "{}", 4, [0.98f, 1, 0, 0.6f], [1, 1, 0, 0], [1, 0, 0, 1], 0.5 },
        { "categorical_accuracy", "{}", 2, Tops, [0, 0, 1, 0, 1, 0], null, 0.5 },
        { "categorical_accuracy", "{}", 2, Tops, [0, 0, 1, 0, 1, 0], [0.7f, 0.3f], 0.3 },
        { "sparse_categorical_accuracy", "{}", 2, [0.1f, 0.6f, 0.3f, 0.05f, 0.95f, 0], [2, 1], [0.7f, 0.3f], 0.3 },
        { "top_k_categorical_accuracy", """{"k":1}""", 2, Tops, [0, 0, 1, 0, 1, 0], null, 0.5 },
        { "top_k_categorical_accuracy", """{"k":1}""", 2, Tops, [0, 0, 1, 0, 1, 0], [0.7f, 0.3f], 0.3 },
        { "sparse_top_k_categorical_accuracy", """{"k":1}""", 2, Tops, [2, 1], null, 0.5 },
        { "precision", "{}", 4, [1, 0, 1, 1], [0, 1, 1, 1], null, 0.6666667 },
        { "precision", "{}", 4, [1, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0], 1 },
        { "precision", """{"top_k":4}""", 1, [1, 1, 1, 1], [0, 0, 1, 1], null, 0.5 },
        { "recall", "{}", 4, [1, 0, 1, 1], [0, 1, 1, 1], null, 0.6666667 },
        { "recall", "{}", 4, [1, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0], 1 },
        { "true_positives", "{}", 4, [1, 0, 1, 1], [0, 1, 1, 1], null, 2 },
        { "true_positives", "{}", 4, [1, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0], 1 },
        { "false_positives", "{}", 4, [0, 0, 1, 1], [0, 1, 0, 0], null, 2 },
        { "true_negatives", "{}", 4, [1, 1, 0, 0], [0, 1, 0, 0], null, 2 },
        { "false_negatives", "{}", 4, [0, 1, 0, 0], [0, 1, 1, 1], null, 2 },
        { "sensitivity_at_specificity", """{"specificity":0.5}""", 5, Tries, [0, 0, 0, 1, 1], null, 0.5 },
        { "sensitivity_at_specificity", """{"specificity":0.5}""", 5, Tries, [0, 0, 0, 1, 1], [1, 1, 2, 2, 1], 0.333333 },
        { "specificity_at_sensitivity", """{"sensitivity":0.5}""", 5, Tries, [0, 0, 0, 1, 1], null, 0.6666667 },
        { "specificity_at_sensitivity", """{"sensitivity":0.5}""", 5, Tries, [0, 0, 0, 1, 1], [1, 1, 2, 2, 2], 0.5 },
        { "precision_at_recall", """{"recall":0.5}""", 5, Tries, [0, 0, 0, 1, 1], null, 0.5 },
        { "precision_at_recall", """{"recall":0.5}""", 5, Tries, [0, 0, 0, 1, 1], [2, 2, 2, 1, 1], 0.33333333 },
        { "recall_at_precision", """{"precision":0.8}""", 4, [0, 0.5f, 0.3f, 0.9f], [0, 0, 1, 1], null, 0.5 },
        { "recall_at_precision", """{"precision":0.8}""", 4, [0, 0.5f, 0.3f, 0.9f], [0, 0, 1, 1], [1, 0, 0, 1], 1 },
        { "auc", """{"num_thresholds":3}""", 4, [0, 0.5f, 0.3f, 0.9f], [0, 0, 1, 1], null, 0.75 },
        { "auc", """{"num_thresholds":3}""", 4, [0, 0.5f, 0.3f, 0.9f], [0, 0, 1, 1], [1, 2, 3, 4], 5.5 / 7 },
        { "auc", """{"num_thresholds":3,"curve":"PR"}""", 4, [0, 0.5f, 0.3f, 0.9f], [0, 0, 1, 1], [1, 2, 3, 4],
            (0.5 * (3 + (2 * 0.9162907319)) / 7) + (4 / 7.0) },
        { "f1_score", """{"threshold":0.5}""", 3, [0.2f, 0.6f, 0.7f, 0.2f, 0.6f, 0.6f, 0.6f, 0.8f, 0], [1, 1, 1, 1, 0, 0, 1, 1, 0], null,
            (0.5 + 0.8 + 0.6666667) / 3 },
        { "fbeta_score", """{"threshold":0.5,"beta":2}""", 3, [0.2f, 0.6f, 0.7f, 0.2f, 0.6f, 0.6f, 0.6f, 0.8f, 0], [1, 1, 1, 1, 0, 0, 1, 1, 0], null,
            (0.3846154 + 0.90909094 + 0.8333334) / 3 },
        { "mean_io_u", """{"num_classes":2}""", 4, [0, 1, 0, 1], [0, 0, 1, 1], null, 0.33333334 },
        { "mean_io_u", """{"num_classes":2}""", 4, [0, 1, 0, 1], [0, 0, 1, 1], [0.3f, 0.3f, 0.3f, 0.1f], 0.23809525 },
        { "io_u", """{"num_classes":2,"target_class_ids":[0]}""", 4, [0, 1, 0, 1], [0, 0, 1, 1], [0.3f, 0.3f, 0.3f, 0.1f], 0.33333334 },
        { "binary_io_u", """{"target_class_ids":[0,1],"threshold":0.3}""", 4, [0.1f, 0.2f, 0.4f, 0.7f], [0, 1, 0, 1], [0.2f, 0.3f, 0.4f, 0.1f], 0.17361112 },
        { "one_hot_io_u", """{"num_classes":3,"target_class_ids":[0,2]}""", 4, RowGuesses, Rows, [0.1f, 0.2f, 0.3f, 0.4f], 0.07142857 },
        { "one_hot_mean_io_u", """{"num_classes":3}""", 4, RowGuesses, Rows, [0.1f, 0.2f, 0.3f, 0.4f], 0.047619 },
        { "r2_score", "{}", 3, [2, 4, 4], [1, 4, 3], null, 0.57142854 },
        { "root_mean_squared_error", "{}", 2, MaskGuesses, Masks, null, 0.5 },
        { "root_mean_squared_error", "{}", 2, MaskGuesses, Masks, [1, 0], 0.70710677 },
        { "mean_squared_error", "{}", 2, MaskGuesses, Masks, [1, 0], 0.5 },
        { "mean_absolute_error", "{}", 2, MaskGuesses, Masks, null, 0.25 },
        { "mean_squared_logarithmic_error", "{}", 2, MaskGuesses, Masks, null, 0.12011322 },
        { "logcosh", "{}", 2, MaskGuesses, Masks, null, 0.10844523 },
        { "LogCoshError", "{}", 2, MaskGuesses, Masks, [1, 0], 0.21689045 },
        { "cosine_similarity", "{}", 2, [1, 0, 1, 1], [0, 1, 1, 1], null, 0.49999997 },
        { "cosine_similarity", "{}", 2, [1, 0, 1, 1], [0, 1, 1, 1], [0.3f, 0.7f], 0.6999999 },
        { "kl_divergence", "{}", 2, Halves, Masks, null, 0.45814306 },
        { "kl_divergence", "{}", 2, Halves, Masks, [1, 0], 0.9162892 },
        { "poisson", "{}", 2, MaskGuesses, Masks, null, 0.49999997 },
        { "binary_crossentropy", "{}", 2, Halves, Masks, null, 0.81492424 },
        { "binary_crossentropy", "{}", 2, Halves, Masks, [1, 0], 0.9162905 },
        { "categorical_crossentropy", "{}", 2, Classes, [0, 1, 0, 0, 0, 1], null, 1.1769392 },
        { "categorical_crossentropy", "{}", 2, Classes, [0, 1, 0, 0, 0, 1], [0.3f, 0.7f], 1.6271976 },
        { "sparse_categorical_crossentropy", "{}", 2, Classes, [1, 2], null, 1.1769392 },
        { "hinge", "{}", 2, Halves, Masks, [1, 0], 1.1 },
        { "squared_hinge", "{}", 2, Halves, Masks, null, 1.86 },
        { "categorical_hinge", "{}", 2, Halves, Masks, null, 1.4 },
    };

    /// <summary>Keras computes in float32: six digits.</summary>
    [Theory]
    [MemberData(nameof(Examples))]
    public void A_metric_gives_the_value_of_Keras(
        string name, string config, int count, float[] predictions, float[] targets, float[]? weights, double expected)
    {
        var metric = MetricCatalog.Known.Read(name, JsonNode.Parse(config)!.AsObject(), null, "metric");
        metric.Add(targets, predictions, count, weights);
        Assert.Equal(expected, metric.Value, 1e-6);
    }
}
