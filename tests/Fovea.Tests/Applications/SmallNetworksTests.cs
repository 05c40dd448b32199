namespace Fovea.Tests.Applications;

public class SmallNetworksTests
{
    /// <summary>The parameters that Keras counts for the network of the book's second edition, section 9.3.5, with one sigmoid.</summary>
    [Fact]
    public void Mini_xception_has_the_parameters_of_the_book()
    {
        var model = SmallNetworks.MiniXception([180, 180, 3], 1, Activation.Sigmoid);
        Assert.Equal(721_857, model.Parameters);
        Assert.Equal(new Shape(1), model.OutputShape);
        Assert.Equal(5, model.Layers.OfType<Add>().Count());
        Assert.Equal(10, model.Layers.OfType<SeparableConv2D>().Count());
        Assert.Equal(0.5, Assert.Single(model.Layers.OfType<Dropout>()).Rate);
    }

    /// <summary>Counted from the shapes: each convolution has k·k·in·out weights, each normalization 4 for a channel.</summary>
    [Theory]
    [InlineData(128, new[] { 32, 64, 128, 256 }, new[] { 1, 2, 2, 1 }, 2)]
    [InlineData(64, new[] { 8, 24 }, new[] { 2, 1 }, 1)]
    public void Resnet_has_the_parameters_of_its_blocks(int side, int[] widths, int[] blocks, int stride)
    {
        var model = SmallNetworks.ResNet([side, side, 3], 7, widths, blocks);
        var expected = Convolution(3, 3, widths[0]);
        var channels = widths[0];
        for (var stage = 0; stage < widths.Length; stage++)
        {
            for (var block = 0; block < blocks[stage]; block++)
            {
                expected += Convolution(3, channels, widths[stage]) + Convolution(3, widths[stage], widths[stage]);
                if (channels != widths[stage]) expected += Convolution(1, channels, widths[stage]);
                channels = widths[stage];
            }
        }

        Assert.Equal(expected + ((channels + 1) * 7), model.Parameters);
        var last = model.Layers.OfType<ReLU>().Last();
        Assert.Equal(side / stride / (1 << (widths.Length - 1)), model.OutputOf(last).Shape[0]);

        static int Convolution(int kernel, int from, int to) => (kernel * kernel * from * to) + (4 * to);
    }

    [Fact]
    public void The_default_resnet_has_one_and_a_half_million_parameters() =>
        Assert.Equal(1_599_970, SmallNetworks.ResNet([128, 128, 3], 2).Parameters);

    [Fact]
    public void Pixels_are_rescaled_and_the_seed_decides_the_weights()
    {
        var model = SmallNetworks.ResNet([32, 32, 1], 3, [8], seed: 4);
        Assert.Equal(["InputLayer", "Rescaling"], model.Layers.Take(2).Select(layer => layer.ClassName));
        Assert.Equal(Values(model), Values(SmallNetworks.ResNet([32, 32, 1], 3, [8], seed: 4)));
        Assert.NotEqual(Values(model), Values(SmallNetworks.ResNet([32, 32, 1], 3, [8], seed: 5)));
        Assert.Equal(PixelRange.ZeroTo255, ImageInputFinding.Of(model).Input.Pixels.ToRange());

        static float[] Values(Model model) => [.. model.Weights.SelectMany(weight => weight.Values.ToArray())];
    }

    [Fact]
    public void Blocks_can_begin_as_their_shortcuts()
    {
        var model = SmallNetworks.ResNet([16, 16, 3], 3, [4, 8], zeroInitializedBlocks: true);
        _ = model.Weights;  // initializes them
        var zero = model.Leaves.OfType<BatchNormalization>().Where(layer => layer.Weights[0].Values.ToArray().All(gamma => gamma == 0)).ToList();
        Assert.Equal(2, zero.Count);
        var graph = new ModelGraph(model);
        var shortcut = graph.Layers.First(value => value.Layer is Add).Inputs[1];
        var block = graph.Layers.First(value => value.Layer is Add).Node;
        var values = graph.Compute(new Tensor([1, 16, 16, 3], Layers.LayerRunner.Normal(768)), shortcut, block);
        Assert.Equal(values[0].Values, values[1].Values);
        Assert.Equal(model.Parameters, SmallNetworks.ResNet([16, 16, 3], 3, [4, 8]).Parameters);
    }

    [Fact]
    public void Dropout_of_zero_is_no_layer() => Assert.DoesNotContain(SmallNetworks.ResNet([32, 32, 1], 3, [8], dropout: 0).Layers, layer => layer is Dropout);

    [Theory]
    [InlineData("widths", "SmallNetworks.ResNet: widths must be whole numbers of at least 1; received [8, 0].", new[] { 8, 0 }, null)]
    [InlineData("widths", "SmallNetworks.ResNet: widths must be whole numbers of at least 1; received [].", new int[0], null)]
    [InlineData("blocks", "SmallNetworks.ResNet: blocks must be whole numbers of at least 1; received [-1].", new[] { 8 }, new[] { -1 })]
    [InlineData("blocks", "SmallNetworks.ResNet: blocks must be a number of blocks for each of 2 widths; received 1.", new[] { 8, 8 }, new[] { 1 })]
    public void Wrong_stages_are_refused(string argument, string message, int[] widths, int[]? blocks)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => SmallNetworks.ResNet([32, 32, 3], 2, widths, blocks));
        Assert.Equal((argument, $"{message} (Parameter '{argument}')"), (error.ParamName, error.Message));
    }

    [Fact]
    public void Wrong_shapes_and_classes_are_refused()
    {
        Assert.Equal(
            "SmallNetworks.MiniXception: expected the shape of an image, (height, width, channels); received (32, 32). (Parameter 'inputShape')",
            Assert.Throws<ArgumentException>(() => SmallNetworks.MiniXception([32, 32], 2)).Message);
        Assert.Equal(
            "SmallNetworks.ResNet: classes must be at least 1; received 0. (Parameter 'classes')",
            Assert.ThrowsAny<ArgumentException>(() => SmallNetworks.ResNet([32, 32, 3], 0)).Message);
    }
}
