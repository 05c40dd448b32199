using Fovea.Engine;
using Fovea.Tests.Training;

namespace Fovea.Tests.Distributed;

/// <summary>Buckets of gradients are exchanged while a process still computes the gradients of the first layers.</summary>
public class ExchangeOverlapTests
{
    /// <summary>So small that the small nets have several buckets.</summary>
    private const int BucketBytes = 4096;

    public static TheoryData<string> Names =>
        ["convolutions, dropout", "batch normalization, two branches", "batches of fewer samples than shards", "masks, mean by weights", "memory limit"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_division_into_buckets_does_not_change_a_bit(string name)
    {
        var one = Trainings.Create(name).Fit(new DataParallel(8));
        foreach (var (size, bytes) in new[] { (1, BucketBytes), (2, BucketBytes), (3, BucketBytes), (4, BucketBytes), (4, 64), (4, int.MaxValue) })
        {
            foreach (var trained in ThreadGroup.Run(size, group => Trainings.Create(name).Fit(new DataParallel(8, group) { BucketBytes = bytes })))
            {
                Assert.Equal(one.History, trained.History);
                Assert.Equal(one.Bits, trained.Bits);
            }
        }
    }

    [Fact]
    public void Buckets_cover_the_vector_and_become_shorter_at_its_end()
    {
        var group = OneProcess.Instance;
        foreach (var length in new[] { 16, 32, 160, 1600, 4096, 100_000, 1_000_000 })
        {
            foreach (var bucketLength in new[] { 0, 16, 100, 1024, 65_536, int.MaxValue / 4 })
            {
                var buckets = GradientBucket.Of(group, length, bucketLength);
                Assert.Equal(0, buckets[0].Start);
                Assert.Equal(length, buckets[^1].End);
                Assert.Equal(buckets[..^1].Select(bucket => bucket.End), buckets[1..].Select(bucket => bucket.Start));
                int[] lengths = [.. buckets.Select(bucket => bucket.End - bucket.Start)];
                Assert.All(lengths, each => Assert.True(each > 0 && each % 16 == 0));
                Assert.True(lengths.Max() <= Math.Max(32, bucketLength + 16));
                Assert.True(lengths[^1] <= Math.Max(32, (bucketLength / 4) + 16));
                Assert.All(lengths[..^1].Zip(lengths[1..]), pair => Assert.True(pair.Second <= pair.First + 16));
            }
        }

        // Whole buckets, then halves of the rest until it is a fourth of a bucket. So short a vector is one bucket.
        Assert.Equal([4096, 4096, 2048, 1024, 1024], Lengths(4096 * 3, 4096));
        Assert.Equal([1024], Lengths(1024, 4096));
        Assert.Equal([528, 512], Lengths(1040, 4096));
    }

    /// <summary>The gradient of the first convolution is computed only once a bucket of the later layers was exchanged.</summary>
    [Fact]
    public void Later_layers_are_exchanged_while_the_first_are_computed()
    {
        var groups = ThreadGroup.Run(4, group =>
        {
            var watched = new WatchedGroup(group);
            var first = 0;
            var model = Net(backward: () => watched.WaitFor(first + 1));
            Fit(model, watched, epochs: 1, callback: new LambdaCallback(onBatchEnd: _ => first = watched.Exchanges));
            return watched;
        });
        Assert.All(groups, watched => Assert.Equal(["Fovea exchange"], watched.Threads));
    }

    [Fact]
    public void One_bucket_is_exchanged_by_the_thread_that_trains()
    {
        var threads = ThreadGroup.Run(2, group =>
        {
            var watched = new WatchedGroup(group);
            Fit(Net(), watched, epochs: 1, bucketBytes: 4 << 20);
            return watched.Threads;
        });
        Assert.All(threads, names => Assert.DoesNotContain("Fovea exchange", names));
    }

    /// <summary>The process fails when others have buckets of the step already. None makes the step.</summary>
    [Fact]
    public void A_process_that_fails_in_the_midst_of_a_shard_ends_all()
    {
        var (expected, steps) = ThreadGroup.Run(4, group =>
        {
            var model = Net();
            Fit(model, group, epochs: 1);
            return (SmallNets.AllBits(model), model.Trainer!.Steps);
        })[0];
        var messages = ThreadGroup.Run(4, group =>
        {
            var watched = new WatchedGroup(group);
            var first = 0;
            var model = Net(backward: () =>
            {
                if (group.Rank != 1 || first == 0) return;
                watched.WaitFor(first + 1);
                throw new InvalidDataException("no more");
            });
            var fails = new LambdaCallback(onEpochEnd: _ => first = watched.Exchanges);
            var error = Assert.ThrowsAny<Exception>(() => Fit(model, watched, epochs: 3, callback: fails));
            Assert.Equal(expected, SmallNets.AllBits(model));
            Assert.Equal(steps, model.Trainer!.Steps);
            Assert.InRange(watched.Exchanges - first, 2, 20);
            return error.Message;
        });
        const string ToOthers = "Process 1 of 4 has failed: no more";
        Assert.Equal([ToOthers, "no more", ToOthers, ToOthers], messages);
    }

    /// <summary>The exchange ends with the first bucket, long before the others have computed their shards.</summary>
    [Fact]
    public void A_process_that_is_cancelled_before_a_batch_ends_those_that_compute_it()
    {
        var steps = ThreadGroup.Run(4, group =>
        {
            var watched = new WatchedGroup(group);
            var first = 0;
            using var source = new CancellationTokenSource();
            var model = Net(backward: () =>
            {
                if (first == 0) return;
                watched.WaitFor(first + 1);  // the first bucket
                Thread.Sleep(20);
            });
            var cancels = new LambdaCallback(onBatchEnd: _ =>
            {
                first = watched.Exchanges;
                if (group.Rank == 1) source.Cancel();
            });
            model.Distribution = new DataParallel(4, watched) { BucketBytes = BucketBytes };
            Assert.ThrowsAny<OperationCanceledException>(
                () => model.Fit(SmallNets.Images(33), epochs: 3, batchSize: 12, verbose: 0, callbacks: [cancels], cancellationToken: source.Token));
            return model.Trainer!.Steps;
        });
        Assert.Equal([1, 1, 1, 1], steps);
    }

    [Fact]
    public void An_error_of_the_exchange_reaches_the_thread_that_trains()
    {
        var error = Assert.Throws<AggregateException>(() => ThreadGroup.Run(3, group =>
        {
            var watched = new WatchedGroup(group)
            {
                Before = exchanges =>
                {
                    if (group.Rank == 2 && exchanges == 4) throw new IOException("the network is down");
                },
            };
            Fit(Net(), watched, epochs: 2);
            return 0;
        }));
        Assert.StartsWith("the network is down", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, error.InnerExceptions.Count);
    }

    [Fact]
    public void The_time_of_each_part_of_a_step_is_measured()
    {
        var times = ThreadGroup.Run(2, group =>
        {
            var distribution = new DataParallel(4, group) { BucketBytes = BucketBytes };
            Trainings.Create("convolutions, dropout").Fit(distribution);
            return distribution.Times;
        });
        Assert.All(times, one =>
        {
            Assert.Equal(8, one.Steps);
            Assert.All(new[] { one.Computing, one.Exchanging, one.Waiting, one.Updating }, time => Assert.True(time > TimeSpan.Zero));
            one.Reset();
            Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero), (one.Steps, one.Computing + one.Exchanging, one.Waiting + one.Updating));
        });
    }

    private static int[] Lengths(int length, int bucketLength) =>
        [.. GradientBucket.Of(OneProcess.Instance, length, bucketLength).Select(bucket => bucket.End - bucket.Start)];

    private static void Fit(Model model, IProcessGroup group, int epochs, int bucketBytes = BucketBytes, Callback? callback = null)
    {
        model.Distribution = new DataParallel(4, group) { BucketBytes = bucketBytes };
        model.Fit(SmallNets.Images(33), epochs, batchSize: 12, verbose: 0, callbacks: callback is null ? null : [callback]);
    }

    private static Sequential Net(Action? backward = null)
    {
        var model = new Sequential("net", 1)
        {
            new Input(12, 12, 1),
            new Conv2D(8, 3, activation: Activation.Relu),
            new Probe(backward ?? (() => { })),
            new Conv2D(12, 3, activation: Activation.Relu),
            new Flatten(),
            new Dense(20, Activation.Relu),
            new Dense(3, Activation.Softmax),
        };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        return model;
    }

    /// <summary>Returns its input; calls an action when its gradient is computed.</summary>
    private sealed class Probe(Action backward) : Layer
    {
        protected override Node Call(Node input, CallContext context) => new(new ProbeOp(backward, IsGradient: false), input);
    }

    private sealed record ProbeOp(Action Backward, bool IsGradient) : Op
    {
        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [new Node(this with { IsGradient = true }, outputGradient)];

        public override void Reference(ReferenceCall call)
        {
            if (IsGradient) Backward();
            call.Inputs[0].CopyTo(call.Output, 0);
        }
    }
}
