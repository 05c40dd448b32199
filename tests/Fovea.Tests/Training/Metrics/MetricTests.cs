using System.Text.Json.Nodes;

namespace Fovea.Tests.Training;

/// <summary>What metrics share, and where they break easily: nothing seen, one class, equal scores, NaN, targets outside the classes.</summary>
public class MetricTests
{
    public static TheoryData<string> Names => [.. MetricCatalog.Known.ClassNames];

    /// <summary>What is demanded of each: a copy that has seen nothing, and a start like the first.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_metric_starts_over_and_its_copy_counts_by_itself(string name)
    {
        var metric = Create(name);
        var atFirst = metric.Value;
        Add(metric, 1);
        var seen = metric.Value;
        var copy = metric.Fresh();
        Assert.Equal((metric.Name, atFirst), (copy.Name, copy.Value));
        Add(copy, 1);
        Add(copy, 0.5f);
        Assert.Equal(seen, metric.Value);
        metric.Reset();
        Assert.Equal(atFirst, metric.Value);
        Add(metric, 1);
        Assert.Equal(seen, metric.Value);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_metric_goes_on_from_its_saved_state(string name)
    {
        var (whole, first, second) = (Create(name), Create(name), Create(name));
        foreach (var metric in (Metric[])[whole, first]) Add(metric, 1);
        using var stream = new MemoryStream();
        first.SaveState(new BinaryWriter(stream));
        stream.Position = 0;
        second.RestoreState(new BinaryReader(stream));
        Assert.Equal(stream.Length, stream.Position);
        foreach (var metric in (Metric[])[whole, second]) Add(metric, 0.5f);
        Assert.Equal(whole.Values, second.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_empty_batch_and_samples_of_no_weight_change_nothing(string name)
    {
        var metric = Create(name);
        metric.Add([], [], 0);
        Add(metric, 1);
        var seen = metric.Value;
        metric.Add(TakesNumbers(metric) ? [0, 0] : [1, 0, 1, 0], [0.1f, 0.9f, 0.2f, 0.8f], 2, [0, 0]);
        Assert.Equal(seen, metric.Value);
    }

    [Fact]
    public void Metrics_of_one_name_are_numbered()
    {
        var model = new Sequential { new Input(2), new Dense(1, Activation.Sigmoid) };
        model.Compile(
            new Sgd(), Loss.BinaryCrossentropy, new Precision(), new Recall(), new Precision([0.7f]), new Precision([0.9f]), new Recall { Name = "found" });
        var history = model.Fit(new ArrayDataset([0, 1, 1, 0], [2], [0, 1], [1]));
        Assert.Equal(["loss", "precision", "recall", "precision_1", "precision_2", "found"], history.Names);
    }

    [Fact]
    public void A_model_tells_metrics_its_output()
    {
        var accuracy = new CategoricalAccuracy();
        var model = new Sequential { new Input(2, 1, 2), new ActivationLayer(Activation.Softmax) };
        model.Compile(new Sgd(), Loss.CategoricalCrossentropy, accuracy, new LossMetric(Loss.CategoricalCrossentropy));
        var result = model.Evaluate(new ArrayDataset([0, 1, 3, 0], [2, 1, 2], [0, 1, 0, 1], [2, 1, 2]));
        Assert.Equal([2, 1, 2], accuracy.OutputShape);
        Assert.Equal(0.5, result.Metrics["categorical_accuracy"]);
        Assert.Equal(result.Loss, result.Metrics["categorical_crossentropy"], 1e-6);
    }

    /// <summary>Six predictions, each of a pixel, against three classes.</summary>
    [Fact]
    public void Pixels_are_rows()
    {
        var metric = new SparseCategoricalAccuracy();
        metric.Add([1, 1, 1, 0], [0.1f, 0.9f, 0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f], 2, [1, 3]);
        Assert.Equal((0.5 + 3) / 4, metric.Value);
    }

    [Fact]
    public void One_class_alone_has_no_area()
    {
        Assert.Equal(double.NaN, Of(new Auc(), [0.1f, 0.9f], [1, 1]));
        Assert.Equal(double.NaN, Of(new Auc(), [0.1f, 0.9f], [0, 0]));
        Assert.Equal(double.NaN, Of(new Auc { NumThresholds = 5 }, [0.1f, 0.9f], [1, 1]));
        Assert.Equal(double.NaN, Of(new Auc(AucCurve.PrecisionRecall), [0.1f, 0.9f], [0, 0]));
        Assert.Equal(1, Of(new Auc(AucCurve.PrecisionRecall), [0.1f, 0.9f], [1, 1]));
        Assert.Equal((0, 0), (Of(new Precision(), [0.1f, 0.2f], [1, 1]), Of(new Recall(), [0.9f, 0.2f], [0, 0])));
    }

    [Fact]
    public void Equal_scores_tell_nothing()
    {
        Assert.Equal(0.5, Of(new Auc(), [0.3f, 0.3f, 0.3f, 0.3f], [1, 0, 1, 1]));
        Assert.Equal(0.75, Of(new Auc(AucCurve.PrecisionRecall), [0.3f, 0.3f, 0.3f, 0.3f], [1, 0, 1, 1]));
        Assert.Equal(1, Of(new TopKCategoricalAccuracy(1), [0.3f, 0.3f, 0.3f], [0, 0, 1], 1));
    }

    [Fact]
    public void Logits_have_the_area_of_their_probabilities()
    {
        float[] logits = [-3, 0.5f, 1, 2, -1, 0], labels = [0, 1, 0, 1, 0, 1];
        float[] probabilities = [.. logits.Select(x => 1 / (1 + MathF.Exp(-x)))];
        Assert.Equal(Of(new Auc(), probabilities, labels), Of(new Auc { FromLogits = true }, logits, labels));
        Assert.Equal(Of(new Auc { NumThresholds = 9 }, probabilities, labels), Of(new Auc { NumThresholds = 9, FromLogits = true }, logits, labels));
    }

    [Fact]
    public void Predictions_that_are_no_numbers_are_never_right_and_have_no_area()
    {
        Assert.Equal(double.NaN, Of(new Auc(), [float.NaN, 0.9f], [0, 1]));
        Assert.Equal(double.NaN, Of(new Auc { NumThresholds = 4 }, [float.NaN, 0.9f], [0, 1]));
        Assert.Equal(0, Of(new SparseTopKCategoricalAccuracy(2), [float.NaN, 0.9f], [0], 1));
        Assert.Equal(0, Of(new TruePositives(), [float.NaN], [1]));
        Assert.Equal(double.NaN, Of(new LossMetric(Loss.MeanSquaredError), [float.NaN], [1]));
    }

    [Fact]
    public void Targets_outside_the_classes_are_never_right_and_have_no_intersection()
    {
        Assert.Equal(0, Of(new SparseCategoricalAccuracy(), [0.9f, 0.1f], [255], 1));
        Assert.Equal(0, Of(new SparseTopKCategoricalAccuracy(2), [0.9f, 0.1f], [-1], 1));
        Assert.Equal([1, 1], Values(new MeanIoU(2), [0.9f, 0.1f, 0.2f, 0.8f, 0.9f, 0.1f], [0, 1, 255], 3));
        Assert.Equal([1, double.NaN], Values(new MeanIoU(2) { IgnoreClass = 1 }, [0.9f, 0.1f, 0.9f, 0.1f], [0, 1], 2));
    }

    /// <summary>The mean over the positions that count, however batches are cut.</summary>
    [Fact]
    public void A_loss_with_an_ignored_class_is_averaged_over_what_counts()
    {
        float[] logits = [0, 1, 2, 0, 3, 1, 0, 0, 1, 4, 2, 2], labels = [1, 255, 0, 255, 255, 1];
        var metric = new LossMetric(new SparseCategoricalCrossentropy { FromLogits = true, IgnoreClass = 255 });
        metric.Add(labels, logits, 3);
        var whole = metric.Value;
        metric.Reset();
        metric.Add(labels.AsSpan(0, 2), logits.AsSpan(0, 4), 1);
        metric.Add(labels.AsSpan(2), logits.AsSpan(4), 2);
        double expected = (Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.Exp(-2)) + Math.Log(2)) / 3;
        Assert.Equal(expected, whole, 1e-6);
        Assert.Equal(expected, metric.Value, 1e-6);
    }

    [Fact]
    public void A_metric_of_ones_own_is_a_formula_of_rows()
    {
        var metric = new LargestOutput();
        metric.Add([0, 1], [0.2f, 0.8f, 0.6f, 0.4f], 2);
        Assert.Equal((0.7, "largest_output"), (Math.Round(metric.Value, 6), metric.Name));
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        Assert.Equal(
            "precision: expected as many targets as outputs, or one for each row of outputs; received 2 targets for 3 outputs. (Parameter 'targets')",
            Assert.Throws<ArgumentException>(() => new Precision().Add([1, 2], [1, 2, 3], 1)).Message);
        Assert.Equal(
            "recall: expected a class from 0 to 1; received classId 2.",
            Assert.Throws<ArgumentException>(() => new Recall(classId: 2).Add([1, 0], [1, 2], 1)).Message);
        Assert.Equal(
            "sparse_categorical_crossentropy: expected targets () for outputs (3); received 3 for a sample. (Parameter 'targets')",
            Assert.Throws<ArgumentException>(() => new LossMetric(Loss.SparseCategoricalCrossentropy).Add([1, 0, 0], [1, 2, 3], 1)).Message);
        var model = new Sequential { new Input(2), new Dense(1) };
        Assert.Equal(
            "expected metrics of different names; two are called 'mine'. (Parameter 'metrics')",
            Assert.Throws<ArgumentException>(() => model.Compile(new Sgd(), Loss.MeanSquaredError, new Mine(), new Mine())).Message);
    }

    public static TheoryData<Func<Metric>, string> Arguments => new()
    {
        { () => new Accuracy { Threshold = float.NaN }, "Accuracy: Threshold must be a finite number; received NaN." },
        { () => new BinaryAccuracy(float.PositiveInfinity), "BinaryAccuracy: threshold must be a finite number; received Infinity." },
        { () => new TopKCategoricalAccuracy(0), "TopKCategoricalAccuracy: k must be at least 1; received 0." },
        { () => new SparseTopKCategoricalAccuracy(-1), "SparseTopKCategoricalAccuracy: k must be at least 1; received -1." },
        { () => new Precision([0.5f, 1.5f]), "Precision: thresholds must be from 0 to 1; received 1.5." },
        { () => new Recall([]), "Recall: thresholds must be at least one; received none." },
        { () => new Precision(topK: 0), "Precision: topK must be at least 1; received 0." },
        { () => new Recall(classId: -1), "Recall: classId must be at least 0; received -1." },
        { () => new TruePositives([float.NaN]), "TruePositives: thresholds must be from 0 to 1; received NaN." },
        { () => new FBetaScore(beta: 0), "FBetaScore: beta must be a finite number above 0; received 0." },
        { () => new F1Score((MetricAverage)9), "F1Score: average must be one of None, Micro, Macro, Weighted; received 9." },
        { () => new F1Score(threshold: float.NaN), "F1Score: threshold must be a finite number; received NaN." },
        { () => new Auc((AucCurve)3), "Auc: curve must be one of Roc, PrecisionRecall; received 3." },
        { () => new Auc { NumThresholds = 1 }, "Auc: NumThresholds must be at least 2; received 1." },
        { () => new SensitivityAtSpecificity(2), "SensitivityAtSpecificity: specificity must be from 0 to 1; received 2." },
        { () => new RecallAtPrecision(0.5f, numThresholds: 0), "RecallAtPrecision: numThresholds must be at least 1; received 0." },
        { () => new MeanIoU(1), "MeanIoU: numClasses must be at least 2; received 1." },
        { () => new IoU(2, [2]), "IoU: targetClassIds must be from 0 to 1; received 2." },
        { () => new OneHotIoU(2, null!), "OneHotIoU: targetClassIds must be given; received null." },
        { () => new BinaryIoU(threshold: float.NaN), "BinaryIoU: threshold must be a finite number; received NaN." },
        { () => new R2Score((R2Aggregation)2), "R2Score: classAggregation must be one of UniformAverage, VarianceWeightedAverage; received 2." },
        { () => new R2Score(numRegressors: -1), "R2Score: numRegressors must be at least 0; received -1." },
        { () => new LossMetric(null!), "LossMetric: loss must be given; received null." },
        { () => new Recall { Name = null! }, "Recall: Name must be given; received null." },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    public void A_wrong_argument_is_refused(Func<Metric> create, string error) => Assert.Equal(error, Assert.ThrowsAny<ArgumentException>(create).Sentence());

    private static Metric Create(string name) => MetricCatalog.Known.Read(name, Settings(name), null, "metric");

    /// <summary>The settings that a metric of a name must have.</summary>
    internal static JsonObject Settings(string name) => JsonNode.Parse(name switch
    {
        "IoU" or "OneHotIoU" => """{"num_classes":2,"target_class_ids":[0,1]}""",
        "MeanIoU" or "OneHotMeanIoU" => """{"num_classes":2}""",
        "BinaryIoU" => """{"target_class_ids":[0,1]}""",
        "SensitivityAtSpecificity" => """{"specificity":0.5}""",
        "SpecificityAtSensitivity" => """{"sensitivity":0.5}""",
        "PrecisionAtRecall" => """{"recall":0.5}""",
        "RecallAtPrecision" => """{"precision":0.5}""",
        _ => "{}",
    })!.AsObject();

    /// <summary>Three samples of two outputs, the target one-hot or, where only that is understood, a number.</summary>
    private static void Add(Metric metric, float scale) =>
        metric.Add(TakesNumbers(metric) ? [0, 1, 1] : [1, 0, 0, 1, 0, 1], [0.9f * scale, 0.1f, 0.2f, 0.8f * scale, 0.7f, 0.3f], 3, [1, 2, 1]);

    private static bool TakesNumbers(Metric metric) => metric is LossMetric { Loss: SparseCategoricalCrossentropy };

    private static double Of(Metric metric, float[] predictions, float[] targets, int? count = null)
    {
        metric.Add(targets, predictions, count ?? targets.Length);
        return metric.Value;
    }

    private static IReadOnlyList<double> Values(Metric metric, float[] predictions, float[] targets, int count)
    {
        metric.Add(targets, predictions, count);
        return metric.Values;
    }

    private sealed class LargestOutput : RowMean
    {
        protected override double Of(MetricRow row) => row.Prediction[row.PredictedClass];
    }

    private sealed class Mine : RowMean
    {
        public override string Name => "mine";

        protected override double Of(MetricRow row) => 0;
    }
}
