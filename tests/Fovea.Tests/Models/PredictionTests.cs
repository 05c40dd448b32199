#pragma warning disable xUnit1031 // Whether something waits can only be seen by waiting for it.
using Fovea.Engine;
using Fovea.Tests.Layers;
using Fovea.Tests.Training;

namespace Fovea.Tests.Models;

/// <summary>Many threads predict at once, each what it would alone, in bounded memory.</summary>
[Collection(AloneCollection.Name)]
public class PredictionTests
{
    private const int Threads = 16;
    private const int Largest = 9;
    private static readonly float[] Images = LayerRunner.Normal(Largest * 144);
    private static readonly string[] Nets = ["convnet", "residual", "separable", "grouped"];

    /// <summary>The layers are connected, weights filled and plans made by whoever comes first.</summary>
    [Fact]
    public void Sixteen_threads_on_a_fresh_model_predict_what_one_does()
    {
        for (var round = 0; round < 24; round++)
        {
            var net = Nets[round % Nets.Length];
            var expected = Expected(SmallNets.Create(net));
            var model = Fresh(net);
            AtOnce(thread =>
            {
                var random = new Random((100 * round) + thread);
                for (var i = 0; i < 6; i++)
                {
                    var size = random.Next(1, Largest + 1);
                    Assert.Equal(expected[size], model.Predict(Batch(size)).Values);
                }
            });
        }
    }

    [Fact]
    public void They_follow_weights_that_are_written_in_between()
    {
        foreach (var net in Nets)
        {
            Model model = Fresh(net), reference = Fresh(net);
            for (var round = 0; round < 8; round++)
            {
                foreach (var (weight, other) in model.Weights.Zip(reference.Weights))
                {
                    float[] values = [.. weight.Values.ToArray().Select(value => (value * 0.9f) + (0.01f * round))];
                    weight.Write(values);
                    other.Write(values);
                }

                var expected = Expected(reference);
                AtOnce(thread =>
                {
                    for (var i = 0; i < 4; i++) Assert.Equal(expected[1 + ((thread + i) % Largest)], model.Predict(Batch(1 + ((thread + i) % Largest))).Values);
                });
            }
        }
    }

    /// <summary>A prediction that is under way when a weight is written may see either; the next ones see the new.</summary>
    [Fact]
    public void Weights_that_are_written_meanwhile_are_seen_afterwards()
    {
        Model model = Fresh("residual"), reference = Fresh("residual");
        AtOnce(thread =>
        {
            for (var i = 0; i < 30; i++)
            {
                if (thread > 0) model.Predict(Batch(1 + (i % Largest)));
                else foreach (var weight in model.Weights) weight.Write([.. weight.Values.ToArray().Select(value => value * 1.01f)]);
            }
        });
        foreach (var (weight, other) in model.Weights.Zip(reference.Weights)) other.Write(weight.Values);
        for (var i = 0; i < 3; i++) Assert.Equal(reference.Predict(Batch(3)).Values, model.Predict(Batch(3)).Values);
    }

    [Fact]
    public void Features_are_extracted_while_others_predict()
    {
        var model = Fresh("convnet");
        var data = new ArrayDataset(Images, [12, 12, 1], new float[Largest], Shape.Scalar);
        var expected = Expected(Fresh("convnet"));
        AtOnce(thread =>
        {
            for (var i = 0; i < 8; i++)
            {
                if (thread % 2 == 0) Assert.Equal(expected[Largest], Rows(model.ExtractFeatures(data, batchSize: Largest)));
                else Assert.Equal(expected[4], model.Predict(Batch(4)).Values);
            }
        });
    }

    /// <summary>As many compute at once as there are threads; whoever comes then waits, and need not.</summary>
    [Fact]
    public void More_callers_than_slots_wait_and_waiting_can_be_cancelled()
    {
        var model = Fresh("convnet");
        var expected = Expected(Fresh("convnet"));
        var slots = Enumerable.Range(0, Cpu.Threads).Select(_ => model.Prediction.Take()).ToList();
        using var cancelled = new CancellationTokenSource(30);
        Assert.ThrowsAny<OperationCanceledException>(() => model.Predict(Batch(2), cancellationToken: cancelled.Token));
        var waiting = Task.Run(() => model.Predict(Batch(2)).Values, TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => model.Prediction.Waiting == 1, TimeSpan.FromSeconds(30)));
        Assert.False(waiting.IsCompleted);
        model.Prediction.Return(slots[0]);
        Assert.Equal(expected[2], waiting.GetAwaiter().GetResult());
        foreach (var slot in slots.Skip(1)) model.Prediction.Return(slot);
        Assert.Equal(Cpu.Threads, model.Prediction.Slots);
    }

    [Fact]
    public void Cancellation_is_seen_between_batches()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Fresh("convnet").Predict(Batch(2), 1, cancellationToken: cancelled.Token));
    }

    [Fact]
    public void Results_go_into_the_callers_memory()
    {
        var model = Fresh("convnet");
        var outputs = new float[(Largest * 3) + 1];
        foreach (var batchSize in new[] { 1, 4, 256 })
        {
            outputs[^1] = 5;
            model.Predict(Images, outputs.AsSpan(0, Largest * 3), batchSize);
            Assert.Equal(model.Predict(Batch(Largest), batchSize).Values, outputs[..^1]);
            Assert.Equal(5, outputs[^1]);
        }

        Assert.Equal("convnet: expected inputs of a multiple of 144 values, (None, 12, 12, 1); received 145. (Parameter 'inputs')",
            Assert.Throws<ArgumentException>(() => model.Predict(new float[145], outputs)).Message);
        Assert.Equal("convnet: expected outputs in other memory than the inputs; they overlap. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => model.Predict(Images.AsSpan(0, 288), Images.AsSpan(10, 6))).Message);
        Assert.Equal("convnet: expected a span for 2 × 3 outputs; received one of 7. (Parameter 'outputs')",
            Assert.Throws<ArgumentException>(() => model.Predict(new float[288], outputs.AsSpan(0, 7))).Message);
    }

    [Theory]
    [InlineData("convnet")]
    [InlineData("residual")]
    public void Predictions_into_the_callers_memory_allocate_nothing(string net)
    {
        var model = Fresh(net);
        var outputs = new float[Largest * 3];
        var windows = new long[5];
        for (var window = 0; window < windows.Length; window++)
        {
            for (var i = 0; i < 60; i++)
            {
                var size = 1 + (i % Largest);
                model.Predict(Images.AsSpan(0, size * 144), outputs.AsSpan(0, size * 3), batchSize: 4);
                if (i == Largest) windows[window] = -GC.GetAllocatedBytesForCurrentThread();
            }

            windows[window] += GC.GetAllocatedBytesForCurrentThread();
        }

        Assert.True(windows.Count(bytes => bytes == 0) >= 3, $"this thread allocated {string.Join(", ", windows)} bytes");
    }

    /// <summary>
    /// The memory kept for batches of all sizes, compared with that for the largest alone: an arena up to an eighth larger, and a plan for each size.
    /// </summary>
    [Fact]
    public void All_batch_sizes_take_the_memory_of_the_largest()
    {
        const int Most = 24;
        var sizes = Enumerable.Range(1, Most).ToArray();
        new Random(1).Shuffle(sizes);
        var (one, all) = (Live([Most]), Live(sizes));
        Assert.True(all <= 1.25 * one, $"{all / 1e6:0.0} MB for all, {one / 1e6:0.0} MB for the largest");

        static long Live(int[] sizes)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var model = MobileNet();
            var images = new float[Most * 64 * 64 * 3];
            foreach (var size in sizes) model.Predict(images.AsSpan(0, size * 64 * 64 * 3), new float[size * 100], size);
            var live = GC.GetTotalMemory(forceFullCollection: true) - before;
            GC.KeepAlive(model);
            return live;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void So_it_is_in_evaluation_and_training(bool training)
    {
        const int Most = 12;
        var data = new ArrayDataset(new float[Most * 64 * 64 * 3], [64, 64, 3], new float[Most], Shape.Scalar);
        var sizes = Enumerable.Range(1, Most).ToArray();
        new Random(2).Shuffle(sizes);
        var (one, all) = (Live([Most]), Live(sizes));
        Assert.True(all <= 1.25 * one, $"{all / 1e6:0.0} MB for all, {one / 1e6:0.0} MB for the largest");

        long Live(int[] sizes)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var model = MobileNet();
            model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
            foreach (var size in sizes)
            {
                if (training) model.Fit(data, batchSize: size);
                else model.Evaluate(data, size);
            }

            var live = GC.GetTotalMemory(forceFullCollection: true) - before;
            GC.KeepAlive(model);
            return live;
        }
    }

    /// <summary>Of very many batch sizes the least recently used are discarded, with all that only they needed, and made again when they occur again.</summary>
    [Fact]
    public void Batch_sizes_without_end_are_discarded()
    {
        var model = new Sequential { new Input(3), new Dense(40, Activation.Relu), new Dense(2) };
        var inputs = LayerRunner.Normal(3 * 300);
        float[] Predict(int size) => model.Predict(new Tensor([size, 3], inputs[..(3 * size)]), size).Values;
        var first = Predict(1);
        var kept = model.Prediction.Store.Count;
        for (var size = 2; size <= 300; size++) Assert.Equal(2 * size, Predict(size).Length);
        Assert.Equal(first, Predict(1));
        Assert.True(model.Prediction.Store.Count <= kept + 20, $"{model.Prediction.Store.Count} values are kept instead of {kept}");
    }

    /// <summary>Slots, batch sizes, evaluation and training read the same packed kernels.</summary>
    [Fact]
    public void What_is_computed_from_weights_exists_once()
    {
        var model = MobileNet();
        var image = new Tensor([1, 64, 64, 3], new float[64 * 64 * 3]);
        model.Predict(image);
        var once = model.Prediction.Store.Count;
        Assert.True(once > 0);
        var slots = Enumerable.Range(0, Cpu.Threads).Select(_ => model.Prediction.Take()).ToList();
        foreach (var slot in slots)
        {
            slot.Step(1, model.Topology.Example()).Run();
            model.Prediction.Return(slot);
        }

        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
        model.Evaluate(new ArrayDataset(image.Values, [64, 64, 3], [1], Shape.Scalar));
        Assert.Equal(once, model.Prediction.Store.Count);
    }

    [Fact]
    public void A_run_of_a_graph_refuses_another_thread()
    {
        using var began = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        var graph = new ModelGraph(Fresh("convnet"));
        var run = graph.Compile(new Node(new WaitingOp(began, mayEnd), graph.Output));
        var input = Batch(1);
        var running = new Thread(() => run.Run(input));
        running.Start();
        began.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(
            "GraphRun: another thread is running this. Compile a run for each thread (ModelGraph.Compile), or have the threads take turns.",
            Assert.Throws<InvalidOperationException>(() => run.Run(input)).Message);
        mayEnd.Set();
        running.Join();
        run.Run(input);
    }

    private static float[] Rows(ArrayDataset features) => [.. Enumerable.Range(0, features.Count).SelectMany(i =>
    {
        var row = new float[3];
        features.Read(i, row, new float[1]);
        return row;
    })];

    private static Model Fresh(string net) => SmallNets.Fresh(net);

    private static Tensor Batch(int size) => new([size, 12, 12, 1], Images[..(size * 144)]);

    /// <summary>By batch size, on one thread alone.</summary>
    private static float[][] Expected(Model model) => [[], .. Enumerable.Range(1, Largest).Select(size => model.Predict(Batch(size)).Values)];

    private static void AtOnce(Action<int> action)
    {
        var errors = new List<Exception>();
        using var barrier = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            try
            {
                barrier.SignalAndWait();
                action(number);
            }
            catch (Exception error)
            {
                lock (errors) errors.Add(error);
            }
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (errors.Count > 0) throw new AggregateException(errors);
    }

    private static Sequential MobileNet()
    {
        var model =
            new Sequential(seed: 1) { new Input(64, 64, 3), new Conv2D(32, 3, 2, Padding.Same) { UseBias = false }, new BatchNormalization(), new ReLU(6) };
        foreach (var (filters, stride) in ((int, int)[])[(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)])
        {
            Layer[] layers =
                [new DepthwiseConv2D(3, stride, Padding.Same) { UseBias = false }, new BatchNormalization(), new ReLU(6),
                new Conv2D(filters, 1) { UseBias = false }, new BatchNormalization(), new ReLU(6)];
            foreach (var layer in layers) model.Add(layer);
        }

        model.Add(new GlobalAveragePooling2D());
        model.Add(new Dense(100, Activation.Softmax));
        return model;
    }

    private sealed record WaitingOp(ManualResetEventSlim Began, ManualResetEventSlim MayEnd) : Op
    {
        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [outputGradient];

        public override void Reference(ReferenceCall call)
        {
            Began.Set();
            MayEnd.Wait();
        }
    }
}
