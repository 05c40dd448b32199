using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;
using Fovea.Tests.Engine.Ops;
using Fovea.Tests.Layers;
using Fovea.Tests.Training;

namespace Fovea.Tests.Engine.Planning;

/// <summary>
/// All results are bit-identical when unused memory is NaN: ranges of the arena after their last reader, workers' scratch after each step, and memory freed by
/// garbage collections. This shows a step that reads stale memory, and a plan whose memory was collected.
/// </summary>
[Collection(AloneCollection.Name)]
public class PlanAuditTests
{
    private const string Slow = "takes minutes; set FOVEA_SLOW=1 to run it.";
    private const int Samples = 3;

    public static IEnumerable<TheoryDataRow<string>> SmallFiles => GoldenFiles.Concat(DataFiles("models")).Select(file => new TheoryDataRow<string>(file));

    public static IEnumerable<TheoryDataRow<string>> LargeFiles => DataFiles("pretrained").DefaultIfEmpty("").Select(file => new TheoryDataRow<string>(file));

    private static IEnumerable<string> GoldenFiles =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Golden", "onnx"), "*.onnx").Select(file => Path.GetFileName(file)!).Order();

    [Fact]
    public void All_ops_and_their_gradients_give_the_same_bits()
    {
        foreach (var row in OpCases.All)
        {
            var inputs = row.Inputs.Select((shape, i) => new Node(new InputOp($"x{i}", shape))).ToArray();
            var output = row.Build(inputs);
            var weights = new Node(new InputOp("weights", output.Shape));
            var targets = inputs.Where((_, i) => !row.Constants.Contains(i)).ToArray();
            var graph = new Graph([output, .. Differentiation.Gradients((output * weights).Sum(), targets)]);
            var values = OpTests.Values(row, inputs, weights);
            foreach (var isInference in new[] { false, true })
            {
                var expected = Run(graph, values, isInference);
                float[][] found = [];
                Watch(40, () => found = Run(graph, values, isInference));
                AssertSame(expected, found, row.Name);
            }
        }
    }

    [Fact]
    public void All_layers_give_the_same_bits_in_a_prediction_and_two_training_steps()
    {
        foreach (var row in LayerCases.All.Where(row => row.Create() is not (Input or MixUp or CutMix) && row.Input.Rank > 0))
        {
            Check(row.Name, row.Input, Create, steps: 60);

            Model Create()
            {
                var layer = row.Create();
                SymbolicTensor input = new Input(row.Input.Dimensions), x = input;
                if (row.Input.Rank == 3) x = new BatchNormalization().Call(new Conv2D(row.Input[2], 3, padding: Padding.Same).Call(x));
                x = layer.Call([x, .. Enumerable.Repeat(input, row.Inputs - 1)]);
                return new Model(input, new Dense(3, Activation.Softmax).Call(row.Output.Rank == 1 ? x : new Flatten().Call(x)), seed: 5);
            }
        }
    }

    [Theory]
    [InlineData("convnet")]
    [InlineData("residual")]
    [InlineData("separable")]
    [InlineData("grouped")]
    [InlineData("augmented")]
    public void Small_nets_with_other_optimizers_give_the_same_bits(string net)
    {
        foreach (var optimizer in new Func<Optimizer>[] { () => new Adam { UseEma = true }, () => new RmsProp { GradientAccumulationSteps = 2 } })
            Check(net, SmallNets.Create(net).InputShape, () => SmallNets.Create(net, optimizer()), steps: 40, compiled: true);
    }

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public void Model_files_give_the_same_bits(string file) => CheckFile(file);

    [Theory]
    [MemberData(nameof(LargeFiles))]
    public void Pretrained_networks_give_the_same_bits(string file)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1", Slow);
        Assert.SkipWhen(file.Length == 0, "shared/data/pretrained is missing; set FOVEA_DATA.");
        CheckFile(file);
    }

    /// <summary>Tests the mode itself: a step that reads memory that was not written gets NaN.</summary>
    [Fact]
    public void The_audit_shows_a_kernel_that_reads_memory_it_did_not_write()
    {
        var input = new Node(new InputOp("x", [4]));
        var graph = new Graph([new Node(new UnwrittenScratchOp(), input.Exp())]);
        var values = new Dictionary<Node, double[]> { [input] = [1, 2, 3, 4] };
        float[][] found = [];
        Watch(1, () => found = Run(graph, values, isInference: false));
        Assert.All(found[0], value => Assert.True(float.IsNaN(value)));
    }

    private static void CheckFile(string file)
    {
        var path = File.Exists(Golden(file)) ? Golden(file) : TestData.Find(file);
        Assert.SkipWhen(path is null, $"shared/data/{file} is missing; set FOVEA_DATA.");
        Check(file, null, () => Model.Load(path!), steps: 30);

        static string Golden(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", "onnx", file);
    }

    /// <summary>A prediction, two training steps and another prediction: once without and once with the audit.</summary>
    private static void Check(string name, Shape? sample, Func<Model> create, int steps, bool compiled = false)
    {
        var expected = Outputs();
        float[][] found = [];
        Watch(steps, () => found = Outputs());
        AssertSame(expected, found, name);

        float[][] Outputs()
        {
            var model = create();
            var shapes = sample is { } only ? [only] : model.Inputs.Select(input => input.Shape).ToArray();
            var inputs = shapes.Select((shape, i) => new Tensor(shape.Prepend(Samples), LayerRunner.Normal(Samples * shape.Count, i + 3))).ToArray();
            var before = model.Predict(inputs);
            if (shapes.Length > 1 || model.Outputs.Count > 1) return [.. before.Select(tensor => tensor.Values)];
            if (!compiled) model.Compile(new Sgd(1e-3f, 0.9f), Loss.MeanSquaredError);
            var targets = compiled ? new float[] { 0, 1, 2 } : LayerRunner.Normal(Samples * model.OutputShape.Count, 11);
            var data = new ArrayDataset(inputs[0].Values, shapes[0], targets, compiled ? Shape.Scalar : model.OutputShape);
            model.Fit(data, epochs: 2, batchSize: Samples);
            return [before[0].Values, .. model.Weights.Select(weight => weight.Values.ToArray()), model.Predict(inputs)[0].Values,
                [(float)model.Evaluate(data).Loss]];
        }
    }

    private static void Watch(int stepsPerCollection, Action action) =>
        Assert.True(PlanAudit.Watch(stepsPerCollection, action).StepCount > 0, "nothing was watched");

    private static float[][] Run(Graph graph, Dictionary<Node, double[]> values, bool isInference)
    {
        var plan = Plan.Compile(graph, new PlanOptions { IsInference = isInference });
        foreach (var (node, value) in values)
        {
            if (plan.Has(node)) Array.ConvertAll(value, element => (float)element).CopyTo(plan.Input(node));
        }

        plan.Run();
        return [.. graph.Outputs.Select((_, i) => plan.Output(i).ToArray())];
    }

    private static void AssertSame(float[][] expected, float[][] found, string name)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var k = 0; k < expected.Length; k++)
        {
            for (var i = 0; i < expected[k].Length; i++)
            {
                if (BitConverter.SingleToInt32Bits(expected[k][i]) != BitConverter.SingleToInt32Bits(found[k][i]))
                    Assert.Fail($"{name}: value {k} [{i}] is {found[k][i]} instead of {expected[k][i]}.");
            }
        }
    }

    private static IEnumerable<string> DataFiles(string folder) => TestData.Find(folder) is { } found
        ? Directory.EnumerateFiles(found, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("_reference.h5", StringComparison.Ordinal))
            .Where(file => Path.GetExtension(file) is ".keras" or ".h5" or ".onnx" or ".tflite" || Path.GetFileName(file) == "model.json")
            .Select(file => $"{folder}/{Path.GetRelativePath(found, file)}").Order(StringComparer.Ordinal)
        : [];

    /// <summary>Returns the content of its scratch.</summary>
    private sealed record UnwrittenScratchOp : Op
    {
        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [null];

        public override void Reference(ReferenceCall call) => call.Inputs[0].CopyTo(call.Output, 0);

        internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new UnwrittenScratchKernel(output.Count);
    }

    private sealed class UnwrittenScratchKernel(int count) : Kernel
    {
        public override int ScratchFloats => count;

        public override int Units(int phase) => 1;

        public override unsafe void Run(int phase, int unit, in KernelBuffers buffers) =>
            new Span<float>(buffers.Scratch, count).CopyTo(new Span<float>(buffers.Output, count));
    }
}
