namespace Fovea.Tests.Training;

/// <summary>The promise that a training step allocates nothing on the managed heap after the first.</summary>
[Collection(AloneCollection.Name)]
public class AllocationTests
{
    private const int Steps = 50;

    [Theory]
    [InlineData("sgd")]
    [InlineData("rmsprop")]
    [InlineData("adam")]
    public void Fifty_steps_of_training_allocate_nothing(string optimizer) =>
        CheckTraining(SmallNets.Create("convnet", optimizer switch { "sgd" => new Sgd(0.01f, 0.9f), "rmsprop" => new RmsProp(), _ => new Adam() }));

    [Theory]
    [InlineData("residual")]
    [InlineData("separable")]
    [InlineData("grouped")]
    [InlineData("augmented")]
    public void Nor_do_they_in_other_nets(string net) => CheckTraining(SmallNets.Create(net));

    [Theory]
    [InlineData("convnet")]
    [InlineData("residual")]
    public void Nor_do_they_where_activations_are_recomputed(string net)
    {
        var model = SmallNets.Create(net);
        SmallNets.LimitMemory(model, 8);
        CheckTraining(model);
    }

    /// <summary>
    /// Plans are kept by batch size, the smaller last batch's too, and buffers from epoch to epoch: 30 epochs of 2 batches, the second smaller.
    /// </summary>
    [Fact]
    public void Later_epochs_compile_nothing()
    {
        var model = SmallNets.Create("convnet");
        var counter = new EpochCounter();
        model.Fit(SmallNets.Images(200), epochs: 30, batchSize: 128, callbacks: [counter]);
        Assert.True(counter.Bytes.Skip(2).Order().First() < 8 * 1024, $"epochs allocated {string.Join(", ", counter.Bytes)} bytes");
    }

    /// <summary>A batch allocates what it is given with and what it measures, neither memory for its 36 KB nor for the weights to go back to.</summary>
    [Theory]
    [InlineData("convnet")]
    [InlineData("residual")]
    public void Single_batches_allocate_little(string net)
    {
        var model = SmallNets.Create(net, new Adam());
        var (inputs, targets) = (new Tensor([64, 12, 12, 1], new float[64 * 144]), new Tensor([64], new float[64]));
        var windows = new long[5];
        for (var window = 0; window < windows.Length; window++)
        {
            for (var i = 0; i <= Steps; i++)
            {
                model.TrainOnBatch(inputs, targets);
                model.EvaluateOnBatch(inputs, targets);
                if (i == 0) windows[window] = -GC.GetAllocatedBytesForCurrentThread();
            }

            windows[window] += GC.GetAllocatedBytesForCurrentThread();
        }

        Assert.True(windows.Order().ElementAt(1) < Steps * 16 * 1024, $"this thread allocated {string.Join(", ", windows)} bytes in {Steps} batches");
    }

    /// <summary>The step behind <c>Predict</c>, which itself allocates what it gives out.</summary>
    [Theory]
    [InlineData("convnet")]
    [InlineData("residual")]
    [InlineData("separable")]
    [InlineData("grouped")]
    [InlineData("augmented")]
    public void Predictions_allocate_nothing(string net)
    {
        var model = SmallNets.Create(net);
        var step = model.Prediction.Take().Step(8, model.Topology.Example());
        var windows = new long[5];
        for (var window = 0; window < windows.Length; window++)
        {
            for (var i = 0; i < Steps; i++)
            {
                step.Input().Fill(i);
                step.Run();
                if (i == 0) windows[window] = -GC.GetAllocatedBytesForCurrentThread();
            }

            windows[window] += GC.GetAllocatedBytesForCurrentThread();
        }

        Assert.True(windows.Count(bytes => bytes == 0) >= 3, $"this thread allocated {string.Join(", ", windows)} bytes");
    }

    private static void CheckTraining(Model model)
    {
        var counter = new Counter();
        model.Fit(SmallNets.Images(8 * ((4 * Steps) + 10)), batchSize: 8, callbacks: [counter]);

        // A collection charges the rest of its allocation block (8 KB) to this thread, and the test runner reports on another thread:
        // either may disturb a window of fifty steps. A step that allocates shows in all.
        Assert.True(counter.OwnThread.Count(bytes => bytes == 0) >= 3, $"this thread allocated {string.Join(", ", counter.OwnThread)} bytes");
        Assert.Contains(0, counter.AllThreads);
    }

    /// <summary>What was allocated from the end of each epoch to the end of the next.</summary>
    private sealed class EpochCounter : Callback
    {
        private long last;

        public List<long> Bytes { get; } = [];

        public override void OnEpochEnd(TrainingProgress progress)
        {
            var total = GC.GetTotalAllocatedBytes(precise: true);
            if (last > 0) Bytes.Add(total - last);
            last = GC.GetTotalAllocatedBytes(precise: true);
        }
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
