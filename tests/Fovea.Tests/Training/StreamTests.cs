using System.Runtime.CompilerServices;
using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

/// <summary>Samples that come one after the other, are read in the background and are not kept.</summary>
public sealed class StreamTests : IDisposable
{
    private static readonly ArrayDataset Images = SmallNets.Images(40);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_finite_stream_is_enumerated_in_each_epoch_and_trains_as_the_same_samples_by_index()
    {
        var source = new Source(40);
        Model indexed = SmallNets.Create("convnet"), streamed = SmallNets.Create("convnet");
        var expected = indexed.Fit(Images, epochs: 3, batchSize: 16, validation: Images, shuffle: false);
        var recorder = new Recorder();
        var history = streamed.Fit(
            Dataset.From(source), epochs: 3, batchSize: 16, validation: Dataset.From(source), shuffle: false, callbacks: [recorder]);
        Assert.Equal(SmallNets.AllBits(indexed), SmallNets.AllBits(streamed));
        foreach (var name in expected.Names) Assert.Equal(expected[name], history[name]);
        Assert.Equal((6, 6), (source.Opened, source.Disposed));
        Assert.Equal(new int?[] { null, 3, 3 }, recorder.Batches);
    }

    [Fact]
    public void Steps_per_epoch_take_an_endless_stream_on_from_epoch_to_epoch()
    {
        var source = new Source(int.MaxValue);
        Model indexed = SmallNets.Create("convnet"), streamed = SmallNets.Create("convnet");
        var recorder = new Recorder();
        streamed.Fit(Dataset.From(source), epochs: 4, batchSize: 10, stepsPerEpoch: 2, callbacks: [recorder]);
        indexed.Fit(Images, epochs: 2, batchSize: 10, shuffle: false);
        Assert.Equal(SmallNets.AllBits(indexed), SmallNets.AllBits(streamed));
        Assert.Equal((1, 1), (source.Opened, source.Disposed));
        Assert.Equal(new int?[] { 2, 2, 2, 2 }, recorder.Batches);
        Assert.InRange(source.Given, 80, 80 + (5 * 10));  // a few batches in advance, no more
    }

    /// <summary>An epoch of samples by index is also a number of steps; passes and their orders follow each other.</summary>
    [Fact]
    public void Steps_per_epoch_divide_the_passes_over_samples_by_index()
    {
        Model whole = SmallNets.Create("convnet"), steps = SmallNets.Create("convnet");
        whole.Fit(Images, epochs: 4, batchSize: 16);
        var history = steps.Fit(Images, epochs: 6, batchSize: 16, stepsPerEpoch: 2);
        Assert.Equal(6, history.Epochs);
        Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(steps));
    }

    [Fact]
    public void A_stream_that_runs_dry_within_an_epoch_says_so()
    {
        var model = SmallNets.Create("convnet");
        Assert.Equal(
            "The stream ended after batch 4 of 5 in epoch 1. Give fewer stepsPerEpoch, leave them out to read the whole stream in each epoch, or let "
                + "the stream "
                + "begin again with Repeat().",
            Assert.Throws<TrainingException>(() => model.Fit(Dataset.From(new Source(40)), batchSize: 10, stepsPerEpoch: 5)).Message);
        Assert.Equal(2, model.Fit(Dataset.From(new Source(40)), epochs: 2, batchSize: 10, stepsPerEpoch: 4).Epochs);
        Assert.Equal(2, model.Fit(Dataset.From(new Source(15)).Repeat(), epochs: 2, batchSize: 10, stepsPerEpoch: 5).Epochs);
        Assert.Equal(
            "The stream gave no sample in epoch 2: it cannot be read again from its beginning. Cache() keeps its samples in memory.",
            Assert.Throws<TrainingException>(() => model.Fit(Dataset.From(Once(new Source(40))), epochs: 2, batchSize: 10)).Message);
        Assert.Equal(
            "Dataset: expected at least one sample; the stream is empty.",
            Assert.Throws<InvalidOperationException>(() => model.Fit(Dataset.From(new Source(0)))).Message);
    }

    [Fact]
    public void Validation_steps_shorten_the_validation()
    {
        Model first = SmallNets.Create("convnet"), second = SmallNets.Create("convnet");
        var expected = first.Fit(Images, batchSize: 10, validation: Images.Take(20));
        var history = second.Fit(Images, batchSize: 10, validation: Dataset.From(new Source(int.MaxValue)), validationSteps: 2);
        Assert.Equal(expected["val_loss"], history["val_loss"]);
        Assert.Equal(expected["val_loss"], SmallNets.Create("convnet").Fit(Images, batchSize: 10, validation: Images, validationSteps: 2)["val_loss"]);
        Assert.Equal(
            "Fit: expected validation data for validationSteps; received none. (Parameter 'validationSteps')",
            Assert.Throws<ArgumentException>(() => first.Fit(Images, validationSteps: 2)).Message);
        Assert.Equal(
            "Fit: stepsPerEpoch must be at least 1; received 0. (Parameter 'stepsPerEpoch')",
            Assert.Throws<ArgumentOutOfRangeException>(() => first.Fit(Images, stepsPerEpoch: 0)).Message);
    }

    [Fact]
    public void An_asynchronous_stream_trains_evaluates_and_predicts()
    {
        Model indexed = SmallNets.Create("convnet"), streamed = SmallNets.Create("convnet");
        var data = Dataset.From(Asynchronous(40));
        indexed.Fit(Images, epochs: 2, batchSize: 16, shuffle: false);
        streamed.Fit(data, epochs: 2, batchSize: 16);
        Assert.Equal(SmallNets.AllBits(indexed), SmallNets.AllBits(streamed));
        Assert.Equal(indexed.Evaluate(Images).Loss, streamed.Evaluate(data).Loss);
        Assert.Equal(indexed.Predict(Images).Values, streamed.Predict(data).Values);
        Assert.Equal(40, data.Cache().Count);
    }

    [Fact]
    public void An_error_of_the_stream_comes_after_the_batches_before_it_and_keeps_its_cause()
    {
        var (model, source) = (SmallNets.Create("convnet"), new Source(40) { FailsAt = 25 });
        var error = Assert.Throws<TrainingException>(() => model.Fit(Dataset.From(source), batchSize: 10));
        Assert.Equal("Sample 25 is damaged.", error.Message);
        Assert.IsType<NotSupportedException>(error.InnerException);
        Assert.Equal(2, model.Trainer!.Steps);
        Assert.Equal(source.Opened, source.Disposed);
    }

    [Fact]
    public void A_cancellation_ends_the_enumerator()
    {
        using var cancellation = new CancellationTokenSource();
        var (model, source) = (SmallNets.Create("convnet"), new Source(int.MaxValue));
        var stop = new LambdaCallback(_ => cancellation.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(
            () => model.Fit(Dataset.From(source), batchSize: 10, stepsPerEpoch: 100, callbacks: [stop], cancellationToken: cancellation.Token));
        Assert.Equal((1, 1), (source.Opened, source.Disposed));
    }

    [Fact]
    public void A_cancellation_wakes_an_asynchronous_stream_that_waits()
    {
        using var cancellation = new CancellationTokenSource();
        var (model, ended) = (SmallNets.Create("convnet"), false);
        var data = Dataset.From(Waiting());
        Assert.ThrowsAny<OperationCanceledException>(() => model.Fit(data, batchSize: 10, cancellationToken: cancellation.Token));
        Assert.True(ended);

        async IAsyncEnumerable<(Tensor, Tensor)> Waiting([EnumeratorCancellation] CancellationToken token = default)
        {
            try
            {
                yield return (Images[0].Input, Images[0].Target);
                cancellation.CancelAfter(20);
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                ended = true;
            }
        }
    }

    [Fact]
    public void An_enumerator_is_disposed_also_where_the_data_do_not_fit()
    {
        var source = new Source(40);
        var other = new Sequential("net") { new Input(3), new Dense(1) };
        other.Compile(new Sgd(), Loss.MeanSquaredError);
        Assert.Equal(
            "net: expected inputs (None, 3); the data set has (None, 12, 12, 1).",
                Assert.Throws<ShapeException>(() => other.Fit(Dataset.From(source))).Message);
        Assert.Equal((1, 1), (source.Opened, source.Disposed));
        foreach (var _ in Dataset.From(source).Batches(10)) break;
        Assert.Equal((2, 2), (source.Opened, source.Disposed));
    }

    [Fact]
    public void Batches_of_a_generator_are_divided_into_samples()
    {
        var batches = Images.Batches(15).Select(batch => (batch.Input, batch.Target));
        Model indexed = SmallNets.Create("convnet"), streamed = SmallNets.Create("convnet");
        indexed.Fit(Images, batchSize: 8, shuffle: false);
        streamed.Fit(Dataset.FromBatches(batches), batchSize: 8);
        Assert.Equal(SmallNets.AllBits(indexed), SmallNets.AllBits(streamed));
        Assert.Equal(
            "convnet: expected inputs (None, 12, 12, 1); the data set has (None, 15, 12, 12, 1). Its elements look like batches: Dataset.FromBatches makes "
                + "samples of them.",
            Assert.Throws<ShapeException>(() => streamed.Fit(Dataset.From(batches))).Message);
    }

    [Fact]
    public void Streams_compose_and_stay_streams()
    {
        var data = Dataset.From(new Source(40)).Select((x, y) => (x, y)).Where((x, y) => (float)y > 0).Skip(3).Take(8).OneHot(3);
        Assert.True(data.IsStream);
        Assert.Equal(Images.Where((x, y) => (float)y > 0).Skip(3).Take(8).OneHot(3).Select(sample => sample.Target.Values), data.Select(s => s.Target.Values));
        Assert.Equal(80, Dataset.From(new Source(40)).Concat(Images).Cache().Count);
        Assert.Equal(5, Dataset.From(new Source(40)).Zip(Dataset.From(new Source(5))).Cache().Count);
        var zipped = Dataset.From(new Source(2), ["a", "b", "c"]).WithClassWeights(2, 3, 1).Zip(DatasetSamplesTests.Numbers(2).WithSampleWeights([5, 7]));
        Assert.Equal([10f, 21], zipped.Select(sample => (float)sample.Weights!));
        Assert.Equal(["a", "b", "c"], zipped.ClassNames);
        Assert.Equal([2f, 3, 1], Dataset.From(new Source(3)).WithClassWeights(2, 3, 1).Select(sample => (float)sample.Weights!));
        Assert.Equal(["a", "b", "c"], Dataset.From(new Source(3), ["a", "b", "c"]).Take(2).Where(_ => true).ClassNames);
        Assert.Equal(
            "Dataset: expected the input (12, 12, 1) of every sample; sample 2 has (144).",
            Assert.Throws<InvalidDataException>(() => Dataset.From(new Source(3) { FlatAt = 2 }).Batches(3).ToList()).Message);
    }

    [Fact]
    public void What_needs_an_index_is_refused()
    {
        var data = Dataset.From(new Source(40));
        const string Rest = ": expected samples with an index; the data set is a stream. Cache() reads a stream into memory, Take(count) shortens one.";
        foreach (var (operation, action) in new (string, Action)[]
        {
            ("Indexing", () => _ = data[0]), ("A range", () => _ = data[..2]), ("Split", () => data.Split(0.5)),
            ("Subset", () => data.Subset(1)), ("WithSampleWeights", () => data.WithSampleWeights([1])),
                ("Batches with shuffle: true", () => data.Batches(1, true)),
        }) Assert.Equal(operation + Rest, Assert.Throws<InvalidOperationException>(action).Message);
        Assert.Equal(
            "Dataset: the number of samples of a stream is not known. Cache() reads a stream into memory; Fit takes stepsPerEpoch.",
            Assert.Throws<InvalidOperationException>(() => data.Count).Message);
    }

    [Fact]
    public void All_that_reads_data_reads_streams_and_disposes_the_enumerator()
    {
        var (source, model) = (new Source(40), SmallNets.Create("convnet"));
        var data = Dataset.From(source);
        Assert.Equal(ConfusionMatrix.Of(model, Images).ToString(), ConfusionMatrix.Of(model, data).ToString());
        Normalization indexed = new(), streamed = new();
        indexed.Adapt(Images);
        streamed.Adapt(data);
        Assert.Equal(SmallNets.Bits(indexed), SmallNets.Bits(streamed));
        Assert.Equal([1 / 3f * 40 / 14, 1 / 3f * 40 / 13, 1 / 3f * 40 / 13], data.BalancedClassWeights(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(20, LearningRateFinder.Run(model, data.Repeat(), 1e-6, 1e-3, steps: 20, batchSize: 8).Losses.Count);
        data.CheckFinite();
        Assert.Throws<ShapeException>(() => ConfusionMatrix.Of(new Sequential { new Input(3), new Dense(2) }, data));
        Assert.Throws<ShapeException>(() => SmallNets.Create("convnet").ExtractFeatures(data.SelectInput(x => x.Reshape(144))));
        Assert.Equal(source.Opened, source.Disposed);
    }

    [Fact]
    public void A_buffer_shuffles_a_stream()
    {
        var numbers = DatasetSamplesTests.Numbers(50);
        var shuffled = Dataset.From(numbers.AsEnumerable()).Shuffle(seed: 1, bufferSize: 10);
        var seen = DatasetSamplesTests.Labels(shuffled).ToList();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (float)i), seen.Order());
        Assert.NotEqual(seen.Order(), seen);
        Assert.All(seen.Index(), pair => Assert.True(pair.Item <= pair.Index + 10));  // a sample cannot come before it was read
        Assert.Equal(seen, DatasetSamplesTests.Labels(shuffled));
        Assert.Equal(
            "Shuffle: expected a bufferSize for a stream, as in Shuffle(bufferSize: 1000). (Parameter 'bufferSize')",
            Assert.Throws<ArgumentException>(() => shuffled.Shuffle()).Message);
        Assert.Equal(
            "Shuffle: expected no bufferSize, since all samples with an index are shuffled; it is for streams. (Parameter 'bufferSize')",
            Assert.Throws<ArgumentException>(() => numbers.Shuffle(bufferSize: 10)).Message);
    }

    /// <summary>A backup of a training on a stream resumes behind the samples that were trained on.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void An_interrupted_training_on_a_stream_resumes_with_the_same_bits(int? steps)
    {
        var backup = Path.Combine(folder.Path, "stream.backup");
        var whole = Train([], CancellationToken.None);
        foreach (var moment in (int[])[2, 4, 5, 8])
        {
            using var cancellation = new CancellationTokenSource();
            var batches = 0;
            var stop = new LambdaCallback(_ =>
            {
                if (++batches == moment) cancellation.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => Train([new BackupAndRestore(backup, everyBatches: 1), stop], cancellation.Token));
            Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(Train([new BackupAndRestore(backup, everyBatches: 1)], CancellationToken.None)));
        }

        Model Train(IReadOnlyList<Callback> callbacks, CancellationToken token)
        {
            var model = SmallNets.Create("convnet");
            var data = Dataset.From(new Source(40));
            model.Fit(
                steps is null ? data : data.Repeat(), epochs: 3, batchSize: 10, stepsPerEpoch: steps, callbacks: callbacks, cancellationToken: token);
            return model;
        }
    }

    private static IEnumerable<(Tensor, Tensor)> Once(Source source)
    {
        var enumerator = source.GetEnumerator();
        return Rest();

        IEnumerable<(Tensor, Tensor)> Rest()
        {
            while (enumerator.MoveNext()) yield return enumerator.Current;
        }
    }

    private static async IAsyncEnumerable<(Tensor, Tensor)> Asynchronous(int count)
    {
        foreach (var pair in new Source(count))
        {
            await Task.Yield();
            yield return pair;
        }
    }

    /// <summary>The images again and again, and what was done with the enumerators.</summary>
    private sealed class Source(int count) : IEnumerable<(Tensor, Tensor)>
    {
        private int given;

        public int Opened { get; private set; }

        public int Disposed { get; private set; }

        public int Given => Volatile.Read(ref given);

        public int? FailsAt { get; init; }

        public int? FlatAt { get; init; }

        public IEnumerator<(Tensor, Tensor)> GetEnumerator()
        {
            Opened++;
            try
            {
                for (var i = 0; i < count; i++)
                {
                    if (i == FailsAt) throw new NotSupportedException($"Sample {i} is damaged.");
                    var (x, y) = Images[i % 40];
                    Interlocked.Increment(ref given);
                    yield return (i == FlatAt ? new Tensor([144], x.Values) : x, y);
                }
            }
            finally
            {
                Disposed++;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class LambdaCallback(Action<TrainingProgress> onBatchEnd) : Callback
    {
        public override void OnBatchEnd(TrainingProgress progress) => onBatchEnd(progress);
    }

    private sealed class Recorder : Callback
    {
        public List<int?> Batches { get; } = [];

        public override void OnEpochBegin(TrainingProgress progress) => Batches.Add(progress.Batches);
    }
}
