using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

/// <summary>A stop, a cancellation or an error of one process ends the training in all processes after the same step.</summary>
public class AgreementTests
{
    /// <summary>Those of a step of training: slices of the gradients to their owners, and the sums to all.</summary>
    private const int ExchangesOfStep = 2;

    [Theory]
    [InlineData("batch 2.2, 16 samples", "batch 2.2, 16 samples")]
    [InlineData("batch 2.3, 24 samples", "end of 2: loss, accuracy")]
    [InlineData("epoch 2", "end of 2: loss, accuracy")]
    [InlineData("end of 2: loss, accuracy", "end of 2: loss, accuracy")]
    public void A_stop_of_one_process_is_one_of_all(string moment, string last)
    {
        var ends = ThreadGroup.Run(3, group =>
        {
            var recorder = new Recorder((text, progress) => progress.Stop |= group.Rank == 1 && text == moment);
            Create(group).Fit(SmallNets.Images(24), epochs: 4, batchSize: 8, callbacks: [recorder]);
            return recorder.Events[^1];
        });
        Assert.All(ends, end => Assert.Equal(last, end));
    }

    [Theory]
    [InlineData("training")]
    [InlineData("epoch 2")]
    [InlineData("batch 2.2")]
    [InlineData("end of 2")]
    [InlineData("last")]
    public void An_error_of_a_callback_in_one_process_ends_all_with_its_message(string moment)
    {
        var results = ThreadGroup.Run(3, group =>
        {
            var failures = new List<Exception?>();
            var recorder = new Recorder((text, _) =>
            {
                if (group.Rank == 2 && text.StartsWith(moment, StringComparison.Ordinal)) throw new IOException("the disk is full");
            });
            var last = new LambdaCallback(onTrainingEnd: progress =>
            {
                failures.Add(progress.Failure);
                if (group.Rank == 2 && moment == "last") throw new IOException("the disk is full");
            });
            var error = Assert.ThrowsAny<Exception>(
                () => Create(group).Fit(SmallNets.Images(24), epochs: 4, batchSize: 8, callbacks: [recorder, new Recorder(), last]));
            return (error, recorder.Events[^1], Failure: moment == "training" ? error : failures.Single());
        });
        Assert.IsType<IOException>(results[2].error);
        Assert.Equal("the disk is full", results[2].error.Message);
        foreach (var (error, _, failure) in results[..2])
        {
            Assert.IsType<TrainingException>(error);
            Assert.Equal("Process 2 of 3 has failed: the disk is full", error.Message);
            if (moment != "last") Assert.Same(error, failure);
        }

        Assert.Single(results.Select(result => result.Item2).Distinct());
    }

    /// <summary>A thread of a service may set Stop at any time, between two steps of other processes.</summary>
    [Fact]
    public void A_stop_from_another_thread_ends_all_after_the_same_batch()
    {
        var ends = ThreadGroup.Run(2, group =>
        {
            using var stopping = new ManualResetEventSlim();
            Thread? other = null;
            var recorder = new Recorder((text, progress) =>
            {
                if (group.Rank != 0 || text != "batch 1.3, 24 samples") return;
                other = new Thread(() => progress.Stop = true);
                other.Start();
            });
            Create(group).Fit(SmallNets.Images(400), epochs: 50, batchSize: 8, callbacks: [recorder]);
            other?.Join();
            return (recorder.Events.Count, recorder.Events[^1]);
        });
        Assert.Equal(ends[0], ends[1]);
    }

    [Fact]
    public void An_error_of_a_receiver_of_the_progress_ends_all()
    {
        var messages = ThreadGroup.Run(2, group =>
        {
            var receiver = group.Rank == 1 ? new Refusing() : null;
            return Assert.ThrowsAny<Exception>(
                () => Create(group).Fit(SmallNets.Images(24), epochs: 2, batchSize: 8, progress: receiver)).Message;
        });
        Assert.Equal(["Process 1 of 2 has failed: no connection", "no connection"], messages);
    }

    /// <summary>
    /// The process that has failed is in the outer agreement when the others learn of it in the inner one. All leave both, and can exchange again.
    /// </summary>
    [Fact]
    public void An_error_that_all_know_of_is_not_agreed_on_again()
    {
        var results = ThreadGroup.Run(3, group =>
        {
            var agreement = new Agreement(group);
            var message = Assert.ThrowsAny<Exception>(() => agreement.Together(() => agreement.Together(() =>
            {
                if (group.Rank == 1) throw new IOException("broken");
                agreement.Together(() => { });
            }))).Message;
            return $"{message}; {string.Join(' ', agreement.Gather((byte)group.Rank))}";
        });
        Assert.Equal(["Process 1 of 3 has failed: broken; 0 1 2", "broken; 0 1 2", "Process 1 of 3 has failed: broken; 0 1 2"], results);
    }

    [Fact]
    public void A_learning_rate_that_one_process_changes_is_found_after_the_epoch()
    {
        var messages = ThreadGroup.Run(2, group =>
        {
            var change = new LambdaCallback(onEpochBegin: progress => progress.Model.Optimizer!.LearningRate = progress.Epoch + group.Rank > 3 ? 0.1 : 0.001);
            return Assert.Throws<TrainingException>(() => Create(group).Fit(SmallNets.Images(24), epochs: 9, batchSize: 8, callbacks: [change])).Message;
        });
        Assert.StartsWith(
            "DataParallel: the weights of process 1 of 2 differ from those of process 0 after epoch 3 (hashes ", messages[0], StringComparison.Ordinal);
        Assert.Equal(messages[0], messages[1]);
    }

    /// <summary>Also what a callback does at the end of the training.</summary>
    [Fact]
    public void Weights_that_one_process_changes_at_the_end_are_found()
    {
        var messages = ThreadGroup.Run(2, group =>
        {
            var change = new LambdaCallback(onTrainingEnd: progress => progress.Model.Weights[0].Write(new float[72]));
            return Assert.Throws<TrainingException>(
                () => Create(group).Fit(SmallNets.Images(24), batchSize: 8, callbacks: group.Rank == 0 ? [change] : [new LambdaCallback()])).Message;
        });
        Assert.StartsWith(
            "DataParallel: the weights of process 1 of 2 differ from those of process 0 after epoch 1 (hashes ", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Other_data_in_one_process_are_refused_before_the_first_step()
    {
        var messages = ThreadGroup.Run(2, group =>
        {
            var recorder = new Recorder();
            var error = Assert.Throws<TrainingException>(() => Create(group).Fit(SmallNets.Images(24 + group.Rank), callbacks: [recorder]));
            Assert.Empty(recorder.Events);
            return error.Message;
        });
        Assert.All(messages, message => Assert.Equal(
            "DataParallel: the number of samples of the data is 24 in process 0, but 25 in process 1 of 2; give all processes the same data.", message));
    }

    /// <summary>What fails before the first exchange, such as data of another shape, fails in all.</summary>
    [Fact]
    public void Data_that_do_not_fit_the_model_in_one_process_end_all()
    {
        var messages = ThreadGroup.Run(2, group =>
        {
            var data = group.Rank == 0 ? (Dataset)SmallNets.Images(24) : new ArrayDataset(new float[24], [1], new float[24], Shape.Scalar);
            return Assert.ThrowsAny<Exception>(() => Create(group).Fit(data)).Message;
        });
        Assert.Equal("convnet: expected inputs (None, 12, 12, 1); the data set has (None, 1).", messages[1]);
        Assert.Equal($"Process 1 of 2 has failed: {messages[1]}", messages[0]);
    }

    /// <summary>Layers that a callback freezes are compiled again with the next epoch, where memory may not suffice.</summary>
    [Fact]
    public void Memory_that_does_not_suffice_in_one_process_ends_all()
    {
        var messages = ThreadGroup.Run(2, group =>
        {
            var limit = new LambdaCallback(onEpochEnd: progress => progress.Model.MemoryLimit = group.Rank == 1 ? 1 : null);
            return Assert.ThrowsAny<Exception>(() => Create(group).Fit(SmallNets.Images(24), epochs: 3, batchSize: 8, callbacks: [limit])).Message;
        });
        Assert.StartsWith("convnet cannot be trained in shards of 2.", messages[1], StringComparison.Ordinal);
        Assert.Equal($"Process 1 of 2 has failed: {messages[1]}", messages[0]);
    }

    [Fact]
    public void Validation_data_that_one_process_cannot_read_end_all()
    {
        var messages = ThreadGroup.Run(2, group =>
        {
            var validation = new UnreliableDataset(SmallNets.Images(24)) { BrokenAt = group.Rank == 0 ? 5 : null };
            return Assert.ThrowsAny<Exception>(
                () => Create(group).Fit(SmallNets.Images(24), batchSize: 8, validation: validation)).Message;
        });
        Assert.Equal(["sample 5 cannot be read", "Process 0 of 2 has failed: sample 5 cannot be read"], messages);
    }

    /// <summary>An evaluation that is meant for the first process alone would wait for the others.</summary>
    [Theory]
    [InlineData("batch 1.2")]
    [InlineData("end of 1")]
    public void An_evaluation_in_a_callback_of_one_process_is_refused(string moment)
    {
        var messages = ThreadGroup.Run(3, group =>
        {
            var recorder = new Recorder((text, progress) =>
            {
                if (progress.IsFirstProcess && text.StartsWith(moment, StringComparison.Ordinal)) progress.Model.Evaluate(SmallNets.Images(9));
            });
            return Assert.Throws<TrainingException>(
                () => Create(group).Fit(SmallNets.Images(24), epochs: 2, batchSize: 8, callbacks: [recorder, new Recorder()])).Message;
        });
        Assert.All(messages, message => Assert.Equal(
            "DataParallel: a callback has called Evaluate, Predict or another function of all processes in process 0, but not in process 1; call it in all "
                + "processes.",
            message));
    }

    [Fact]
    public void A_callback_that_fails_in_one_process_and_evaluates_in_the_others_ends_all()
    {
        var messages = ThreadGroup.Run(3, group =>
        {
            var recorder = new Recorder((text, progress) =>
            {
                if (group.Rank == 1 && text == "batch 1.2, 16 samples") throw new IOException("the disk is full");
                progress.Model.Evaluate(SmallNets.Images(9));
            });
            return Assert.ThrowsAny<Exception>(() => Create(group).Fit(SmallNets.Images(24), batchSize: 8, callbacks: [recorder])).Message;
        });
        Assert.Equal(["Process 1 of 3 has failed: the disk is full", "the disk is full", "Process 1 of 3 has failed: the disk is full"], messages);
    }

    /// <summary>Callbacks that only act on epochs, and backups of epochs, cost nothing after a batch; others cost one exchange.</summary>
    [Theory]
    [InlineData(0, "none")]
    [InlineData(0, "epochs")]
    [InlineData(1, "batches")]
    public void An_agreement_after_a_batch_is_made_if_a_callback_needs_it(int expected, string kind)
    {
        Assert.Equal(expected * 3, Exchanges(6) - Exchanges(3) - (3 * ExchangesOfStep));

        int Exchanges(int steps) => ThreadGroup.Run(2, group =>
        {
            var counted = new CountedGroup(group);
            using var folder = new TemporaryFolder();
            Callback[] onEpochs =
            [
                new EarlyStopping("loss"), new ReduceLearningRateOnPlateau("loss"), new LearningRateScheduler((_, rate) => rate), new TerminateOnNaN(),
                new CsvLogger(Path.Combine(folder.Path, "log.csv")), new ModelCheckpoint(Path.Combine(folder.Path, "best.keras"), "loss"),
                new TensorBoard(folder.Path), new LambdaCallback(onEpochEnd: _ => { }), new BackupAndRestore(Path.Combine(folder.Path, "backup")),
            ];
            Create(counted).Fit(
                SmallNets.Images(48), batchSize: 8, stepsPerEpoch: steps, verbose: 0,
                callbacks: kind switch { "none" => [], "epochs" => onEpochs, _ => [new Recorder()] });
            return counted.Exchanges;
        })[0];
    }

    private static Model Create(IProcessGroup group)
    {
        var model = SmallNets.Create("convnet");
        model.Distribution = new DataParallel(4, group);
        return model;
    }

    /// <summary>Counts the exchanges of a group.</summary>
    private sealed class CountedGroup(IProcessGroup group) : IProcessGroup
    {
        public int Exchanges { get; private set; }

        public int Rank => group.Rank;

        public int Size => group.Size;

        public void AllToAll(ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts)
        {
            Exchanges++;
            group.AllToAll(send, sendCounts, receive, receiveCounts);
        }

        public void AllGather(Span<float> values, ReadOnlySpan<int> counts)
        {
            Exchanges++;
            group.AllGather(values, counts);
        }

        public void AllGather(Span<byte> values, ReadOnlySpan<int> counts)
        {
            Exchanges++;
            group.AllGather(values, counts);
        }
    }

    private sealed class Refusing : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => throw new IOException("no connection");
    }
}
