using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

/// <summary>However a training ends, the callbacks that have begun are ended, and what ended it is not hidden.</summary>
public sealed class CallbackListTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_cancelled_training_ends_its_callbacks_and_restores_the_best_weights()
    {
        using var source = new CancellationTokenSource();
        var (model, watcher) = (Net(), new Watcher());
        var stopping = new EarlyStopping("loss", patience: 9, mode: MonitorMode.Max, restoreBestWeights: true);  // the first epoch has the highest loss
        int[]? first = null;
        using var board = new TensorBoard(Path.Combine(folder.Path, "logs"));
        var recorder = new Recorder((text, progress) =>
        {
            if (text.StartsWith("end of 1", StringComparison.Ordinal)) first = SmallNets.Bits(model);
            if (progress is { Epoch: 3, Batch: 2 }) source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(
            () => model.Fit(SmallNets.Images(40), epochs: 9, batchSize: 8, callbacks: [stopping, board, recorder, watcher], cancellationToken: source.Token));
        Assert.Equal(first, SmallNets.Bits(model));
        Assert.Equal(1, watcher.Ended);
        Assert.IsType<OperationCanceledException>(watcher.Failure);
        Assert.Throws<InvalidOperationException>(() => board.Writer);  // the files are closed
    }

    [Fact]
    public void Averages_become_the_weights_after_a_cancellation_too()
    {
        using var source = new CancellationTokenSource();
        var model = Net(new Sgd(0.5f) { UseEma = true });
        var recorder = new Recorder((text, progress) => { if (progress is { Epoch: 2, Batch: 1 }) source.Cancel(); });
        Assert.Throws<OperationCanceledException>(
            () => model.Fit(SmallNets.Images(16), epochs: 9, batchSize: 8, callbacks: [recorder], cancellationToken: source.Token));
        foreach (var weight in model.Trainer!.Weights) Assert.Equal(weight.Average!.Values.ToArray(), weight.Variable.Values.ToArray());

        // A training that does nothing leaves weights that were written since alone.
        model.Weights[0].Write(new float[model.Weights[0].Shape.Count]);
        model.Fit(SmallNets.Images(16), epochs: 0);
        Assert.All(model.Weights[0].Values.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void An_error_of_one_callback_ends_the_others()
    {
        foreach (var place in (string[])["begin", "epoch", "batch", "end of epoch"])
        {
            var (before, after) = (new Watcher(), new Watcher());
            var error = Assert.Throws<NotImplementedException>(
                () => Net().Fit(SmallNets.Images(16), epochs: 2, batchSize: 8, callbacks: [before, new Faulty(place), after]));
            Assert.Equal(place, error.Message);
            Assert.Equal((1, place == "begin" ? 0 : 1), (before.Ended, after.Ended));
            Assert.Same(error, before.Failure);
        }
    }

    [Fact]
    public void An_error_at_the_end_is_thrown_after_all_have_ended_and_hides_nothing()
    {
        var after = new Watcher();
        Assert.Equal("end", Assert.Throws<NotImplementedException>(() => Net().Fit(SmallNets.Images(16), callbacks: [new Faulty("end"), after])).Message);
        Assert.Equal((1, null), (after.Ended, after.Failure));

        var faulty = Assert.Throws<NotImplementedException>(() => Net().Fit(SmallNets.Images(16), callbacks: [new Faulty("end"), new Faulty("batch"), after]));
        Assert.Equal("batch", faulty.Message);
        Assert.Equal(2, after.Ended);
    }

    [Fact]
    public void A_backup_stays_where_training_failed()
    {
        var path = Path.Combine(folder.Path, "training.backup");
        Assert.Throws<NotImplementedException>(
            () => Net()
            .Fit(SmallNets.Images(16), epochs: 2,
            callbacks: [new BackupAndRestore(path),
            new Recorder((text, progress) => { if (progress is { Epoch: 2, Batch: 1 }) throw new NotImplementedException(); })]));
        Assert.True(File.Exists(path));
        Net().Fit(SmallNets.Images(16), epochs: 2, callbacks: [new BackupAndRestore(path)]);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_callback_serves_one_training_at_a_time()
    {
        var (outer, shared) = (Net(), new Watcher());
        InvalidOperationException? error = null;
        outer.Fit(SmallNets.Images(8), callbacks: [shared, new Recorder((text, progress) =>
        {
            if (text.StartsWith("batch", StringComparison.Ordinal))
                error = Assert.Throws<InvalidOperationException>(() => Net().Fit(SmallNets.Images(8), callbacks: [shared]));
        })]);
        Assert.StartsWith(
            "Watcher: the callback serves the training of 'sequential' and another one at once; make one for each.", error!.Message, StringComparison.Ordinal);
        outer.Fit(SmallNets.Images(8), callbacks: [shared]);
        Assert.Equal(2, shared.Ended);
    }

    /// <summary>Before an hour of training, not after it: what cannot be written is said when training begins.</summary>
    [Fact]
    public void A_place_that_cannot_be_written_is_refused_before_the_first_epoch()
    {
        var file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        var within = Path.Combine(file, "model.keras");
        var longName = Path.Combine(folder.Path, new string('n', 300) + ".keras");
        foreach (var callback in (Callback[])
            [
                new ModelCheckpoint(within, "loss"), new ModelCheckpoint(longName, "loss"), new ModelCheckpoint(folder.Path, "loss"),
                    new BackupAndRestore(within), new BackupAndRestore(longName),
                new CsvLogger(within), new CsvLogger(Path.Combine(folder.Path, "missing", "log.csv")), new TensorBoard(within),
            ])
        {
            var recorder = new Recorder();
            Assert.ThrowsAny<IOException>(() => Net().Fit(SmallNets.Images(8), callbacks: [recorder, callback]));
            Assert.DoesNotContain(recorder.Events, text => text.StartsWith("batch", StringComparison.Ordinal));
        }

        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    /// <summary>As Keras' callbacks do.</summary>
    [Fact]
    public void Folders_that_are_missing_are_made()
    {
        var (model, logs) = (Path.Combine(folder.Path, "a", "b", "{epoch}", "best.keras"), Path.Combine(folder.Path, "c", "logs"));
        using var board = new TensorBoard(logs);
        Net().Fit(
            SmallNets.Images(8), epochs: 2,
            callbacks: [new ModelCheckpoint(model, "loss") { SaveBestOnly = false }, new BackupAndRestore(Path.Combine(folder.Path, "d", "x.backup")), board]);
        Assert.True(
            File.Exists(model.Replace("{epoch}", "1", StringComparison.Ordinal)) && File.Exists(model.Replace("{epoch}", "2", StringComparison.Ordinal)));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(logs, "train")));
    }

    [Fact]
    public void A_layer_that_cannot_be_saved_is_said_before_the_first_epoch()
    {
        var model = new Sequential { new Input(12, 12, 1), new Lambda(x => 2f * x), new Flatten(), new Dense(3, Activation.Softmax) };
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
        var recorder = new Recorder();
        Assert.Throws<NotSupportedException>(
            () => model.Fit(SmallNets.Images(8), callbacks: [recorder, new ModelCheckpoint(Path.Combine(folder.Path, "x.keras"), "loss")]));
        Assert.DoesNotContain(recorder.Events, text => text.StartsWith("batch", StringComparison.Ordinal));
    }

    private static Sequential Net(Optimizer? optimizer = null)
    {
        var model = new Sequential(seed: 4) { new Input(12, 12, 1), new Flatten(), new Dense(3, Activation.Softmax) };
        model.Compile(optimizer ?? new Sgd(0.1f), Loss.SparseCategoricalCrossentropy);
        _ = model.Weights;
        return model;
    }

    private sealed class Watcher : Callback
    {
        public int Ended { get; private set; }

        public Exception? Failure { get; private set; }

        public override void OnTrainingEnd(TrainingProgress progress) => (Ended, Failure) = (Ended + 1, progress.Failure);
    }

    private sealed class Faulty(string place) : Callback
    {
        public override void OnTrainingBegin(TrainingProgress progress) => FailAt("begin");

        public override void OnEpochBegin(TrainingProgress progress) => FailAt("epoch");

        public override void OnBatchEnd(TrainingProgress progress) => FailAt("batch");

        public override void OnEpochEnd(TrainingProgress progress) => FailAt("end of epoch");

        public override void OnTrainingEnd(TrainingProgress progress) => FailAt("end");

        private void FailAt(string here)
        {
            if (here == place) throw new NotImplementedException(here);
        }
    }
}
