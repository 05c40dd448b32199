using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Engine.Fusion;

/// <summary>A convolution and the max-pooling of its output as one op, forward and backward.</summary>
public class MaxPoolFusionTests
{
    private readonly RandomNumbers random = new(11);

    /// <summary>Image (height, width, channels), kernel (height, width, filters, stride, dilation), pooling (size, stride), both paddings.</summary>
    public static TheoryData<int[], int[], int[], Padding, Padding> Geometries => new()
    {
        { [28, 28, 1], [3, 3, 32, 1, 1], [2, 2], Padding.Valid, Padding.Valid },
        { [13, 13, 32], [3, 3, 64, 1, 1], [2, 2], Padding.Valid, Padding.Valid },
        { [11, 14, 3], [3, 3, 17, 1, 1], [2, 2], Padding.Valid, Padding.Valid },
        { [12, 13, 3], [3, 3, 16, 1, 1], [2, 2], Padding.Same, Padding.Valid },
        { [9, 11, 19], [3, 3, 33, 1, 1], [2, 2], Padding.Same, Padding.Same },
        { [17, 15, 8], [5, 3, 21, 2, 1], [3, 2], Padding.Valid, Padding.Valid },
        { [17, 15, 24], [3, 5, 7, 1, 2], [2, 3], Padding.Same, Padding.Same },
        { [16, 16, 4], [7, 7, 9, 2, 1], [3, 2], Padding.Same, Padding.Same },
        { [3, 3, 11], [2, 2, 1, 1, 1], [2, 2], Padding.Valid, Padding.Valid },
        { [6, 5, 1], [1, 1, 2, 1, 1], [2, 1], Padding.Valid, Padding.Same },
        { [19, 7, 130], [3, 3, 5, 1, 1], [2, 2], Padding.Valid, Padding.Valid },
        { [10, 10, 48], [4, 4, 20, 3, 1], [2, 2], Padding.Same, Padding.Valid },
        { [31, 33, 16], [3, 3, 40, 1, 1], [5, 4], Padding.Valid, Padding.Valid },
        { [37, 41, 40], [3, 2, 56, 1, 1], [2, 2], Padding.Same, Padding.Valid },
        { [21, 5, 70], [1, 9, 31, 1, 1], [3, 1], Padding.Same, Padding.Same },
        { [10, 11, 5], [3, 3, 32, 1, 1], [2, 2], Padding.Same, Padding.Same },
        { [14, 9, 2], [2, 3, 16, 1, 1], [2, 2], Padding.Valid, Padding.Same },
        { [9, 12, 7], [2, 2, 48, 1, 2], [2, 1], Padding.Same, Padding.Valid },
        { [64, 90, 3], [3, 3, 16, 1, 1], [2, 3], Padding.Valid, Padding.Valid },
        { [40, 21, 33], [5, 3, 24, 1, 1], [3, 2], Padding.Same, Padding.Same },
        { [61, 19, 16], [3, 3, 64, 2, 1], [4, 3], Padding.Same, Padding.Same },
        { [43, 17, 24], [1, 2, 65, 1, 1], [2, 3], Padding.Valid, Padding.Valid },
    };

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Values_and_all_gradients_equal_the_reference(int[] image, int[] kernel, int[] pool, Padding padding, Padding poolPadding)
    {
        foreach (var (relu, batch) in new[] { (true, 3), (false, 1), (true, 17) })
        {
            var x = new Node(new InputOp("x", [batch, .. image]));
            var k = new Node(new InputOp("k", [kernel[0], kernel[1], image[2], kernel[2]]));
            var b = new Node(new InputOp("b", [kernel[2]]));
            var convolution = x.Conv2D(k, (kernel[3], kernel[3]), (kernel[4], kernel[4]), padding) + b;
            var pooled = (relu ? convolution.Relu() : convolution).MaxPool2D((pool[0], pool[0]), (pool[1], pool[1]), poolPadding);
            var weights = new Node(new InputOp("weights", pooled.Shape));
            var graph = new Graph([pooled, .. Differentiation.Gradients((pooled * weights).Sum(), [x, k, b])]);

            var names = FusionRules.Apply(graph).Nodes.Select(node => node.Op.Name).ToList();
            Assert.Contains(names, name => name.EndsWith(relu ? "+MaxPool2D+Relu" : "+MaxPool2D", StringComparison.Ordinal));
            Assert.Contains("Conv2DMaxPoolKernelGradient", names);
            Assert.DoesNotContain("MaxPool2D", names);
            Assert.DoesNotContain("MaxPool2DGradient", names);
            var values = graph.Nodes.Where(node => node.Op is InputOp)
                .ToDictionary(node => node, node => PlanChecks.Fill(node.Shape, () => random.NextNormal()));
            PlanChecks.Compare(graph, values, sums: (batch * pooled.Shape[1] * pooled.Shape[2]) + (kernel[0] * kernel[1] * image[2]));
        }
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Values_in_inference_equal_the_reference(int[] image, int[] kernel, int[] pool, Padding padding, Padding poolPadding)
    {
        var x = new Node(new InputOp("x", [2, .. image]));
        var k = new Node(new InputOp("k", [kernel[0], kernel[1], image[2], kernel[2]]));
        var b = new Node(new InputOp("b", [kernel[2]]));
        var convolution = (x.Conv2D(k, (kernel[3], kernel[3]), (kernel[4], kernel[4]), padding) + b).Clip(0, 6);
        var graph = new Graph([convolution.MaxPool2D((pool[0], pool[0]), (pool[1], pool[1]), poolPadding)]);
        Assert.Contains("Conv2D+MaxPool2D+Relu6", FusionRules.Apply(graph).Nodes.Select(node => node.Op.Name));
        var values = graph.Nodes.Where(node => node.Op is InputOp).ToDictionary(node => node, node => PlanChecks.Fill(node.Shape, () => random.NextNormal()));
        PlanChecks.Compare(graph, values, sums: kernel[0] * kernel[1] * image[2]);
    }

    [Fact]
    public void A_convolution_with_other_readers_is_not_fused()
    {
        var x = new Node(new InputOp("x", [2, 8, 8, 3]));
        var k = new Node(new InputOp("k", [3, 3, 3, 4]));
        var convolution = x.Conv2D(k, (1, 1), (1, 1), Padding.Valid).Relu();
        var graph = new Graph([convolution, convolution.MaxPool2D((2, 2), (2, 2), Padding.Valid)]);
        Assert.Contains("MaxPool2D", FusionRules.Apply(graph).Nodes.Select(node => node.Op.Name));
        var values = graph.Nodes.Where(node => node.Op is InputOp).ToDictionary(node => node, node => PlanChecks.Fill(node.Shape, () => random.NextNormal()));
        PlanChecks.Compare(graph, values, sums: 27);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void Windows_of_only_infinities_or_NaN_have_a_maximum_within_the_image_and_a_gradient(int channels)
    {
        var x = new Node(new InputOp("x", [1, 5, 5, channels]));
        var k = new Node(new InputOp("k", [1, 1, channels, 16]));
        var b = new Node(new InputOp("b", [16]));
        var pooled = (x.Conv2D(k, (1, 1), (1, 1), Padding.Valid) + b).MaxPool2D((3, 3), (2, 2), Padding.Same);
        var graph = new Graph([pooled, .. Differentiation.Gradients(pooled.Sum(), [k])]);
        var plan = Plan.Compile(graph);
        plan.Input(x).Fill(1);
        plan.Input(k).Fill(float.NegativeInfinity);
        plan.Input(b)[3] = float.NaN;
        plan.Run();
        for (var i = 0; i < pooled.Shape.Count; i++) Assert.Equal(i % 16 == 3 ? float.NaN : float.NegativeInfinity, plan.Output(0)[i]);
        Assert.All(plan.Output(1).ToArray(), sum => Assert.Equal(9, sum));
    }
}
