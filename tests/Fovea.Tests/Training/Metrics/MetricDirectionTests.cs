using System.Globalization;

namespace Fovea.Tests.Training;

/// <summary>Each metric knows whether lower or higher values are better, and callbacks that watch it use that.</summary>
public class MetricDirectionTests
{
    /// <summary>What shrinks when a model becomes better, by what the measures mean: losses, errors, divergences and counts of faults.</summary>
    private static readonly HashSet<string> Minimized =
    [
        "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "Hinge", "KLDivergence", "LogCoshError", "MeanAbsoluteError",
            "MeanAbsolutePercentageError",
        "MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson", "SparseCategoricalCrossentropy", "SquaredHinge", "RootMeanSquaredError", "FalseNegatives",
            "FalsePositives",
    ];

    public static TheoryData<string> Metrics => [.. MetricCatalog.Known.ClassNames];

    public static TheoryData<string> Losses => [.. LossCatalog.Known.ClassNames];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Every_metric_that_files_know_has_its_direction(string name)
    {
        var metric = MetricCatalog.Known.Read(name, MetricTests.Settings(name), null, "metric");
        Assert.Equal(Minimized.Contains(name) ? MonitorMode.Min : MonitorMode.Max, metric.Direction);
        Assert.Equal(metric.Direction, metric.Fresh().Direction);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_as_a_metric_is_best_where_it_is_lowest(string name) =>
        Assert.Equal(name == "CosineSimilarity" ? MonitorMode.Max : MonitorMode.Min, new LossMetric(LossCatalog.Known.Read(name, [], null, "loss")).Direction);

    [Fact]
    public void Accuracy_and_a_custom_loss_have_theirs()
    {
        Assert.Equal(MonitorMode.Max, new Accuracy().Direction);
        Assert.Equal(MonitorMode.Min, new LossMetric(Loss.From((expected, predicted) => predicted - expected)).Direction);
        Assert.Equal(MonitorMode.Auto, new Mine().Direction);
    }

    /// <summary>The cross-entropies 0.6994, 0.6921, 0.6846 become better: nothing is stopped, and the last epoch is the best (keras#18798).</summary>
    [Theory]
    [InlineData("binary_crossentropy")]
    [InlineData("val_binary_crossentropy")]
    [InlineData("false_positives")]
    public void A_metric_to_minimize_is_not_maximized(string monitor)
    {
        var (stopping, checkpoint) =
            (new EarlyStopping(monitor, patience: 2, restoreBestWeights: true), new ModelCheckpoint(Path.Combine(Path.GetTempPath(), "never.keras"), monitor));
        var progress = Begin(stopping, monitor);
        foreach (var value in (double[])[0.6994, 0.6921, 0.6846]) Epoch(stopping, progress, monitor, value);
        Assert.Equal((3, false), (stopping.BestEpoch, progress.Stop));
        Begin(checkpoint, monitor);
        Assert.Equal(double.PositiveInfinity, checkpoint.BestValue);
    }

    /// <summary>Names of outputs come before those of metrics; the direction is that of the metric.</summary>
    [Fact]
    public void Names_with_prefixes_have_the_direction_of_their_metric()
    {
        var input = new Input(4).Output;
        var model = new Model([input], [new Dense(2) { Name = "loss_of_weight" }.Call(input), new Dense(1) { Name = "error" }.Call(input)]);
        model.Compile(
            new Sgd(), new Objective("loss_of_weight", Loss.MeanSquaredError, new R2Score()),
            new Objective("error", Loss.MeanSquaredError, new LossMetric(new MeanAbsoluteError())));
        var measured = MeasuredNames.Of(model.Trainer!.Objectives, hasValidation: true);
        Assert.Equal(
            [
                ("loss", MonitorMode.Min), ("loss_of_weight_loss", MonitorMode.Min), ("error_loss", MonitorMode.Min),
                    ("loss_of_weight_r2_score", MonitorMode.Max), ("error_mean_absolute_error", MonitorMode.Min),
                ("val_loss", MonitorMode.Min), ("val_loss_of_weight_loss", MonitorMode.Min), ("val_error_loss", MonitorMode.Min),
                    ("val_loss_of_weight_r2_score", MonitorMode.Max), ("val_error_mean_absolute_error", MonitorMode.Min),
            ],
            measured.Names.Select(name => (name, measured.DirectionOf(name)!.Value)));
    }

    /// <summary>A metric that does not say needs a mode; and a name that is not measured is refused before the first epoch.</summary>
    [Fact]
    public void What_cannot_be_watched_is_refused_before_the_first_epoch()
    {
        var model = new Sequential { new Input(12, 12, 1), new Flatten(), new Dense(3, Activation.Softmax) };
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy, new Mine(), new Accuracy());
        var data = SmallNets.Images(8);
        foreach (var callback in (Callback[])[new EarlyStopping("mine"), new ReduceLearningRateOnPlateau("mine"), new ModelCheckpoint("x.keras", "mine")])
        {
            Refused($"{callback.GetType().Name}: it is not known whether lower or higher values of 'mine' are better; give the mode, MonitorMode.Min "
                + "or MonitorMode.Max, or override the metric's Direction.", callback, null);
        }

        foreach (var callback in (Callback[])[new EarlyStopping("val_acc"), new ReduceLearningRateOnPlateau("val_acc"),
            new ModelCheckpoint("x.keras", "val_acc")])
        {
            var names = "loss, mine, accuracy";
            Refused($"{callback.GetType().Name}: expected to watch one of {names}; received 'val_acc'. Give Fit validation data.", callback, null);
            Refused($"{callback.GetType().Name}: expected to watch one of {names}, val_loss, val_mine, val_accuracy; received 'val_acc'.", callback, data);
        }

        model.Fit(data, callbacks: [new EarlyStopping("mine", mode: MonitorMode.Max)]);

        void Refused(string message, Callback callback, Dataset? validation)
        {
            var epochs = 0;
            var recorder = new Recorder((_, progress) => epochs = Math.Max(epochs, progress.Epoch));
            Assert.Equal(message, Assert.Throws<TrainingException>(() => model.Fit(data, validation: validation, callbacks: [recorder, callback])).Message);
            Assert.Equal(0, epochs);
        }
    }

    /// <summary>Messages are the same in every culture.</summary>
    [Fact]
    public void Messages_are_of_no_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign) = (",", "minus ");
        CultureInfo.CurrentCulture = other;
        try
        {
            Assert.StartsWith(
                "EarlyStopping: minDelta must be a finite number of at least 0; received -0.5.",
                Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(minDelta: -0.5f)).Message, StringComparison.Ordinal);
            Assert.StartsWith(
                "ReduceLearningRateOnPlateau: factor must be above 0 and below 1; received 1.5.",
                Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceLearningRateOnPlateau(factor: 1.5f)).Message, StringComparison.Ordinal);
            Assert.Contains(
                "received -1.5.", Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceLearningRateOnPlateau(minLearningRate: -1.5f))
                .Message, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static TrainingProgress Begin(Callback callback, string monitor)
    {
        Metric[] metrics = [new LossMetric(new BinaryCrossentropy()), new FalsePositives()];
        var model = new Sequential(seed: 1) { new Input(2), new Dense(1, Activation.Sigmoid) };
        model.Compile(new Sgd(), Loss.BinaryCrossentropy, metrics);
        var progress = new TrainingProgress(
            model, new History(), 9, 1, 1, metrics, MeasuredNames.Of(model.Trainer!.Objectives, monitor.StartsWith("val_", StringComparison.Ordinal)));
        callback.OnTrainingBegin(progress);
        return progress;
    }

    private static void Epoch(Callback callback, TrainingProgress progress, string monitor, double value)
    {
        progress.Epoch++;
        progress.History.Add(monitor, value);
        callback.OnEpochEnd(progress);
    }

    private sealed class Mine : RowMean
    {
        public override string Name => "mine";

        protected override double Of(MetricRow row) => 1;
    }
}
