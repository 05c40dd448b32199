namespace Fovea.Tests.Explain;

/// <summary>Borders, strides and pooling of a layer, against the layer itself where it has them and against the definition elsewhere.</summary>
public class ConvolutionEffectsTests
{
    [Theory]
    [InlineData("first", Padding.Valid)]
    [InlineData("first", Padding.Same)]
    [InlineData("second", Padding.Valid)]
    public void The_map_with_the_layers_own_padding_is_its_output_and_padding_changes_only_the_border(string layer, Padding padding)
    {
        var model = ConvolutionNets.Grey(padding);
        var step = ConvolutionStep.Compute(model, ConvolutionNets.Image(model), layer);
        var borders = step.Borders();
        Assert.Equal(step.OutputMap.Values, (step.Padding == Padding.Same ? borders.Same : borders.Valid)!.Values);
        Assert.Equal(step.Input.Shape[1..3], borders.Same.Shape);
        var (height, width) = (borders.Valid!.Shape[0], borders.Valid.Shape[1]);
        Assert.Equal((borders.Same.Shape[0] - 2, borders.Same.Shape[1] - 2), (height, width));
        for (var i = 0; i < height * width; i++)
            Assert.Equal(borders.Valid.Values[i], borders.Same.Values[(((i / width) + 1) * (width + 2)) + (i % width) + 1], 1e-6f);
    }

    [Fact]
    public void A_kernel_larger_than_its_input_has_no_output_without_padding()
    {
        var model = new Sequential { new Input(2, 2, 1), new Conv2D(1, 3, padding: Padding.Same) };
        var borders = ConvolutionStep.Compute(model, ConvolutionNets.Image(model)).Borders();
        Assert.Null(borders.Valid);
        Assert.Null(borders.ValidWindow);
        Assert.Equal([2, 2], borders.Same.Shape);
    }

    [Fact]
    public void A_stride_of_two_keeps_every_second_output_without_padding()
    {
        var model = ConvolutionNets.Grey();
        var step = ConvolutionStep.Compute(model, ConvolutionNets.Image(model));
        var maps = step.StridesOf(1, 2, 3);
        Assert.Equal([1, 2, 3], maps.Select(map => map.Stride));
        Assert.Equal(["(10, 10)", "(5, 5)", "(4, 4)"], maps.Select(map => map.Map.Shape.ToString()));
        Assert.Equal(step.OutputMap.Values, maps[0].Map.Values);
        foreach (var map in maps)
        {
            var size = map.Map.Shape[0];
            for (var i = 0; i < size * size; i++)
                Assert.Equal(maps[0].Map.Values[(i / size * map.Stride * 10) + (i % size * map.Stride)], map.Map.Values[i], 1e-6f);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => step.StridesOf(0));
    }

    [Fact]
    public void The_layers_own_stride_gives_its_output_with_padding_dilation_and_softmax()
    {
        var model = new Sequential
        {
            new Input(9, 9, 2),
            new Conv2D(3, 2, 3, Padding.Same, Activation.Softmax) { BiasInitializer = new ConstantInitializer(0.3f) },
            new DepthwiseConv2D(2, 1, Padding.Same) { DilationRate = 2, DepthMultiplier = 2 },
        };
        var image = ConvolutionNets.Image(model);
        var step = ConvolutionStep.Compute(model, image);
        Assert.Equal(step.OutputMap.Values, step.StridesOf(3)[0].Map.Values);
        var depthwise = ConvolutionStep.Compute(model, image, "depthwise_conv2d");
        Assert.Equal(depthwise.OutputMap.Values, depthwise.StridesOf(1)[0].Map.Values);
    }

    [Fact]
    public void Pooling_keeps_the_maximum_or_the_mean_of_four_and_the_index_of_the_maximum()
    {
        var model = ConvolutionNets.Grey();
        var step = ConvolutionStep.Compute(model, ConvolutionNets.Image(model));
        var pooling = step.Pooling();
        Assert.Equal([5, 5], pooling.Maxima.Shape);
        for (var i = 0; i < 25; i++)
        {
            int[] places = [.. ((int[])[0, 1, 10, 11]).Select(offset => (i / 5 * 20) + (i % 5 * 2) + offset)];
            var four = places.Select(place => pooling.Map.Values[place]).ToArray();
            Assert.Equal(four.Max(), pooling.Maxima.Values[i]);
            Assert.Equal(four.Average(), pooling.Means.Values[i], 1e-6f);
            Assert.Equal(places.Select((_, k) => k == Array.IndexOf(four, four.Max())), places.Select(place => pooling.IsMaximum[place]));
        }

        var small = new Sequential("small") { new Input(3, 3, 1), new Conv2D(1, 3) };
        var error = Assert.Throws<ArgumentException>(() => ConvolutionStep.Compute(small, ConvolutionNets.Image(small)).Pooling());
        Assert.Equal("conv2d: the output is 1 × 1; pooling windows of 2 × 2 do not fit.", error.Message);
    }
}
