namespace Fovea.Tests.Training;

/// <summary>The promise that a training step in steady state allocates nothing on the managed heap.</summary>
[Collection(AloneCollection.Name)]
public class AllocationTests
{
    private const int Steps = 50;

    [Theory]
    [InlineData("sgd")]
    [InlineData("rmsprop")]
    [InlineData("adam")]
    public void Fifty_steps_of_training_allocate_nothing(string optimizer)
    {
        var model = SmallNets.Convnet();
        model.Compile(
            optimizer switch { "sgd" => new Sgd(0.01f, 0.9f), "rmsprop" => new RmsProp(), _ => new Adam() }, Loss.SparseCategoricalCrossentropy, Metric.Accuracy);
        var counter = new Counter();
        model.Fit(SmallNets.Images(8 * ((4 * Steps) + 10)), batchSize: 8, callbacks: [counter]);

        // A collection charges the rest of its allocation block (8 KB) to this thread, and the test runner reports on a thread of its own:
        // either may disturb a window of fifty steps. A step that allocates shows in all.
        Assert.True(counter.OwnThread.Count(bytes => bytes == 0) >= 3, $"this thread allocated {string.Join(", ", counter.OwnThread)} bytes");
        Assert.Contains(0, counter.AllThreads);
    }

    /// <summary>What was allocated in each window of fifty steps after the first ten.</summary>
    private sealed class Counter : Callback
    {
        private readonly long[] own = new long[5];
        private readonly long[] all = new long[5];
        private int windows;

        public IEnumerable<long> OwnThread => own.Zip(own.Skip(1), (before, after) => after - before);

        public IEnumerable<long> AllThreads => all.Zip(all.Skip(1), (before, after) => after - before);

        public override void OnBatchEnd(TrainingProgress progress)
        {
            if (progress.Batch % Steps != 10) return;
            all[windows] = GC.GetTotalAllocatedBytes(precise: true);
            own[windows++] = GC.GetAllocatedBytesForCurrentThread();
        }
    }
}
