using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Engine.Planning;

/// <summary>
/// Whole plans with all fusions, compared with the reference: networks of random layers on images of random shapes, and one network on images of all sizes.
/// The seeds are fixed, since a value near 0 may be rounded to either side of a relu.
/// </summary>
public class RandomNetTests
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 7, 8, 11, 13, 16, 19];
    private static readonly int[] Batches = [1, 1, 2, 3, 5, 17];
    private static readonly int[] Channels = [1, 2, 3, 4, 6, 8, 12, 16, 17, 33, 36];

    public static TheoryData<long> Seeds => [.. Enumerable.Range(1, 60).Select(i => (long)i)];

    public static TheoryData<long> FewSeeds => [.. Enumerable.Range(1, 20).Select(i => (long)i)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_training_step_of_a_random_net_equals_the_reference(long seed)
    {
        var net = new RandomNet(seed, isTraining: true);
        var mask = new Node(new InputOp("mask", net.Output.Shape));
        var gradients = Differentiation.Gradients((net.Output * mask).Sum(), [net.Input, .. net.Weights]);
        Check(new Graph([net.Output, .. gradients]), seed, net.MaxSumLength, null);
    }

    /// <summary>The limit is lowered until none is possible, so that each value that waits for a gradient is recomputed in some plan.</summary>
    [Theory]
    [MemberData(nameof(FewSeeds))]
    public void A_training_step_of_a_random_net_is_bit_identical_in_less_memory(long seed)
    {
        var net = new RandomNet(seed, isTraining: true);
        var weights = net.Weights.ConvertAll(weight => ((VariableOp)weight.Op).Variable);
        var gradients = Differentiation.Gradients(net.Output.Square().Mean(), net.Weights);
        var graph = new Graph([net.Output], [.. weights.Select((weight, i) => new Update(weight, net.Weights[i] - (0.1f * gradients[i])))]);
        var random = new RandomNumbers(seed, stream: 1);
        var image = PlanChecks.Fill(net.Input.Shape, () => random.NextNormal());
        var initial = weights.ConvertAll(weight => weight.Values.ToArray());
        var whole = Plan.Compile(graph);
        var expected = TwoSteps(whole);
        long? limit = sizeof(float) * whole.ArenaFloats;
        for (Plan? plan; (plan = Within(limit - 1)) is not null; limit = sizeof(float) * plan.ArenaFloats)
        {
            Assert.True(sizeof(float) * plan.ArenaFloats < limit);
            Assert.Equal(expected, TwoSteps(plan));
        }

        Plan? Within(long? limit)
        {
            try
            {
                return Plan.Compile(graph, new PlanOptions { MemoryLimit = limit });
            }
            catch (InsufficientMemoryException)
            {
                return null;
            }
        }

        int[] TwoSteps(Plan plan)
        {
            for (var i = 0; i < weights.Count; i++) weights[i].Write(initial[i]);
            Array.ConvertAll(image, value => (float)value).CopyTo(plan.Input(net.Input));
            plan.Run();
            plan.Run();
            return [.. weights.SelectMany(weight => weight.Values.ToArray()).Concat(plan.Output(0).ToArray()).Select(BitConverter.SingleToInt32Bits)];
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_prediction_of_a_random_net_equals_the_reference(long seed)
    {
        // The tolerance is four times as large, since the larger Winograd tiles may be used.
        var net = new RandomNet(seed, isTraining: false);
        Check(new Graph([net.Output]), seed, 16 * net.MaxSumLength, new PlanOptions { IsInference = true });
    }

    [Theory]
    [InlineData(1, 8, 8)]
    [InlineData(1, 64, 97)]
    [InlineData(1, 257, 131)]
    [InlineData(1, 1024, 1024)]
    [InlineData(2, 8, 8)]
    [InlineData(63, 8, 9)]
    [InlineData(256, 8, 8)]
    [InlineData(1024, 8, 8)]
    public void Images_of_all_sizes_and_batches_of_all_sizes_equal_the_reference(int batch, int height, int width)
    {
        var image = new Node(new InputOp("image", [batch, height, width, 1]));
        var weights = new[] { Weight([3, 3, 1, 3]), Weight([3]), Weight([3, 3, 3, 4]), Weight([4]) };
        var x = (image.Conv2D(weights[0], (1, 1), (1, 1), Padding.Same) + weights[1]).Relu().MaxPool2D((2, 2), (2, 2), Padding.Valid);
        x = (x.Conv2D(weights[2], (2, 2), (1, 1), Padding.Same) + weights[3]).Relu();
        var mask = new Node(new InputOp("mask", x.Shape));
        Check(new Graph([x, .. Differentiation.Gradients((x * mask).Sum(), weights)]), 9, batch * height * width, null);
        Check(new Graph([x]), 9, 27, new PlanOptions { IsInference = true });
    }

    private static void Check(Graph graph, long seed, int sums, PlanOptions? options)
    {
        var random = new RandomNumbers(seed, stream: 1);
        var values = graph.Nodes.Where(node => node.Op is InputOp).ToDictionary(node => node, node => PlanChecks.Fill(node.Shape, () => random.NextNormal()));
        PlanChecks.Compare(graph, values, sums, options, minimumScale: 0.1);
    }

    private static Node Weight(Shape shape)
    {
        var random = new RandomNumbers(shape.Count);
        var variable = new Variable("w", shape);
        foreach (ref var value in variable.Overwrite()) value = random.NextNormal() / 3;
        return new Node(new VariableOp(variable));
    }

    /// <summary>Two to four layers: convolutions of every kind, with the ops that may follow them.</summary>
    private sealed class RandomNet
    {
        private readonly RandomNumbers random;
        private readonly bool isTraining;

        public RandomNet(long seed, bool isTraining)
        {
            random = new RandomNumbers(seed, stream: 2);
            this.isTraining = isTraining;
            Input = new Node(new InputOp("image", [Any(Batches), Any(Sizes), Any(Sizes), Any(Channels)]));
            Output = Input;
            for (var layer = 2 + random.NextInt(3); layer > 0; layer--) Output = Layer(Output);
        }

        public Node Input { get; }

        public Node Output { get; }

        public List<Node> Weights { get; } = [];

        public int MaxSumLength { get; private set; } = 4;

        private Node Layer(Node x)
        {
            var channels = x.Shape[3];
            var kernel = (Height: 1 + random.NextInt(4), Width: 1 + random.NextInt(4));
            var strides = (1 + random.NextInt(2) * random.NextInt(5), 1 + random.NextInt(2) * random.NextInt(5));
            var dilation = strides == (1, 1) && random.NextInt(3) == 0 ? (1 + random.NextInt(2), 2) : (1, 1);
            if (random.NextInt(3) == 0) (kernel, strides, dilation) = ((3, 3), (1, 1), (1, 1));
            var fits = x.Shape[1] > (kernel.Height - 1) * dilation.Item1 && x.Shape[2] > (kernel.Width - 1) * dilation.Item2;
            var padding = fits && random.NextInt(2) == 0 ? Padding.Valid : Padding.Same;
            Node y;
            if (random.NextInt(4) == 0)
            {
                y = x.DepthwiseConv2D(
                    Weight([kernel.Height, kernel.Width, channels, 1 + random.NextInt(2)], kernel.Height * kernel.Width), strides, dilation, padding);
            }
            else
            {
                int[] divisors = [.. Enumerable.Range(1, channels).Where(groups => channels % groups == 0)];
                var groups = random.NextInt(3) == 0 ? Any(divisors) : 1;
                var filters = random.NextInt(3) == 0 && channels % groups == 0 ? channels : groups * Math.Max(1, Any(Channels) / groups);
                y = x.Conv2D(
                    Weight([kernel.Height, kernel.Width, channels / groups, filters], kernel.Height * kernel.Width * channels / groups), strides, dilation,
                    padding, groups);
                MaxSumLength = Math.Max(MaxSumLength, kernel.Height * kernel.Width * Math.Max(channels, filters));
            }

            MaxSumLength = Math.Max(MaxSumLength, y.Shape.Count / y.Shape[3]);
            return Follow(x, y);
        }

        private Node Follow(Node x, Node y)
        {
            var channels = y.Shape[3];
            var normalizes = random.NextInt(3) == 0 && y.Shape.Count / channels >= 8;

            // The gradient of a bias before a batch normalization in training is 0 up to rounding errors, which cannot be compared.
            if (random.NextInt(2) == 0 && !(isTraining && normalizes)) y += Weight([channels], 4);
            if (normalizes)
            {
                y = isTraining
                    ? y.BatchNormalization(Weight([channels], 4), Weight([channels], 4), 0.1f).Output
                    : (y * Weight([channels], 4)) + Weight([channels], 4);
            }

            if (x.Shape == y.Shape && random.NextInt(2) == 0) y += x;
            y = random.NextInt(4) switch { 0 => y, 1 => y.Clip(0, 6), _ => y.Relu() };
            var pool = 1 + random.NextInt(3);
            return random.NextInt(5) switch
            {
                0 => y.AveragePool2D((pool, pool), (1 + random.NextInt(3), 2), Padding.Same),
                1 or 2 => y.MaxPool2D((pool, 2), (1 + random.NextInt(3), 2), Padding.Same),
                _ => y,
            };
        }

        private Node Weight(Shape shape, int fan)
        {
            var variable = new Variable("w", shape);
            foreach (ref var value in variable.Overwrite()) value = random.NextNormal() / MathF.Sqrt(fan);
            Weights.Add(new Node(new VariableOp(variable)));
            return Weights[^1];
        }

        private int Any(int[] values) => values[random.NextInt(values.Length)];
    }
}
