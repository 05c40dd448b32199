using Fovea.Engine;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Engine.Fusion;

/// <summary>Batch normalization in inference is folded into the weights before it, and a residual is fused into the convolution before it.</summary>
public class FoldBatchNormalizationTests
{
    private readonly RandomNumbers random = new(3);

    [Theory]
    [InlineData("convolution", false, "Conv2D+Bias+Relu")]
    [InlineData("convolution", true, "Conv2D+Bias+Relu")]
    [InlineData("depthwise", false, "DepthwiseConv2D+Bias+Relu")]
    [InlineData("depthwise", true, "DepthwiseConv2D+Bias+Relu")]
    [InlineData("dense", false, "MatMul+Bias+Relu")]
    [InlineData("dense", true, "MatMul+Bias+Relu")]
    [InlineData("transposed", true, "MatMul+Bias+Relu")]
    public void Folding_leaves_one_op_and_the_same_values(string kind, bool hasBias, string name)
    {
        var isDense = kind is "dense" or "transposed";
        var input = new Node(new InputOp("input", isDense ? [5, 4] : [2, 7, 5, 4]));
        var x = kind switch
        {
            "convolution" => input.Conv2D(Weight([3, 3, 4, 6]), (2, 1), (1, 1), Padding.Same),
            "depthwise" => input.DepthwiseConv2D(Weight([3, 2, 4, 1]), (1, 1), (1, 1), Padding.Same),
            "transposed" => input.MatMul(Weight([6, 4]), transposeRight: true),
            _ => input.MatMul(Weight([4, 6])),
        };
        if (hasBias) x += Weight([x.Shape[^1]]);
        var graph = new Graph([Normalized(x).Relu()]);
        Assert.Equal([name], Computed(graph));
        Compare(graph, input);
    }

    [Fact]
    public void Several_kernels_per_channel_are_scaled_one_by_one()
    {
        var input = new Node(new InputOp("input", [1, 4, 4, 3]));
        var graph = new Graph([Normalized(input.DepthwiseConv2D(Weight([2, 2, 3, 2]), (1, 1), (1, 1), Padding.Valid))]);
        Assert.Equal(["DepthwiseConv2D+Bias"], Computed(graph));
        Compare(graph, input);
    }

    [Fact]
    public void Values_with_other_users_or_factors_from_the_input_are_not_folded()
    {
        var input = new Node(new InputOp("input", [2, 4, 4, 3]));
        var x = input.Conv2D(Weight([1, 1, 3, 3]), (1, 1), (1, 1), Padding.Valid);
        var graph = new Graph([Normalized(x), x, input.Conv2D(Weight([1, 1, 3, 3]), (1, 1), (1, 1), Padding.Valid) * input.SumRange(0, 3)]);
        Assert.Equal(3, Computed(graph).Count(name => name != "Conv2D"));
        Compare(graph, input);
    }

    /// <summary>A frozen batch normalization after a trainable convolution: the forward pass is folded, and the gradient is the same.</summary>
    [Fact]
    public void A_frozen_batch_normalization_folds_in_training_too()
    {
        var input = new Node(new InputOp("input", [2, 4, 4, 3]));
        var kernel = new Variable("kernel", [3, 3, 3, 5]);
        foreach (ref var value in kernel.Overwrite()) value = random.NextNormal();
        var k = new Node(new VariableOp(kernel));
        var loss = Normalized(input.Conv2D(k, (1, 1), (1, 1), Padding.Same)).Relu().Square().Sum() / 100;
        var gradient = Fovea.Engine.Autodiff.Differentiation.Gradients(loss, [k])[0];
        var graph = new Graph([loss], [new Update(kernel, k - gradient)]);
        Assert.Contains("Conv2D+Bias+Relu", Computed(graph));
        Compare(graph, input);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_residual_is_fused_into_the_convolution(bool first)
    {
        var input = new Node(new InputOp("input", [2, 5, 4, 6]));
        var x = Normalized(input.Conv2D(Weight([1, 1, 6, 40]), (1, 1), (1, 1), Padding.Valid)).Relu();
        var y = Normalized(x.Conv2D(Weight([3, 3, 40, 40]), (1, 1), (1, 1), Padding.Same));
        var graph = new Graph([(first ? x + y : y + x).Relu()]);
        Assert.Equal(["Conv2D+Bias+Relu", "Conv2D+Bias+Residual+Relu"], Computed(graph));
        Compare(graph, input, 360);
    }

    [Fact]
    public void Of_two_added_convolutions_one_takes_the_other_as_residual()
    {
        var input = new Node(new InputOp("input", [1, 5, 4, 6]));
        Node Branch() => Normalized(input.Conv2D(Weight([1, 1, 6, 7]), (1, 1), (1, 1), Padding.Valid));
        var graph = new Graph([(Branch() + Branch()).Clip(0, 6)]);
        Assert.Equal(["Conv2D+Bias", "Conv2D+Bias+Residual+Relu6"], Computed(graph));
        Compare(graph, input);
    }

    /// <summary>The names of the ops that are computed for each input.</summary>
    private static List<string> Computed(Graph graph)
    {
        var fused = FusionRules.Apply(graph);
        var independent = fused.FindIndependentOfInputs();
        return [.. fused.Nodes.Where(node => !independent.Contains(node) && node.Op is not SourceOp).Select(node => node.Op.Name)];
    }

    private Node Normalized(Node x)
    {
        Shape channels = [x.Shape[^1]];
        var factor = Weight(channels) / (Weight(channels).Square() + 0.5f).Sqrt();
        return (x * factor) + (Weight(channels) - (Weight(channels) * factor));
    }

    private Node Weight(Shape shape)
    {
        var variable = new Variable("weight", shape);
        foreach (ref var value in variable.Overwrite()) value = random.NextNormal();
        return new Node(new VariableOp(variable));
    }

    private void Compare(Graph graph, Node input, int sums = 40) =>
        PlanChecks.Compare(graph, new Dictionary<Node, double[]> { [input] = PlanChecks.Fill(input.Shape, () => random.NextNormal()) }, sums);
}
