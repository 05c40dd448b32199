using System.Text.Json;
using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Engine.Fusion;

/// <summary>Convolutions with groups, compared with PyTorch, and under every fusion rule.</summary>
public class GroupFusionTests
{
    private readonly RandomNumbers random = new(13);

    /// <summary>Values that <c>tests/Golden/make_groups.py</c> computed in float64.</summary>
    [Fact]
    public void Reference_and_plan_equal_PyTorch()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "groups.json")));
        foreach (var golden in json.RootElement.EnumerateArray())
        {
            int Number(string name) => golden.GetProperty(name).GetInt32();
            double[] Numbers(string name) => [.. golden.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
            Shape Shaped(string name) => new([.. golden.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())]);
            var (x, k) = (new Node(new InputOp("x", Shaped("image"))), new Node(new InputOp("k", Shaped("kernel"))));
            var padding = golden.GetProperty("padding").GetString() == "same" ? Padding.Same : Padding.Valid;
            var y = x.Conv2D(k, (Number("stride"), Number("stride")), (Number("dilation"), Number("dilation")), padding, Number("groups"));
            var dy = new Node(new InputOp("dy", y.Shape));
            var graph = new Graph([y, .. Differentiation.Gradients((y * dy).Sum(), [x, k])]);
            var values = new Dictionary<Node, double[]> { [x] = Numbers("x"), [k] = Numbers("k"), [dy] = Numbers("dy") };
            var computed = ReferenceInterpreter.Run(graph, values);
            foreach (var (expected, actual) in new[] { "y", "dx", "dk" }.Select(Numbers).Zip(computed))
                Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) <= 1e-7 * Math.Max(1, Math.Abs(a)));
            PlanChecks.Compare(graph, values, sums: 100);
        }
    }

    /// <summary>Groups that fill panels, which are packed, and groups that do not; with bias, residual and relu.</summary>
    [Theory]
    [InlineData(2, 24, 64, true)]
    [InlineData(3, 9, 96, true)]
    [InlineData(2, 10, 80, false)]
    [InlineData(8, 32, 32, false)]
    public void Bias_residual_relu_and_batch_normalization_are_fused_into_a_convolution_with_groups(int groups, int channels, int filters, bool isPacked)
    {
        var input = new Node(new InputOp("x", [2, 7, 6, channels]));
        var other = new Node(new InputOp("other", [2, 7, 6, filters]));
        var x = input.Conv2D(Weight([3, 3, channels / groups, filters]), (1, 1), (1, 1), Padding.Same, groups) + Weight([filters]);
        x = ((x * Weight([filters])) + Weight([filters]) + other).Relu();
        var graph = new Graph([x]);
        var names = FusionRules.Apply(graph, isInference: true).Nodes.Select(node => node.Op.Name).ToList();
        Assert.Equal("Conv2D+Bias+Residual+Relu", names[^1]);
        Assert.Equal(isPacked, names.Contains("PackKernel"));
        PlanChecks.Compare(graph, Values(graph), sums: 9 * channels / groups, new PlanOptions { IsInference = true });
    }

    /// <summary>A convolution that is wide enough for Winograd and followed by max-pooling, in training and in inference.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Convolutions_with_groups_use_neither_Winograd_nor_fused_max_pooling(bool isInference)
    {
        var x = new Node(new InputOp("x", [2, 12, 13, 64]));
        var (k, b) = (Weight([3, 3, 32, 64]), Weight([64]));
        var pooled = (x.Conv2D(k, (1, 1), (1, 1), Padding.Same, 2) + b).Relu().MaxPool2D((2, 2), (2, 2), Padding.Valid);
        var graph = new Graph(isInference ? [pooled] : [pooled, .. Differentiation.Gradients(pooled.Square().Sum() / 1000, [x, k, b])]);
        var names = FusionRules.Apply(graph, isInference).Nodes.Select(node => node.Op.Name).ToList();
        Assert.Contains("Conv2D+Bias+Relu", names);
        Assert.Contains("MaxPool2D", names);
        Assert.DoesNotContain(names, name => name.Contains("F(", StringComparison.Ordinal));
        PlanChecks.Compare(graph, Values(graph), sums: 9 * 64, new PlanOptions { IsInference = isInference });
    }

    [Fact]
    public void As_many_groups_as_channels_are_a_depthwise_convolution()
    {
        var x = new Node(new InputOp("x", [2, 5, 6, 20]));
        var y = x.Conv2D(Weight([3, 3, 1, 20]), (2, 2), (1, 1), Padding.Same, 20);
        Assert.IsType<DepthwiseConv2DOp>(y.Op);
    }

    private Dictionary<Node, double[]> Values(Graph graph) =>
        graph.Nodes.Where(node => node.Op is InputOp).ToDictionary(node => node, node => PlanChecks.Fill(node.Shape, () => random.NextNormal()));

    private Node Weight(Shape shape)
    {
        var variable = new Variable("w", shape);
        foreach (ref var value in variable.Overwrite()) value = random.NextNormal() / 3;
        return new Node(new VariableOp(variable));
    }
}
