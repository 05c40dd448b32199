using Fovea.Engine.Ops;
using Fovea.Tests.Training;

namespace Fovea.Tests.Distributed;

/// <summary>Training in shards, with threads as processes.</summary>
public class ShardedTrainingTests
{
    public static TheoryData<string> Names => [.. Trainings.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_shard_gives_the_bits_of_training_without_distribution(string name)
    {
        var alone = Trainings.Create(name).Fit();
        var shard = Trainings.Create(name).Fit(new DataParallel(1));
        Assert.Equal(alone.History, shard.History);
        Assert.Equal(alone.Bits, shard.Bits);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_number_of_processes_does_not_change_a_bit(string name)
    {
        var one = Trainings.Create(name).Fit(new DataParallel(8));
        foreach (var size in (int[])[2, 3, 8])
        {
            foreach (var trained in ThreadGroup.Run(size, group => Trainings.Create(name).Fit(new DataParallel(8, group))))
            {
                Assert.Equal(one.History, trained.History);
                Assert.Equal(one.Bits, trained.Bits);
            }
        }
    }

    /// <summary>
    /// Sums over shards are added in another order than those over a batch, so they differ by rounding. One step of plain gradient descent shows it: no layer
    /// uses the statistics of a batch, and dropout masks and augmentation depend on the sample alone.
    /// </summary>
    [Theory]
    [InlineData(LossReduction.SumOverBatchSize)]
    [InlineData(LossReduction.MeanWithSampleWeight)]
    [InlineData(LossReduction.Sum)]
    public void The_gradients_of_the_shards_add_up_to_those_of_the_batch(LossReduction reduction)
    {
        var (whole, loss) = Step(distribution: null);
        foreach (var shards in (int[])[2, 4, 16, 64])
        {
            var (sharded, other) = Step(new DataParallel(shards));
            Assert.Equal(loss, other, 1e-6 * loss);
            Assert.True(whole.Zip(sharded).All(pair => Math.Abs(pair.First - pair.Second) < 2e-6), $"{shards} shards");
        }

        (float[] Weights, double Loss) Step(DataParallel? distribution)
        {
            var model = SmallNets.Augmented();
            model.Compile(new Sgd(0.01), new SparseCategoricalCrossentropy { Reduction = reduction });
            model.Distribution = distribution;
            var history = model.Fit(SmallNets.Images(30).WithClassWeights(1, 0.25f, 3), batchSize: 30, verbose: 0);
            return ([.. model.Weights.SelectMany(weight => weight.Values.ToArray())], history["loss"][0]);
        }
    }

    /// <summary>Penalties of activities are sums over the samples, those of weights do not depend on the samples.</summary>
    [Fact]
    public void The_penalties_of_the_shards_add_up_to_those_of_the_batch()
    {
        var whole = Loss(distribution: null);
        Assert.Equal(whole, Loss(new DataParallel(1)));
        foreach (var shards in (int[])[2, 4, 16]) Assert.Equal(whole, Loss(new DataParallel(shards)), 1e-6 * whole);

        static double Loss(DataParallel? distribution)
        {
            var model = new Sequential("penalized", 4)
            {
                new Input(12, 12, 1), new Flatten(), new Dense(6) { ActivityRegularizer = new L2(0.1), KernelRegularizer = new L1(0.1) },
                new ActivityRegularization(0.1), new Dense(3, Activation.Softmax),
            };
            model.Compile(new Sgd(0.01), Fovea.Loss.SparseCategoricalCrossentropy);
            model.Distribution = distribution;
            return model.Fit(SmallNets.Images(30), batchSize: 30, verbose: 0)["loss"][0];
        }
    }

    [Fact]
    public void Metrics_are_exact_over_all_samples()
    {
        var training = Trainings.Create("convolutions, dropout");
        var trained = ThreadGroup.Run(3, group =>
        {
            var own = Trainings.Create("convolutions, dropout");
            own.Fit(new DataParallel(8, group));
            return own.Model.Metrics[0].Value;
        });
        training.Fit(new DataParallel(8));
        Assert.All(trained, value => Assert.Equal(training.Model.Metrics[0].Value, value));
        Assert.Equal(Math.Round(33 * trained[0]), 33 * trained[0], 1e-12);
    }

    [Fact]
    public void A_sample_that_one_process_cannot_read_ends_all_with_its_message()
    {
        var messages = ThreadGroup.Run(3, group =>
        {
            var model = SmallNets.Create("convnet");
            model.Distribution = new DataParallel(4, group);
            var before = SmallNets.AllBits(model);
            var error = Assert.Throws<TrainingException>(() => model.Fit(new Broken(group.Rank == 2), batchSize: 12, shuffle: false, verbose: 0));
            Assert.Equal(before, SmallNets.AllBits(model));
            return error.Message;
        });
        Assert.Equal(
            [
                "Process 2 of 3 has failed: Sample 7: the disk is broken", "Process 2 of 3 has failed: Sample 7: the disk is broken",
                "Sample 7: the disk is broken",
            ],
            messages);
    }

    [Fact]
    public void A_cancellation_of_one_process_ends_all_before_the_same_step()
    {
        var bits = ThreadGroup.Run(3, group =>
        {
            using var source = new CancellationTokenSource();
            var model = SmallNets.Create("convnet");
            model.Distribution = new DataParallel(4, group);
            var cancel = new LambdaCallback(onBatchEnd: progress =>
            {
                if (group.Rank == 2 && progress.Batch == 2) source.Cancel();
            });
            Assert.Throws<OperationCanceledException>(
                () => model.Fit(SmallNets.Images(60), epochs: 3, batchSize: 12, callbacks: [cancel], verbose: 0, cancellationToken: source.Token));
            Assert.Equal(2, model.Trainer!.Steps);
            return SmallNets.AllBits(model);
        });
        Assert.All(bits, each => Assert.Equal(bits[0], each));
    }

    [Fact]
    public void A_stream_that_differs_between_processes_is_refused()
    {
        var messages = ThreadGroup.Run(2, group =>
        {
            var model = SmallNets.Create("convnet");
            model.Distribution = new DataParallel(4, group);
            var images = SmallNets.Images(20 - (3 * group.Rank));
            return Assert.Throws<TrainingException>(() => model.Fit(Trainings.Stream(images), batchSize: 20, verbose: 0)).Message;
        });
        Assert.All(messages, message => Assert.Equal(
            "Process 1 read 17 samples of the stream for a batch; process 0 read 20. Give every process the same stream.", message));
    }

    [Fact]
    public void Training_on_single_batches_is_refused()
    {
        var model = SmallNets.Create("convnet");
        model.Distribution = new DataParallel(4);
        Assert.Equal(
            "convnet: TrainOnBatch trains in one process, on whole batches; the model's Distribution has 4 shards. Call Fit, or set Distribution to null.",
            Assert.Throws<InvalidOperationException>(() => model.TrainOnBatch(Tensor.Zeros([2, 12, 12, 1]), Tensor.Zeros([2]))).Message);
        var step = new TrainingStep(new Adam(), model, (context, images) => context.Call(model, images).Mean());
        Assert.StartsWith(
            "convnet: TrainingStep.Run trains in one process", Assert.Throws<InvalidOperationException>(() => step.Run(Tensor.Zeros([2, 12, 12, 1]))).Message,
            StringComparison.Ordinal);
        model.Distribution = null;
        Assert.True(model.TrainOnBatch(Tensor.Zeros([2, 12, 12, 1]), Tensor.Zeros([2])).Loss > 0);
    }

    [Fact]
    public void Numbers_of_shards_that_do_not_fit_are_refused()
    {
        Assert.Equal(
            "DataParallel: expected a power of two as the number of shards; received 6. (Parameter 'shards')",
            Assert.Throws<ArgumentException>(() => new DataParallel(6)).Message);
        var messages = ThreadGroup.Run(3, group => Assert.Throws<ArgumentException>(() => new DataParallel(2, group)).Message);
        Assert.All(messages, message => Assert.Equal(
            "DataParallel: expected at least one shard for each of 3 processes; received 2. Start fewer processes, or train with 4 shards. "
                + "(Parameter 'shards')", message));
    }

    /// <summary>Images of which one process cannot read the eighth.</summary>
    private sealed class Broken(bool fails) : Dataset
    {
        private readonly ArrayDataset images = SmallNets.Images(33);

        public override int Count => images.Count;

        public override Shape InputShape => images.InputShape;

        public override Shape TargetShape => images.TargetShape;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            if (fails && index == 7) throw new InvalidDataException("Sample 7: the disk is broken");
            images.Read(index, input, target);
        }
    }
}
