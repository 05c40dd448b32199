using Fovea.Engine.Ops;

namespace Fovea.Tests.Training;

/// <summary>Metrics of parts of the samples, merged, are the metric of all samples.</summary>
public class MetricMergingTests
{
    private const int Samples = 23;
    private const int Outputs = 3;

    /// <summary>Metrics whose sums are of float32 products or of logarithms; those of all others are counts of samples or scores.</summary>
    private static bool IsRounded(Metric metric) => metric is LossMetric or RootMeanSquaredError or R2Score;

    /// <summary>Settings of which a metric depends in its state or in its sums.</summary>
    private static readonly Dictionary<string, Func<Metric>> Variants = new()
    {
        ["accuracy of logits"] = () => new Accuracy { Threshold = 0 },
        ["area of thresholds"] = () => new Auc { NumThresholds = 7 },
        ["area of outputs"] = () => new Auc(AucCurve.PrecisionRecall) { MultiLabel = true },
        ["area of outputs and thresholds"] = () => new Auc(AucCurve.PrecisionRecall) { MultiLabel = true, NumThresholds = 5, FromLogits = true },
        ["precision at thresholds"] = () => new Precision([0.3, 0.7], topK: 2),
        ["recall of a class"] = () => new Recall(classId: 1),
        ["F-beta of thresholds"] = () => new FBetaScore(MetricAverage.Weighted, 2, 0.4),
        ["IoU with an ignored class"] = () => new IoU(3, [2, 0]) { IgnoreClass = 1 },
        ["weighted R2"] = () => new R2Score(R2Aggregation.VarianceWeightedAverage, 2),
        ["ignored class"] = () => new LossMetric(new SparseCategoricalCrossentropy { FromLogits = true, IgnoreClass = 1 }),
        ["custom loss"] = () => new LossMetric(Loss.From((expected, predicted) => (predicted - expected).Square())),
        ["custom mean of rows"] = () => new LargestOutput(),
        ["custom metric"] = () => new Extremes(),
    };

    public static TheoryData<string> Names => [.. MetricCatalog.Known.ClassNames, .. Variants.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_merged_metrics_of_three_parts_are_the_metric_of_all_samples(string name)
    {
        foreach (var isWeighted in (bool[])[false, true])
        {
            var whole = Create(name);
            Add(whole, 0, Samples, isWeighted);
            foreach (var cuts in (int[][])[[0, 9, 9, Samples], [0, 0, 4, Samples], [0, 1, Samples, Samples]])
            {
                var parts = cuts.Zip(cuts.Skip(1), (first, end) => Part(name, first, end, isWeighted)).ToArray();
                Equal(whole, parts.Aggregate(Create(name), Merged), name);

                // As if the samples of the others had been added to the first; the others keep theirs.
                var states = parts.Select(State).ToList();
                Equal(whole, parts.Aggregate(Merged), name);
                Assert.Equal(states.Skip(1), parts.Skip(1).Select(State));
            }
        }
    }

    /// <summary>A process receives the metrics of others as bytes, and goes on with them.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_restored_metric_is_merged_like_the_saved_one_and_counts_on(string name)
    {
        var (direct, restored) = (Create(name), Create(name));
        foreach (var (first, end) in ((int, int)[])[(0, 5), (5, 5), (5, 14)])
        {
            var part = Part(name, first, end, isWeighted: true);
            direct.Merge(part);
            restored.Merge(Restored(name, part));
        }

        restored = Restored(name, restored);
        foreach (var metric in (Metric[])[direct, restored]) Add(metric, 14, Samples, isWeighted: true);
        Assert.Equal(State(direct), State(restored));
        Assert.Equal(direct.Values, restored.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_class_is_refused(string name)
    {
        var (metric, other) = (Create(name), name == "AUC" ? (Metric)new R2Score() : new Auc());
        if (name.StartsWith("area", StringComparison.Ordinal)) other = new R2Score();
        var before = State(metric);
        var error = Assert.ThrowsAny<Exception>(() => metric.Merge(other));
        if (metric is Extremes) Assert.IsType<InvalidCastException>(error);
        else
            Assert.Equal(
                $"{metric.Name}: expected another {metric.GetType().Name}; received a metric {other.GetType().Name}.",
                Assert.IsType<ArgumentException>(error).Sentence());
        Assert.Equal(before, State(metric));
        Assert.Throws<ArgumentNullException>(() => metric.Merge(null!));
    }

    public static TheoryData<Func<Metric>, Func<Metric>, string> OtherSettings => new()
    {
        { () => new Accuracy(), () => new Accuracy { Threshold = 0 },
            "accuracy: expected another Accuracy with the same settings, threshold 0.5; received one with threshold 0." },
        { () => new BinaryAccuracy(), () => new BinaryAccuracy(0.25),
            """binary_accuracy: expected another BinaryAccuracy with the same settings, {"threshold":0.5}; received one with {"threshold":0.25}.""" },
        { () => new TopKCategoricalAccuracy(1), () => new TopKCategoricalAccuracy(2),
            "top_k_categorical_accuracy: expected another TopKCategoricalAccuracy with the same settings, {\"k\":1}; received one with {\"k\":2}." },
        { () => new LossMetric(Loss.MeanSquaredError), () => new LossMetric(new MeanAbsoluteError()),
            "mean_squared_error: expected another LossMetric with the same settings, MeanSquaredError {}; received one with MeanAbsoluteError {}." },
        { () => new Tolerant(0.5), () => new Tolerant(0.25),
            """tolerant: expected another Tolerant with the same settings, {"tolerance":0.5}; received one with {"tolerance":0.25}.""" },
    };

    [Theory]
    [MemberData(nameof(OtherSettings))]
    public void Other_settings_are_refused(Func<Metric> create, Func<Metric> other, string error)
    {
        Assert.Equal(error, Assert.Throws<ArgumentException>(() => create().Merge(other())).Sentence());
        create().Merge(create());
    }

    /// <summary>In Keras' files 200 thresholds mean the exact area, but scores and counts cannot be added.</summary>
    [Fact]
    public void The_exact_area_is_not_merged_with_that_of_200_thresholds() => Assert.StartsWith(
        "auc: expected another Auc with the same settings, exact {",
        Assert.Throws<ArgumentException>(() => new Auc().Merge(new Auc { NumThresholds = 200 })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_merged_area_is_not_a_number_if_a_score_of_a_part_is_not()
    {
        foreach (var create in (Func<Auc>[])[() => new Auc(), () => new Auc { NumThresholds = 5 }])
        {
            var (metric, broken) = (create(), create());
            metric.Add([1, 0], [0.9f, 0.1f], 2);
            Assert.Equal(1, metric.Value);
            broken.Add([1], [float.NaN], 1);
            metric.Merge(broken);
            metric.Merge(create());
            Assert.Equal(double.NaN, metric.Value);
        }
    }

    [Fact]
    public void Samples_of_another_number_of_outputs_are_refused()
    {
        foreach (var create in (Func<Metric>[])[() => new FBetaScore(), () => new R2Score(), () => new Auc { MultiLabel = true }])
        {
            var (two, three) = (create(), create());
            two.Add([1, 0], [0.9f, 0.1f], 1);
            three.Add([1, 0, 0], [0.9f, 0.1f, 0.2f], 1);
            Assert.Equal(
                $"{two.Name}: expected samples with the same number of outputs as before; received others.",
                Assert.Throws<ArgumentException>(() => two.Merge(three)).Sentence());
        }
    }

    [Fact]
    public void A_custom_metric_that_does_not_define_it_is_refused()
    {
        var metric = new Silent();
        Assert.Equal(
            "silent: Silent does not override Merge, which adds the samples of another metric. Override it, or derive the metric from RowMean.",
            Assert.Throws<NotSupportedException>(() => metric.Merge(new Silent())).Message);
    }

    [Fact]
    public void The_names_of_metrics_do_not_matter()
    {
        var (metric, other) = (new Recall(), new Recall { Name = "found" });
        other.Add([1], [0.9f], 1);
        metric.Merge(other);
        Assert.Equal(("recall", 1), (metric.Name, metric.Value));
    }

    /// <summary>All metrics that users can create are in the theories of this class.</summary>
    [Fact]
    public void Every_metric_is_tested()
    {
        var tested = Names.Select(row => Create(row.Data).GetType()).ToHashSet();
        Assert.DoesNotContain(
            typeof(Metric).Assembly.GetTypes(), type => type.IsSubclassOf(typeof(Metric)) && !type.IsAbstract && !tested.Contains(type));
    }

    private static Metric Create(string name) =>
        Variants.TryGetValue(name, out var create) ? create() : MetricCatalog.Known.Read(name, MetricTests.Settings(name), null, "metric");

    private static Metric Part(string name, int first, int end, bool isWeighted)
    {
        var metric = Create(name);
        Add(metric, first, end, isWeighted);
        return metric;
    }

    private static Metric Merged(Metric metric, Metric other)
    {
        metric.Merge(other);
        return metric;
    }

    /// <summary>
    /// Adds samples one by one, since a loss may be rounded otherwise in a batch of another size. The weights are multiples of 1/4, so that their sums are
    /// exact.
    /// </summary>
    private static void Add(Metric metric, int first, int end, bool isWeighted)
    {
        var outputs = metric is BinaryIoU ? 1 : metric is OverlapMetric and not IoU { IgnoreClass: not null } ? 2 : Outputs;
        for (var sample = first; sample < end; sample++)
        {
            var random = new RandomNumbers(7, sample);
            float[] predictions = [.. Enumerable.Range(0, outputs).Select(_ => random.NextSingle())];
            var label = random.NextInt(Math.Max(2, outputs));
            var takesNumber = outputs == 1 || metric is LossMetric { Loss: SparseCategoricalCrossentropy };
            float[] target = takesNumber ? [label] : [.. Enumerable.Range(0, outputs).Select(output => output == label ? 1f : 0)];
            metric.Add(target, predictions, 1, isWeighted ? [random.NextInt(8) / 4f] : []);
        }
    }

    private static Metric Restored(string name, Metric saved)
    {
        using var stream = new MemoryStream();
        saved.SaveState(new BinaryWriter(stream));
        stream.Position = 0;
        var metric = Create(name);
        metric.RestoreState(new BinaryReader(stream));
        return metric;
    }

    private static double[] State(Metric metric)
    {
        using var stream = new MemoryStream();
        metric.SaveState(new BinaryWriter(stream));
        stream.Position = 0;
        var reader = new BinaryReader(stream);
        return [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadDouble())];
    }

    /// <summary>Bits where sums are exact. Otherwise two sums of n terms of one sign differ by at most 2·n·2⁻⁵³ of their size.</summary>
    private static void Equal(Metric expected, Metric actual, string name)
    {
        if (!IsRounded(expected))
        {
            Assert.Equal(State(expected), State(actual));
            Assert.Equal(expected.Values, actual.Values);
            return;
        }

        foreach (var (one, other) in State(expected).Zip(State(actual)))
            Assert.True(Math.Abs(one - other) <= Samples * Math.Pow(2, -52) * Math.Abs(one), $"{name}: {one:R}, merged {other:R}");
        Assert.Equal(State(expected).Length, State(actual).Length);
    }

    private sealed class LargestOutput : RowMean
    {
        protected override double Of(MetricRow row) => Math.Round(8 * row.Prediction[row.PredictedClass]);
    }

    private sealed class Tolerant(double tolerance) : RowMean
    {
        protected override double Of(MetricRow row) => Math.Abs(row.Prediction[0] - row.TargetOf(0)) <= tolerance ? 1 : 0;

        protected internal override void WriteConfig(Config config) => config.Set("tolerance", tolerance);
    }

    private sealed class Silent : RowMetric
    {
        public override double Value => 0;

        public override void Reset()
        {
        }

        protected override void Add(MetricRow row)
        {
        }
    }

    /// <summary>The range of the outputs, by the documentation of <see cref="Metric.Merge"/>.</summary>
    private sealed class Extremes : RowMetric
    {
        private (float Low, float High) range = (float.PositiveInfinity, float.NegativeInfinity);

        public override double Value => range.High - range.Low;

        public override void Reset() => range = (float.PositiveInfinity, float.NegativeInfinity);

        protected override void Add(MetricRow row)
        {
            foreach (var output in row.Prediction) range = (Math.Min(range.Low, output), Math.Max(range.High, output));
        }

        public override void Merge(Metric other)
        {
            ArgumentNullException.ThrowIfNull(other);
            var added = ((Extremes)other).range;
            range = (Math.Min(range.Low, added.Low), Math.Max(range.High, added.High));
        }

        public override void SaveState(BinaryWriter writer)
        {
            writer.Write(2);
            writer.Write((double)range.Low);
            writer.Write((double)range.High);
        }

        public override void RestoreState(BinaryReader reader)
        {
            _ = reader.ReadInt32();
            range = ((float)reader.ReadDouble(), (float)reader.ReadDouble());
        }
    }
}
