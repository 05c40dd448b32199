namespace Fovea;

/// <summary>The metrics that files can name, by Keras' classes and the names of its functions. Every loss is a metric too: its mean over the epoch.</summary>
internal static class MetricCatalog
{
    public static Catalog<Metric> Known { get; } = new(
        "metric", "keras.metrics",
        [
            // In Keras the class Accuracy is another metric than the name "accuracy".
            new("accuracy", _ => new Accuracy(), "acc") { IsExact = true },
            new("AUC", Auc.FromConfig),
            new("BinaryAccuracy", BinaryAccuracy.FromConfig),
            new("BinaryIoU", BinaryIoU.FromConfig),
            new("CategoricalAccuracy", _ => new CategoricalAccuracy()),
            new("F1Score", F1Score.FromConfig),
            new("FBetaScore", FBetaScore.FromConfig),
            new("FalseNegatives", FalseNegatives.FromConfig),
            new("FalsePositives", FalsePositives.FromConfig),
            new("IoU", IoU.FromConfig),
            new("MeanIoU", MeanIoU.FromConfig),
            new("OneHotIoU", OneHotIoU.FromConfig),
            new("OneHotMeanIoU", OneHotMeanIoU.FromConfig),
            new("Precision", Precision.FromConfig),
            new("PrecisionAtRecall", PrecisionAtRecall.FromConfig),
            new("R2Score", R2Score.FromConfig),
            new("Recall", Recall.FromConfig),
            new("RecallAtPrecision", RecallAtPrecision.FromConfig),
            new("RootMeanSquaredError", _ => new RootMeanSquaredError()),
            new("SensitivityAtSpecificity", SensitivityAtSpecificity.FromConfig),
            new("SparseCategoricalAccuracy", _ => new SparseCategoricalAccuracy()),
            new("SparseTopKCategoricalAccuracy", SparseTopKCategoricalAccuracy.FromConfig),
            new("SpecificityAtSensitivity", SpecificityAtSensitivity.FromConfig),
            new("TopKCategoricalAccuracy", TopKCategoricalAccuracy.FromConfig),
            new("TrueNegatives", TrueNegatives.FromConfig),
            new("TruePositives", TruePositives.FromConfig),
            .. LossCatalog.Known.Rows.Select(OfLoss),
        ]);

    /// <summary>A loss as a metric, under the names of the loss. Keras has only some of them as metrics; the others are read but not written.</summary>
    private static CatalogRow<Metric> OfLoss(CatalogRow<Loss> loss)
    {
        var name = LossMetric.NameInKeras(loss.Name);
        IReadOnlyList<string> others = name is null || name == loss.Name ? loss.OtherNames : [.. loss.OtherNames, loss.Name];
        return new CatalogRow<Metric>(name ?? loss.Name, config => LossMetric.FromConfig(loss, config), others)
        {
            IsOlder = name is null,
        };
    }
}
