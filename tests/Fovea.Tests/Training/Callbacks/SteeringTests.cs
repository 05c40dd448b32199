using System.Globalization;
using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

/// <summary>Callbacks that steer or log training, driven by given values as Keras' own callbacks would be.</summary>
public class SteeringTests
{
    /// <summary>After which epoch <c>keras.callbacks.EarlyStopping</c> stops, by its rule: wait counts epochs since the best, and stops at patience.</summary>
    [Theory]
    [InlineData("val_loss", 0, 0, "3 2 2.5 1", 3, 2)]
    [InlineData("val_loss", 1, 0, "3 2 2.5 1", 3, 2)]
    [InlineData("val_loss", 2, 0, "3 2 2.5 1 1 1 0", 6, 4)]
    [InlineData("val_loss", 3, 0, "3 2 1", 0, 3)]
    [InlineData("val_accuracy", 2, 0, "0.5 0.6 0.6 0.6 0.7", 4, 2)]
    [InlineData("val_loss", 2, 0.5f, "3 2.8 2.6 2.4 1", 3, 1)]
    [InlineData("val_loss", 2, 0, "NaN NaN 3 NaN NaN", 2, 0)]
    public void Early_stopping_stops_where_Keras_does(string monitor, int patience, float minDelta, string values, int stopped, int best)
    {
        var callback = new EarlyStopping(monitor, minDelta, patience);
        Drive(callback, monitor, values);
        Assert.Equal((stopped, best), (callback.StoppedEpoch, callback.BestEpoch));
    }

    [Fact]
    public void A_baseline_and_a_late_start_are_Keras()
    {
        var baseline = new EarlyStopping("val_loss", patience: 2) { Baseline = 1 };
        Drive(baseline, "val_loss", "3 2.5 2 1.5 1.2");
        Assert.Equal(0, baseline.StoppedEpoch);  // each epoch is better than the one before: Keras returns before it asks how long it waited
        Drive(baseline, "val_loss", "3 2.5 2.6 0.5");
        Assert.Equal(3, baseline.StoppedEpoch);
        var late = new EarlyStopping("val_loss", patience: 1, startFromEpoch: 3);
        Drive(late, "val_loss", "1 2 3 2 2.5");
        Assert.Equal((5, 4), (late.StoppedEpoch, late.BestEpoch));
    }

    [Fact]
    public void The_best_weights_are_restored_at_the_end()
    {
        var (model, data) = (SmallNets.Convnet(), SmallNets.Images(40));
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
        var bits = new List<int[]>();
        var stopping = new EarlyStopping("loss", patience: 1, mode: MonitorMode.Max, restoreBestWeights: true);  // the first epoch has the highest loss
        model.Fit(
            data, epochs: 5,
            callbacks: [new Recorder((text, progress) => { if (text.StartsWith("end", StringComparison.Ordinal)) bits.Add(SmallNets.Bits(progress.Model)); }),
            stopping]);
        Assert.Equal((1, 2, 2), (stopping.BestEpoch, stopping.StoppedEpoch, bits.Count));
        Assert.Equal(bits[0], SmallNets.Bits(model));
    }

    /// <summary>Rates by the rule of <c>keras.callbacks.ReduceLROnPlateau</c>.</summary>
    [Theory]
    [InlineData(2, 0, 0f, "1 1 1 1 1", "1 1 0.5 0.5 0.25")]
    [InlineData(1, 2, 0f, "1 1 1 1 1 1", "1 0.5 0.5 0.25 0.25 0.125")]
    [InlineData(1, 0, 0.3f, "1 1 1 1", "1 0.5 0.3 0.3")]
    [InlineData(2, 0, 0f, "3 2 2 1 1 1", "1 1 1 1 1 0.5")]
    public void The_rate_is_reduced_where_Keras_does(int patience, int cooldown, float minimum, string values, string rates)
    {
        var callback = new ReduceLearningRateOnPlateau("val_loss", 0.5f, patience, minLearningRate: minimum) { Cooldown = cooldown };
        var seen = Drive(callback, "val_loss", values);
        Assert.Equal(rates.Split(' ').Select(rate => float.Parse(rate, CultureInfo.InvariantCulture)), seen);
    }

    [Fact]
    public void A_function_sets_the_rate_before_each_epoch()
    {
        var model = Net();
        var rates = new List<float>();
        model.Fit(
            SmallNets.Images(8), epochs: 3,
            callbacks: [new LearningRateScheduler((epoch, rate) => rate / epoch),
            new Recorder((text, _) => { if (text.StartsWith("batch", StringComparison.Ordinal)) rates.Add((float)model.Optimizer!.LearningRate); })]);
        Assert.Equal([1, 0.5f, 0.5f / 3], rates);
    }

    [Fact]
    public void Rows_are_those_of_the_history()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "log.csv");
        var model = Net();
        var history = model.Fit(SmallNets.Images(8), epochs: 2, callbacks: [new CsvLogger(path)]);
        string Row(int epoch) => string.Create(CultureInfo.InvariantCulture, $"{epoch},{history["loss"][epoch]:R}");
        Assert.Equal($"epoch,loss\n{Row(0)}\n{Row(1)}\n", File.ReadAllText(path));
        model.Fit(SmallNets.Images(8), callbacks: [new CsvLogger(path, append: true)]);
        Assert.Equal(4, File.ReadAllLines(path).Length);
        model.Fit(SmallNets.Images(8), callbacks: [new CsvLogger(path, ';')]);
        Assert.Equal(
            ["epoch;loss", "0;"], File.ReadAllLines(path).Select(line => line[..Math.Min(line.Length, 10)])
            .Select(line => line.StartsWith("0;", StringComparison.Ordinal) ? "0;" : line));
    }

    [Fact]
    public void Training_ends_quietly_where_the_loss_is_not_finite()
    {
        var (model, terminate) = (new Sequential(seed: 1) { new Input(12, 12, 1), new Flatten(), new Dense(1) }, new TerminateOnNaN());
        model.Compile(new Sgd(1), Loss.MeanSquaredError);
        var before = SmallNets.Bits(model);
        var history = model.Fit(SmallNets.Images(20), epochs: 5, batchSize: 4, callbacks: [new LearningRateScheduler((_, _) => 1e30f), terminate]);
        Assert.Equal((true, 0), (terminate.Terminated, history.Epochs));
        Assert.Equal(before, SmallNets.Bits(model));
    }

    [Fact]
    public void Checkpoints_of_every_epoch_and_some_batches_have_their_own_names()
    {
        using var folder = new TemporaryFolder();
        var model = Net();
        var history = model.Fit(SmallNets.Images(12), epochs: 2, batchSize: 4, callbacks:
        [
            new ModelCheckpoint(Path.Combine(folder.Path, "e{epoch:00}-{loss:F3}.keras")) { SaveBestOnly = false },
            new ModelCheckpoint(Path.Combine(folder.Path, "b{epoch}-{batch}.keras")) { EveryBatches = 2 },
        ]);
        Assert.Equal(
            ["b1-2.keras", "b2-2.keras", string.Create(CultureInfo.InvariantCulture, $"e01-{history["loss"][0]:F3}.keras"),
                string.Create(CultureInfo.InvariantCulture, $"e02-{history["loss"][1]:F3}.keras")],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(SmallNets.Bits(model), SmallNets.Bits(Model.Load(Directory.GetFiles(folder.Path, "e02*").Single())));
        var error = Assert.Throws<TrainingException>(
            () => model.Fit(SmallNets.Images(4), callbacks: [new ModelCheckpoint("{wrong}.keras") { SaveBestOnly = false }]));
        Assert.Equal("ModelCheckpoint: expected epoch, batch, loss in the path; received 'wrong'.", error.Message);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Says("EarlyStopping: patience must be at least 0; received -1. (Parameter 'patience')", () => new EarlyStopping(patience: -1));
        Says("EarlyStopping: minDelta must be a finite number of at least 0; received NaN. (Parameter 'minDelta')",
            () => new EarlyStopping(minDelta: float.NaN));
        Says("EarlyStopping: mode must be one of Auto, Min, Max; received 9. (Parameter 'mode')", () => new EarlyStopping(mode: (MonitorMode)9));
        Says("EarlyStopping: startFromEpoch must be at least 0; received -2. (Parameter 'startFromEpoch')", () => new EarlyStopping(startFromEpoch: -2));
        Says("ReduceLearningRateOnPlateau: factor must be above 0 and below 1; received 1. (Parameter 'factor')",
            () => new ReduceLearningRateOnPlateau(factor: 1));
        Says("ReduceLearningRateOnPlateau: patience must be at least 0; received -1. (Parameter 'patience')",
            () => new ReduceLearningRateOnPlateau(patience: -1));
        Says("ReduceLearningRateOnPlateau: minLearningRate must be a finite number of at least 0; received -1. (Parameter 'minLearningRate')",
            () => new ReduceLearningRateOnPlateau(minLearningRate: -1));
        Says("ReduceLearningRateOnPlateau: Cooldown must be at least 0; received -1. (Parameter 'Cooldown')",
            () => new ReduceLearningRateOnPlateau { Cooldown = -1 });
        Says("ModelCheckpoint: EveryBatches must be at least 0; received -1. (Parameter 'EveryBatches')", () => new ModelCheckpoint("x") { EveryBatches = -1 });
        Refuses<ArgumentException>("CsvLogger: expected the path of a file; received none. (Parameter 'path')", () => new CsvLogger(""));
        Refuses<ArgumentException>("BackupAndRestore: expected the path of a file; received none. (Parameter 'path')", () => new BackupAndRestore(""));
        Says("BackupAndRestore: everyBatches must be at least 0; received -1. (Parameter 'everyBatches')", () => new BackupAndRestore("x", -1));
        var error = Assert.Throws<TrainingException>(() => Net().Fit(SmallNets.Images(4), callbacks: [new EarlyStopping()]));
        Assert.Equal("EarlyStopping: expected to watch one of loss; received 'val_loss'. Give Fit validation data.", error.Message);
    }

    private static void Says(string message, Func<object> create) => Refuses<ArgumentOutOfRangeException>(message, create);

    private static void Refuses<T>(string message, Func<object> create)
        where T : ArgumentException =>
        Assert.Equal(message, Assert.Throws<T>(create).Message);

    private static Sequential Net()
    {
        var model = new Sequential(seed: 1) { new Input(12, 12, 1), new Flatten(), new Dense(3, Activation.Softmax) };
        model.Compile(new Sgd(1), Loss.SparseCategoricalCrossentropy);
        Assert.Equal(2, model.Weights.Count);
        return model;
    }

    /// <summary>Gives a callback the values of one epoch after the other, until it stops; the learning rates after each.</summary>
    private static List<float> Drive(Callback callback, string monitor, string values)
    {
        var (model, history, rates) = (Net(), new History(), new List<float>());
        var progress = new TrainingProgress(
            model, history, 99, 1, 1, [], new MeasuredNames([(monitor, monitor.Contains("loss") ? MonitorMode.Min : MonitorMode.Max)], true));
        callback.OnTrainingBegin(progress);
        foreach (var value in values.Split(' '))
        {
            progress.Epoch++;
            history.Add(monitor, double.Parse(value, CultureInfo.InvariantCulture));
            callback.OnEpochEnd(progress);
            rates.Add((float)model.Optimizer!.LearningRate);
            if (progress.Stop) break;
        }

        return rates;
    }
}
