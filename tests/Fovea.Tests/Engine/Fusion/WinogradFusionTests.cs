using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;
using Fovea.Tests.Training;

namespace Fovea.Tests.Engine.Fusion;

/// <summary>Which convolutions become Winograd convolutions; the whole graph gives the same values.</summary>
[Collection(AloneCollection.Name)]
public class WinogradFusionTests
{
    private readonly RandomNumbers random = new(3);

    [Fact]
    public void In_inference_a_convolution_with_bias_and_relu_uses_tiles_of_four_by_four()
    {
        var image = new Node(new InputOp("image", [2, 16, 17, 40]));
        var graph = new Graph([(image.Conv2D(Weight([3, 3, 40, 48]), (1, 1), (1, 1), Padding.Same) + Weight([48])).Relu()]);
        Assert.Contains("Conv2D F(4,3)+Bias+Relu", Names(graph, isInference: true));
        PlanChecks.Compare(
            graph, new Dictionary<Node, double[]> { [image] = PlanChecks.Fill(image.Shape, () => random.NextNormal()) }, sums: 9 * 40,
            new PlanOptions { IsInference = true });
    }

    [Fact]
    public void In_training_convolutions_of_few_channels_and_their_gradients_use_tiles_of_two_by_two()
    {
        var image = new Node(new InputOp("image", [12, 10, 11, 64]));
        var kernel = Weight([3, 3, 64, 72]);
        var output = image.Conv2D(kernel, (1, 1), (1, 1), Padding.Valid);
        var graph = new Graph([output, .. Differentiation.Gradients(output.Square().Sum(), [image, kernel])]);
        Assert.Equal(2, Names(graph, isInference: false).Count(name => name == "Conv2D F(2,3)"));
        Assert.Contains("Conv2DKernelGradient F(2,3)", Names(graph, isInference: false));
        PlanChecks.Compare(graph, new Dictionary<Node, double[]> { [image] = PlanChecks.Fill(image.Shape, () => random.NextNormal()) }, sums: 9 * 72);
    }

    [Fact]
    public void In_training_a_convolution_of_many_channels_uses_tiles_of_four_by_four()
    {
        var image = new Node(new InputOp("image", [3, 16, 16, 256]));
        var kernel = Weight([3, 3, 256, 40]);
        var output = image.Conv2D(kernel, (1, 1), (1, 1), Padding.Same);
        var graph = new Graph([output, .. Differentiation.Gradients(output.Square().Sum(), [kernel])]);
        Assert.Contains("Conv2D F(4,3)", Names(graph, isInference: false));
        PlanChecks.Compare(graph, new Dictionary<Node, double[]> { [image] = PlanChecks.Fill(image.Shape, () => random.NextNormal()) }, sums: 9 * 256);
    }

    [Fact]
    public void Convolutions_that_share_a_kernel_share_its_transform()
    {
        var (first, second) = (new Node(new InputOp("a", [1, 16, 16, 64])), new Node(new InputOp("b", [1, 16, 16, 64])));
        var kernel = Weight([3, 3, 64, 64]);
        var graph = new Graph([first.Conv2D(kernel, (1, 1), (1, 1), Padding.Same), second.Conv2D(kernel, (1, 1), (1, 1), Padding.Same)]);
        Assert.Single(Names(graph, isInference: true), "WinogradKernel");
    }

    [Fact]
    public void Without_fast_convolution_inference_uses_only_tiles_that_are_no_less_accurate_than_the_direct_sum()
    {
        var image = new Node(new InputOp("image", [2, 16, 16, 64]));
        var graph = new Graph([image.Conv2D(Weight([3, 3, 64, 64]), (1, 1), (1, 1), Padding.Same)]);
        Cpu.FastConvolution = false;
        try
        {
            Assert.Contains("Conv2D F(2,3)", Names(graph, isInference: true));
        }
        finally
        {
            Cpu.FastConvolution = true;
        }
    }

    [Theory]
    [InlineData(1, 224, 3, 64, -1)]
    [InlineData(1, 224, 64, 64, (int)WinogradVariant.Four)]
    [InlineData(1, 56, 256, 256, (int)WinogradVariant.Four)]
    [InlineData(1, 14, 512, 512, (int)WinogradVariant.Three)]
    [InlineData(1, 7, 512, 512, -1)]
    [InlineData(1, 14, 256, 256, (int)WinogradVariant.Three)]
    [InlineData(64, 3, 128, 128, (int)WinogradVariant.Three)]
    [InlineData(1, 1, 64, 64, -1)]
    public void The_rule_counts_products_transforms_and_the_border(int batch, int size, int channels, int filters, int expected)
    {
        var window = Window2D.Create((size, size), (3, 3), (1, 1), (1, 1), Padding.Same);
        Assert.Equal(expected < 0 ? null : (WinogradVariant)expected, UseWinograd.Choose(window, batch, channels, filters, isInference: true));
    }

    [Theory]
    [InlineData(2, 28, 512, 512, (int)WinogradVariant.Four, (int)WinogradVariant.Three)]
    [InlineData(2, 14, 512, 512, (int)WinogradVariant.Two, (int)WinogradVariant.Two)]
    [InlineData(8, 14, 256, 256, (int)WinogradVariant.Three, (int)WinogradVariant.Three)]
    [InlineData(8, 56, 64, 64, (int)WinogradVariant.Two, (int)WinogradVariant.Four)]
    [InlineData(64, 5, 64, 64, -1, -1)]
    public void Training_uses_only_tiles_that_are_no_less_accurate_than_the_direct_sum(
        int batch, int size, int channels, int filters, int forward, int kernelGradient)
    {
        var window = Window2D.Create((size, size), (3, 3), (1, 1), (1, 1), size == 5 ? Padding.Valid : Padding.Same);
        Assert.Equal(forward < 0 ? null : (WinogradVariant)forward, UseWinograd.Choose(window, batch, channels, filters, isInference: false));
        Assert.Equal(kernelGradient < 0 ? null : (WinogradVariant)kernelGradient, UseWinograd.ChooseKernelGradient(window, batch, channels, filters));
    }

    [Fact]
    public void Other_kernels_strides_and_dilations_stay_direct()
    {
        Assert.Null(UseWinograd.Choose(Window2D.Create((56, 56), (5, 5), (1, 1), (1, 1), Padding.Same), 1, 64, 64, isInference: true));
        Assert.Null(UseWinograd.Choose(Window2D.Create((56, 56), (3, 3), (2, 2), (1, 1), Padding.Same), 1, 64, 64, isInference: true));
        Assert.Null(UseWinograd.Choose(Window2D.Create((56, 56), (3, 3), (1, 1), (2, 1), Padding.Same), 1, 64, 64, isInference: true));
    }

    private static List<string> Names(Graph graph, bool isInference) => [.. FusionRules.Apply(graph, isInference).Nodes.Select(node => node.Op.Name)];

    private Node Weight(Shape shape)
    {
        var variable = new Variable("w", shape);
        foreach (ref var value in variable.Overwrite()) value = random.NextNormal() / 3;
        return new Node(new VariableOp(variable));
    }
}
