using System.Diagnostics;
using System.Text.RegularExpressions;
using Fovea.Tests.Data;
using Fovea.Tests.Progress;
using Fovea.Tests.Training;

namespace Fovea.Tests.Diagnostics;

/// <summary>What the meter and the activity source "Fovea" tell those who listen, and that they cost nothing otherwise.</summary>
[Collection(AloneCollection.Name)]
public partial class TelemetryTests
{
    [Fact]
    public void A_prediction_is_measured_and_traced()
    {
        var model = Named("measured-prediction");
        using var measured = new Measurements(model.Name);
        model.Predict(new Tensor([5, 12, 12, 1], new float[5 * 144]), batchSize: 2);
        model.Predict(new float[3 * 144], new float[3 * 3]);
        model.Predict(SmallNets.Images(7), batchSize: 4);
        Assert.Equal([5, 3, 7], measured.Of("fovea.prediction.samples"));
        Assert.Equal(3, measured.Of("fovea.prediction.duration").Length);
        Assert.All(measured.Of("fovea.prediction.duration"), seconds => Assert.InRange(seconds, 1e-7, 60));
        Assert.Equal(["fovea.predict", "fovea.predict", "fovea.predict"], measured.Activities.Select(activity => activity.OperationName));
        Assert.Equal([5L, 3L, 7L], measured.Activities.Select(activity => activity.GetTagItem("fovea.samples")));
        Assert.Equal([2L, 3L, 4L], measured.Activities.Select(activity => activity.GetTagItem("fovea.batch_size")));
    }

    [Fact]
    public void A_prediction_without_a_trace_is_measured_all_the_same()
    {
        var model = Named("measured-row");
        using var measured = new Measurements(model.Name);
        var (traced, untraced) = (new float[3], new float[3]);
        model.Predict(new float[144], traced, trace: true);
        model.Predict(new float[144], untraced, trace: false);
        Assert.Equal(traced, untraced);
        Assert.Equal([1, 1], measured.Of("fovea.prediction.samples"));
        Assert.Equal(2, measured.Of("fovea.prediction.duration").Length);
        Assert.Single(measured.Activities);
    }

    [Fact]
    public void A_training_is_measured_and_its_epochs_and_validations_are_spans_within_it()
    {
        var model = Named("measured-training");
        using var measured = new Measurements(model.Name);
        var history = model.Fit(SmallNets.Images(20), epochs: 2, batchSize: 8, validation: SmallNets.Images(10));
        Assert.Equal([8, 8, 4, 8, 8, 4], measured.Of("fovea.training.samples"));
        Assert.Equal(6, measured.Of("fovea.training.step.duration").Length);
        Assert.Equal(6, measured.Of("fovea.training.loss").Length);
        Assert.Equal([1, 1], measured.Of("fovea.training.epochs"));
        Assert.All(measured.Of("fovea.training.data_wait"), seconds => Assert.InRange(seconds, 0, 60));
        Assert.Equal(2, measured.Of("fovea.evaluation.duration").Length);
        var last = measured.Values.Where(entry => entry.Name == "fovea.training.metric").TakeLast(4);
        Assert.Equal(
            ["loss", "accuracy", "val_loss", "val_accuracy"], last.Select(entry => entry.Tags["fovea.metric.name"]));
        Assert.Equal(history.Names.Select(name => history[name][^1]), last.Select(entry => entry.Value));

        Assert.Equal(
            ["fovea.evaluate", "fovea.epoch", "fovea.evaluate", "fovea.epoch", "fovea.fit"], measured.Activities.Select(activity => activity.OperationName));
        var fit = measured.Activities[^1];
        Assert.All(measured.Activities[..^1], activity => Assert.Equal(fit.TraceId, activity.TraceId));
        Assert.Equal(fit.SpanId, measured.Activities[3].ParentSpanId);
        Assert.Equal(measured.Activities[3].SpanId, measured.Activities[2].ParentSpanId);
        Assert.Equal([8L, 2L], [fit.GetTagItem("fovea.batch_size"), fit.GetTagItem("fovea.epochs")]);
    }

    [Fact]
    public void Computing_exchanging_and_waiting_are_measured_in_a_training_of_several_processes()
    {
        const string Name = "measured-shards";
        using var measured = new Measurements(Name);
        ThreadGroup.Run(2, group =>
        {
            var model = Named(Name);
            model.Distribution = new DataParallel(2, group);
            return model.Fit(SmallNets.Images(20), epochs: 1, batchSize: 8, verbose: 0);
        });
        foreach (var name in (string[])["fovea.training.compute", "fovea.training.exchange", "fovea.training.exchange_wait"])
        {
            Assert.Equal(6, measured.Of(name).Length);
            Assert.All(measured.Of(name), seconds => Assert.InRange(seconds, 1e-7, 60));
        }
    }

    [Fact]
    public void A_file_is_a_span_with_its_format()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.keras");
        var model = Named("measured-file");
        using var measured = new Measurements(model.Name);
        model.Save(path);
        Model.Load(path);
        model.LoadWeights(path);
        Assert.Equal(["fovea.save", "fovea.load", "fovea.load_weights"], measured.Activities.Select(activity => activity.OperationName));
        Assert.All(measured.Activities, activity => Assert.Equal(path, activity.GetTagItem("file.path")));
        Assert.Equal("Keras 3 (.keras)", measured.Activities[1].GetTagItem("fovea.file.format"));
    }

    [Fact]
    public void An_operation_that_fails_has_the_error()
    {
        var model = Named("measured-failure");
        using var measured = new Measurements(model.Name);
        Assert.ThrowsAny<OperationCanceledException>(
            () => model.Predict(new Tensor([5, 12, 12, 1], new float[5 * 144]), cancellationToken: new CancellationToken(true)));
        Assert.ThrowsAny<OperationCanceledException>(() => model.Fit(new CancellingDataset(100), cancellationToken: new CancellationToken(true)));
        Assert.Equal(["fovea.predict", "fovea.epoch", "fovea.fit"], measured.Activities.Select(activity => activity.OperationName));
        Assert.All(measured.Activities, activity =>
        {
            Assert.Equal(ActivityStatusCode.Error, activity.Status);
            Assert.Equal("System.OperationCanceledException", activity.GetTagItem("error.type"));
            Assert.Equal("exception", activity.Events.Single().Name);
        });
        var (_, _, tags) = measured.Values.Single(entry => entry.Name == "fovea.prediction.duration");
        Assert.Equal("System.OperationCanceledException", tags["error.type"]);
    }

    [Fact]
    public void Names_and_units_follow_the_conventions_of_OpenTelemetry()
    {
        using var measured = new Measurements("none");
        Assert.Equal(13, measured.Instruments.Count);
        Assert.All(measured.Instruments, instrument =>
        {
            Assert.Matches(InstrumentName(), instrument.Name);
            Assert.Matches(@"^(s|1|\{[a-z]+\})$", instrument.Unit);
            Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_prediction_of_one_batch_allocates_nothing(bool isListening)
    {
        var model = Named("measured-allocation");
        using var listener = isListening ? CountingListener() : null;
        var (inputs, outputs) = (new float[144], new float[3]);
        var windows = new long[5];
        for (var window = 0; window < windows.Length; window++)
        {
            for (var i = 0; i <= 50; i++)
            {
                model.Predict(inputs, outputs);
                if (i == 0) windows[window] = -GC.GetAllocatedBytesForCurrentThread();
            }

            windows[window] += GC.GetAllocatedBytesForCurrentThread();
        }

        Assert.Equal(0, windows.Min());
    }

    /// <summary>What a tensor's prediction allocates, its result and its lists, does not grow with the progress line and the instruments.</summary>
    [Fact]
    public void A_prediction_of_a_tensor_looks_at_no_console()
    {
        var terminal = TestTerminal.Use();
        var model = Named("quiet");
        model.Predict(new Tensor([1, 12, 12, 1], new float[144]));
        model.Predict(new Tensor([200, 12, 12, 1], new float[200 * 144]));
        Assert.Equal(0, terminal.Readings);
        model.Predict(new Tensor([2, 12, 12, 1], new float[2 * 144]), batchSize: 1);
        Assert.NotEqual(0, terminal.Readings);
        Assert.Equal("", terminal.Screen);
    }

    private static System.Diagnostics.Metrics.MeterListener CountingListener()
    {
        var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Fovea") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => { });
        listener.Start();
        return listener;
    }

    private static Model Named(string name)
    {
        var model = SmallNets.Create("convnet");
        model.Name = name;
        return model;
    }

    [GeneratedRegex(@"^fovea(\.[a-z]+(_[a-z]+)*)+$")]
    private static partial Regex InstrumentName();
}
