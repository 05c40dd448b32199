namespace Fovea.Tests.Training;

/// <summary>When callbacks are called, and how they and a token end training.</summary>
public class CallbackTests
{
    [Fact]
    public void Callbacks_come_in_order_with_the_numbers_of_the_moment()
    {
        var recorder = new Recorder();
        var metrics = new List<double>();
        var checks = new Recorder((text, progress) =>
        {
            if (text.StartsWith("batch", StringComparison.Ordinal)) metrics.Add(progress.Metrics.Single().Value * progress.SamplesSeen);
        });
        Train(2, [recorder, checks], validate: true);
        string[] expected =
        [
            "training of 2 epochs, 3 batches, 20 samples",
            "epoch 1", "batch 1.1, 8 samples", "batch 1.2, 16 samples", "batch 1.3, 20 samples", "end of 1: loss, accuracy, val_loss, val_accuracy",
            "epoch 2", "batch 2.1, 8 samples", "batch 2.2, 16 samples", "batch 2.3, 20 samples", "end of 2: loss, accuracy, val_loss, val_accuracy",
        ];
        Assert.Equal(expected, recorder.Events);
        Assert.Equal(expected, checks.Events);

        // Right answers so far: whole numbers that never fall within an epoch.
        Assert.All(metrics, right => Assert.Equal(Math.Round(right), right, 1e-9));
        Assert.All(metrics.Chunk(3), epoch => Assert.Equal(epoch.Order(), epoch));
    }

    [Fact]
    public void Stopping_in_a_batch_ends_training_after_it()
    {
        var recorder = new Recorder((text, progress) => progress.Stop |= text.StartsWith("batch 2.2", StringComparison.Ordinal));
        var (history, model) = Train(5, [recorder]);
        Assert.Equal(1, history.Epochs);
        Assert.Equal("batch 2.2, 16 samples", recorder.Events[^1]);
        Assert.Equal(5, model.Trainer!.Steps);
    }

    [Theory]
    [InlineData("end of 2")]
    [InlineData("batch 2.3")]
    [InlineData("epoch 2")]
    public void Stopping_elsewhere_ends_training_after_the_epoch(string moment)
    {
        var recorder = new Recorder((text, progress) => progress.Stop |= text.StartsWith(moment, StringComparison.Ordinal));
        var (history, model) = Train(5, [recorder]);
        Assert.Equal(2, history.Epochs);
        Assert.Equal("end of 2: loss, accuracy", recorder.Events[^1]);
        Assert.Equal(6, model.Trainer!.Steps);
    }

    [Fact]
    public void Cancelling_keeps_the_last_whole_batch_and_training_can_go_on()
    {
        using var source = new CancellationTokenSource();
        var (stopped, cancelled) = (Create(), Create());
        stopped.Fit(
            SmallNets.Images(20), batchSize: 8,
            callbacks: [new Recorder((text, progress) => progress.Stop |= text.StartsWith("batch 1.2", StringComparison.Ordinal))]);
        Assert.ThrowsAny<OperationCanceledException>(() => cancelled.Fit(
            SmallNets.Images(20), epochs: 9, batchSize: 8, cancellationToken: source.Token,
            callbacks: [new Recorder((text, _) => { if (text.StartsWith("batch 1.2", StringComparison.Ordinal)) source.Cancel(); })]));
        Assert.Equal(2, cancelled.Trainer!.Steps);
        Assert.Equal(SmallNets.AllBits(stopped), SmallNets.AllBits(cancelled));

        foreach (var model in (Model[])[stopped, cancelled]) model.Fit(SmallNets.Images(20), batchSize: 8);
        Assert.Equal(SmallNets.AllBits(stopped), SmallNets.AllBits(cancelled));
    }

    [Fact]
    public void A_token_that_is_cancelled_already_trains_nothing()
    {
        var model = Create();
        var before = SmallNets.AllBits(model);
        Assert.ThrowsAny<OperationCanceledException>(() => model.Fit(SmallNets.Images(20), cancellationToken: new CancellationToken(canceled: true)));
        Assert.ThrowsAny<OperationCanceledException>(() => model.Evaluate(SmallNets.Images(20), cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal(before, SmallNets.AllBits(model));
    }

    [Fact]
    public void An_error_in_a_callback_reaches_the_caller_and_training_can_go_on()
    {
        var model = Create();
        Assert.Throws<InvalidTimeZoneException>(
            () => model.Fit(SmallNets.Images(20), callbacks: [new Recorder((_, _) => throw new InvalidTimeZoneException())]));
        Assert.Equal(1, model.Fit(SmallNets.Images(20)).Epochs);
    }

    /// <summary>Evaluating within training must not disturb what the epoch has measured.</summary>
    [Fact]
    public void A_callback_may_evaluate_and_predict()
    {
        var (plain, watched) = (Create(), Create());
        var data = SmallNets.Images(20);
        var expected = plain.Fit(data, epochs: 2, batchSize: 8);
        var received = watched.Fit(data, epochs: 2, batchSize: 8, callbacks: [new Recorder((_, progress) => progress.Model.Evaluate(data.Take(5)))]);
        foreach (var name in expected.Names) Assert.Equal(expected[name], received[name]);
        Assert.Equal(SmallNets.AllBits(plain), SmallNets.AllBits(watched));
    }

    private static (History History, Model Model) Train(int epochs, IReadOnlyList<Callback> callbacks, bool validate = false)
    {
        var model = Create();
        return (model.Fit(SmallNets.Images(20), epochs, batchSize: 8, validation: validate ? SmallNets.Images(10) : null, callbacks: callbacks), model);
    }

    private static Sequential Create()
    {
        var model = SmallNets.Convnet();
        model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }
}
