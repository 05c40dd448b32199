using System.Runtime.CompilerServices;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Engine.Planning;

/// <summary>A plan keeps alive all memory it points into, including buffers of layers and losses that no other object references.</summary>
[Collection(Training.AloneCollection.Name)]
public class OwnedMemoryTests
{
    private static readonly float[] Pixels = [.. Enumerable.Range(0, 2 * 8 * 8 * 3).Select(i => MathF.Abs(MathF.Sin(i)))];

    [Fact]
    public void Factors_of_a_rescaling_stay_alive()
    {
        var model = new Sequential { new Input(8, 8, 4), new Rescaling([1, 2, 3, 4], [10, 20, 30, 40]) };
        var ones = new Tensor([1, 8, 8, 4], [.. Enumerable.Repeat(1f, 8 * 8 * 4)]);
        var expected = Enumerable.Repeat(new float[] { 11, 22, 33, 44 }, 64).SelectMany(values => values).ToArray();
        Assert.Equal(expected, model.Predict(ones).Values);
        var arrays = FreedMemory.Overwrite(777);
        Assert.Equal(expected, model.Predict(ones).Values);
        GC.KeepAlive(arrays);
    }

    [Fact]
    public void Factors_stay_alive_from_the_compilation_to_the_first_run()
    {
        var (plan, input) = Compile();
        var arrays = FreedMemory.Overwrite(777);
        plan.Input(input).Fill(1);
        plan.Run();
        Assert.Equal([3, 5, 7], plan.Output(0).ToArray());
        GC.KeepAlive(arrays);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (Plan, Node) Compile()
        {
            var input = new Node(new InputOp("x", [3]));
            var variable = new Variable("v", [3]);
            variable.Write([3, 5, 7]);
            return (Plan.Compile(new Graph([input * new Node(new VariableOp(variable))])), input);
        }
    }

    /// <summary>Computed by hand: −α (1 − p)² log p of the true class, p = ½ and ¼, α = 1 and 3, over two samples.</summary>
    [Fact]
    public void Class_weights_of_a_focal_loss_stay_alive()
    {
        var model = new Sequential { new Input(2), new ActivationLayer(Activation.Linear) };
        model.Compile(new Sgd(), new CategoricalFocalCrossentropy { Alpha = [1, 3] });
        var data = new ArrayDataset([0.5f, 0.5f, 0.75f, 0.25f], [2], [1, 0, 0, 1], [2]);
        var expected = ((0.25 * Math.Log(2)) + (3 * 0.5625 * Math.Log(4))) / 2;
        Assert.Equal(expected, model.Evaluate(data, batchSize: 2).Loss, 1e-5);
        var arrays = FreedMemory.Overwrite(777);
        Assert.Equal(expected, model.Evaluate(data, batchSize: 2).Loss, 1e-5);
        GC.KeepAlive(arrays);
    }

    [Theory]
    [InlineData("erasing")]
    [InlineData("grayscale")]
    [InlineData("rescaling")]
    public void Constants_of_an_augmentation_stay_alive(string name)
    {
        Layer layer = name switch
        {
            "erasing" => new RandomErasing(1),
            "grayscale" => new RandomGrayscale(1),
            _ => new Rescaling([1, 2, 3], [0, 1, 2]),
        };
        var graph = new ModelGraph(new Sequential { new Input(8, 8, 3), layer }, 2, training: true);
        var run = graph.Compile(graph.Output);
        var images = new Tensor([2, 8, 8, 3], Pixels);
        var before = run.Run(images, 5)[0].Values;
        Assert.NotEqual(Pixels, before);
        var arrays = FreedMemory.Overwrite(777);
        Assert.Equal(before, run.Run(images, 5)[0].Values);
        GC.KeepAlive(arrays);
    }

    /// <summary>A batch normalization directly after an input is read from ONNX as a rescaling by vectors.</summary>
    [Fact]
    public void Vectors_of_a_batch_normalization_from_ONNX_stay_alive()
    {
        var model = new Sequential
        {
            new Input(4, 4, 3), new BatchNormalization(), new Conv2D(4, 3), new BatchNormalization(), new ReLU(), new BatchNormalization(),
        };
        foreach (var weight in model.Weights) weight.Write([.. Enumerable.Range(0, weight.Shape.Count).Select(i => 0.5f + (i % 5 * 0.25f))]);
        var images = new Tensor([8, 4, 4, 3], Pixels);
        var expected = model.Predict(images).Values;
        var file = Path.Combine(Path.GetTempPath(), $"fovea-{Guid.NewGuid():N}.onnx");
        try
        {
            model.Save(file);
            var read = Model.Load(file);
            for (var round = 0; round < 3; round++)
            {
                Assert.Equal(expected, read.Predict(images).Values, (x, y) => MathF.Abs(x - y) <= 1e-4f * (1 + MathF.Abs(x)));
                GC.KeepAlive(FreedMemory.Overwrite(777));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>An address points into a buffer that it keeps alive, and not beyond its end.</summary>
    [Fact]
    public void An_address_has_an_owner()
    {
        var addresses = new AlignedBuffer.Addresses(2);
        var reference = Set(addresses);
        var arrays = FreedMemory.Overwrite(777);
        Assert.True(reference.IsAlive);
        Assert.Equal([5, 5], addresses.Span(0, 2).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => addresses.Set(1, new AlignedBuffer(16), 17));
        Assert.Throws<ArgumentOutOfRangeException>(() => addresses.Span(0, 13).Length);
        Assert.Throws<InvalidOperationException>(() => addresses.Span(1, 1).Length);
        addresses.Clear(0);
        GC.KeepAlive(FreedMemory.Overwrite(777));
        Assert.False(reference.IsAlive);
        GC.KeepAlive(arrays);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Set(AlignedBuffer.Addresses addresses)
        {
            var buffer = new AlignedBuffer(16);
            buffer.Span.Fill(5);
            addresses.Set(0, buffer, 4);
            return new WeakReference(buffer);
        }
    }

    /// <summary>The expected values are computed by hand.</summary>
    [Fact]
    public void A_plan_reads_and_writes_lent_arrays_for_one_run()
    {
        var (x, y) = (new Node(new InputOp("x", [3])), new Node(new InputOp("y", [3])));
        var options = new PlanOptions { LendsOutputs = true };
        var plan = new Plan(PlanProgram.Compile(new Graph([x * y, x.Reshape([1, 3])]), options), new PlanMemory(), new ValueCache());
        new float[] { 10, 20, 30 }.CopyTo(plan.Input(y));
        new float[] { 7, 8, 9 }.CopyTo(plan.Input(x));
        Assert.Throws<InvalidOperationException>(plan.Run);
        var (input, output) = RunLent(plan, x);
        GC.KeepAlive(FreedMemory.Overwrite(777));
        Assert.False(input.IsAlive || output.IsAlive);

        // The input is again the one in the plan's own memory.
        var product = new float[3];
        Assert.True(plan.TryLendOutput(0, product));
        plan.Run();
        plan.EndLending();
        Assert.Equal([70, 160, 270], product);
        Assert.Equal([7, 8, 9], plan.Output(1).ToArray());
        Assert.Throws<ArgumentException>(() => plan.Lend(x, new float[2]));
        Assert.Throws<ArgumentException>(() => plan.TryLendOutput(0, new float[2]));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (WeakReference, WeakReference) RunLent(Plan plan, Node x)
        {
            var (input, product) = (new float[] { 1, 2, 3 }, new float[3]);
            plan.Lend(x, input);
            Assert.True(plan.TryLendOutput(0, product));
            Assert.False(plan.TryLendOutput(1, new float[3]));
            plan.Run();
            plan.EndLending();
            Assert.Equal([10, 40, 90], product);
            return (new WeakReference(input), new WeakReference(product));
        }
    }

    [Fact]
    public async Task A_running_plan_refuses_another_thread()
    {
        var input = new Node(new InputOp("x", [1]));
        var op = new WaitingOp();
        var plan = Plan.Compile(new Graph([new Node(op, input)]));
        var running = Task.Run(plan.Run);
        op.Began.Wait(TestContext.Current.CancellationToken);
        var error = Assert.Throws<InvalidOperationException>(plan.Run);
        Assert.Equal("Plan: another thread is running this plan. Compile a plan for each thread, or have the threads take turns.", error.Message);
        op.MayEnd.Set();
        await running;
        plan.Run();
    }

    private sealed record WaitingOp : Op
    {
        public ManualResetEventSlim Began { get; } = new();

        public ManualResetEventSlim MayEnd { get; } = new();

        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [outputGradient];

        public override void Reference(ReferenceCall call)
        {
            Began.Set();
            MayEnd.Wait();
        }
    }
}
