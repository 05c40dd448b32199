namespace Fovea.Tests.Explain;

public class ConvolutionStepTests
{
    [Theory]
    [InlineData("strided")]
    [InlineData("base/depthwise")]
    [InlineData("dilated")]
    [InlineData("grouped")]
    [InlineData("pointwise")]
    public void Patch_times_kernel_summed_is_what_the_layer_computes_at_every_position_and_filter(string layer)
    {
        var model = layer == "grouped" ? ConvolutionNets.Grouped() : ConvolutionNets.Deep();
        var image = ConvolutionNets.Image(model);
        var graph = new ModelGraph(model);
        var output = graph.Compute(image, graph[layer].Node)[0];
        var activation = ConvolutionStep.Compute(model, image, layer).Activation;
        var touchesPadding = false;
        for (var row = 0; row < output.Shape[1]; row++)
        {
            for (var column = 0; column < output.Shape[2]; column++)
            {
                var steps = Enumerable.Range(0, output.Shape[3]).Select(filter => ConvolutionStep.Compute(model, image, layer, (row, column), filter)).ToList();
                touchesPadding |= steps[0].IsOutside.Contains(true);
                var sums = steps.Select(step => step.Sum + step.Bias).ToArray();
                var soft = sums.Sum(Math.Exp);
                for (var filter = 0; filter < steps.Count; filter++)
                {
                    var expected = activation.Name switch { "tanh" => Math.Tanh(sums[filter]), "softmax" => Math.Exp(sums[filter]) / soft, _ => sums[filter] };
                    Assert.Equal(expected, steps[filter].Value, 1e-5);
                    Assert.Equal(output.Values[(((row * output.Shape[2]) + column) * output.Shape[3]) + filter], steps[filter].Value);
                    Assert.Equal(steps[filter].Sum, steps[filter].Products.Values.Sum(), 1e-5);
                    Assert.Equal(steps[filter].Sum, steps[filter].Shares.Sum(share => share.Sum), 1e-9);
                }

                if (layer != "pointwise" && (row, column) == (1, 2)) return;
            }
        }

        Assert.Equal(layer != "pointwise", touchesPadding);
    }

    [Fact]
    public void The_patch_is_read_where_the_window_lies_and_zero_outside()
    {
        var model = ConvolutionNets.Grey(Padding.Same);
        var image = ConvolutionNets.Image(model);
        var step = ConvolutionStep.Compute(model, image, position: (0, 11), filter: 2);
        Assert.Equal("first", step.Path);
        Assert.True(step.ReadsImage);
        Assert.Equal(new ImageRegion(-1, 10, 3, 3), step.PatchRegion);
        Assert.Equal(new ImageRegion(-1, 10, 3, 3), step.SeenRegion);
        Assert.Equal("rows −1–1, columns 10–12", step.SeenRegion.ToString());
        Assert.Equal([true, true, true, false, false, true, false, false, true], step.IsOutside);
        Assert.Equal([0, 0, 0, image.Values[10], image.Values[11], 0, image.Values[22], image.Values[23], 0], step.Patch.Values);
        var kernel = model.Layer("first").Weights[0].Values.ToArray();
        Assert.Equal(Enumerable.Range(0, 9).Select(i => kernel[(i * 4) + 2]), step.Kernel.Values);
        Assert.Equal(0.1f, step.Bias);
        Assert.Equal(step.Value, step.OutputMap.Values[11]);
    }

    [Fact]
    public void A_deeper_layer_reads_the_layer_before_it_and_sees_more_of_the_image()
    {
        var model = ConvolutionNets.Grey();
        var step = ConvolutionStep.Compute(model, ConvolutionNets.Image(model), "second", (1, 2), 5);
        Assert.False(step.ReadsImage);
        Assert.Equal(new ImageRegion(1, 2, 3, 3), step.PatchRegion);
        Assert.Equal(new ImageRegion(2, 4, 8, 8), step.SeenRegion);
        Assert.Equal([0, 1, 2, 3], step.InputChannels);
        Assert.Equal(step.Shares.Select(share => Math.Abs(share.Sum)).OrderDescending(), step.Shares.Select(share => Math.Abs(share.Sum)));
        var index = step.Shares[0].Index;
        Assert.Equal(
            Enumerable.Range(0, 9).Sum(i => (double)step.Patch.Values[(i * 4) + index] * step.Kernel.Values[(i * 4) + index]), step.Shares[0].Sum, 1e-9);
    }

    [Fact]
    public void A_rescaled_image_is_still_the_image()
    {
        var model = new Sequential { new Input(6, 6, 3), new RandomFlip(), new Rescaling(0.5f, 1), new Conv2D(2, 3) };
        var image = ConvolutionNets.Image(model);
        var step = ConvolutionStep.Compute(model, image, position: (0, 0));
        Assert.True(step.ReadsImage);
        Assert.Equal((image.Values[2] * 0.5f) + 1, step.Patch.Values[2], 1e-6f);
    }

    [Fact]
    public void A_filter_of_a_group_reads_the_channels_of_its_group()
    {
        var model = ConvolutionNets.Grouped();
        var step = ConvolutionStep.Compute(model, ConvolutionNets.Image(model), "grouped", (4, 4), 4);
        Assert.Equal([2, 3], step.InputChannels);
    }

    [Fact]
    public void A_depthwise_filter_reads_one_channel()
    {
        var model = ConvolutionNets.Deep();
        var step = ConvolutionStep.Compute(model, ConvolutionNets.Image(model), "depthwise", (4, 4), 7);
        Assert.Equal([3], step.InputChannels);
        Assert.Equal([3, 3, 1], step.Patch.Shape);
        Assert.Equal(3, Assert.Single(step.Shares).Channel);
    }

    [Fact]
    public void Without_a_choice_the_strongest_answer_is_taken_away_from_the_border()
    {
        var model = ConvolutionNets.Grey(Padding.Same);
        var image = ConvolutionNets.Image(model);
        var step = ConvolutionStep.Compute(model, image);
        var largest = float.NegativeInfinity;
        for (var i = 0; i < step.Output.Values.Length; i++)
            if (i / 4 / 12 is > 0 and < 11 && i / 4 % 12 is > 0 and < 11) largest = Math.Max(largest, step.Output.Values[i]);
        Assert.Equal(largest, step.Value);
        Assert.DoesNotContain(true, step.IsOutside);
        Assert.Equal(1, ConvolutionStep.Compute(model, image, filter: 1).Filter);
        var atPosition = ConvolutionStep.Compute(model, image, position: (0, 0));
        Assert.Equal((0, 0), (atPosition.Row, atPosition.Column));
        Assert.Equal(atPosition.Output.Values[..4].Max(), atPosition.Value);
    }

    [Fact]
    public void What_is_asked_wrongly_is_said()
    {
        var model = ConvolutionNets.Grey();
        string Message(string? layer = null, (int, int)? position = null, int? filter = null, Model? other = null) =>
            Assert.Throws<ArgumentException>(() => ConvolutionStep.Compute(other ?? model, ConvolutionNets.Image(other ?? model), layer, position, filter))
                .Message;
        Assert.Equal("grey: there is no layer 'third'; expected a convolution: first, second.", Message("third"));
        Assert.Equal("grey: 'classes' is a Dense; expected a convolution: first, second.", Message("classes"));
        Assert.Equal("first: expected a position in the output of 10 × 10, from 0,0 to 9,9; received 10,2.", Message(position: (10, 2)));
        Assert.Equal("second: expected a filter from 0 to 5; received 6.", Message("second", filter: 6));
        Assert.Equal(
            "flat: expected a model of images (height, width, channels); its inputs are (784).",
            Message(other: new Sequential("flat") { new Input(784), new Dense(10) }));
        Assert.Equal(
            "plain: expected a model with a convolution, a Conv2D or DepthwiseConv2D; its layers are Flatten, Dense.",
            Message(other: new Sequential("plain") { new Input(4, 4, 1), new Flatten(), new Dense(10) }));
        var twice = new Sequential("outer")
        {
            new Sequential("a") { new Input(8, 8, 1), new Conv2D(1, 3) { Name = "c" } },
            new Sequential("b") { new Input(6, 6, 1), new Conv2D(1, 3) { Name = "c" } },
        };
        Assert.Equal("outer: several layers are named 'c'; expected the path of one: a/c, b/c.", Message("c", other: twice));
        var wrong = Assert.Throws<ShapeException>(() => ConvolutionStep.Compute(model, new Tensor([1, 8, 8, 1], new float[64])));
        Assert.Equal("ModelGraph: expected an input (1, 12, 12, 1); received (1, 8, 8, 1).", wrong.Message);
    }
}
