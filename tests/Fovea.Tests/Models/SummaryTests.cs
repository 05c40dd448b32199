namespace Fovea.Tests.Models;

/// <summary>What a summary says of the book's network, as Keras says it (listing 8.2 of the book) and by the formulas beyond Keras.</summary>
public class SummaryTests
{
    private static readonly ModelSummary Summary = BookNet.Create().Summary();

    [Fact]
    public void Names_classes_shapes_and_parameters_are_Keras_own()
    {
        Assert.Equal(
        [
            ("conv2d", "Conv2D", "(26, 26, 32)", 320),
            ("max_pooling2d", "MaxPooling2D", "(13, 13, 32)", 0),
            ("conv2d_1", "Conv2D", "(11, 11, 64)", 18_496),
            ("max_pooling2d_1", "MaxPooling2D", "(5, 5, 64)", 0),
            ("conv2d_2", "Conv2D", "(3, 3, 64)", 36_928),
            ("flatten", "Flatten", "(576)", 0),
            ("dense", "Dense", "(64)", 36_928),
            ("dense_1", "Dense", "(10)", 650L),
        ],
        Summary.Layers.Select(layer => (layer.Name, layer.ClassName, layer.OutputShape.ToString(), layer.Parameters)));
        Assert.Equal((93_322, 93_322), (Summary.Parameters, Summary.TrainableParameters));
        Assert.Equal(93_322, BookNet.Create().Parameters);
        Assert.Equal("(None, 28, 28, 1)", Summary.InputShape);
    }

    /// <summary>Araujo et al. 2019: r ← r + (k − 1)·s, s ← s·stride. Dense layers see all of the image.</summary>
    [Fact]
    public void Receptive_fields_follow_their_recursion() => Assert.Equal(
        ["3×3 /1", "4×4 /2", "8×8 /2", "10×10 /4", "18×18 /4", "18×18 /4", "whole image", "whole image"],
        Summary.Layers.Select(layer => layer.ReceptiveField!.ToString()));

    /// <summary>Output positions times kernel: 26·26·32·(3·3·1) for the first.</summary>
    [Fact]
    public void Multiply_adds_are_counted_per_image()
    {
        Assert.Equal([194_688, 0, 2_230_272, 0, 331_776, 0, 36_864, 640], Summary.Layers.Select(layer => layer.MultiplyAdds));
        Assert.Equal(2_794_240, Summary.MultiplyAdds);
    }

    /// <summary>Four bytes for each output; Flatten only looks at its input otherwise.</summary>
    [Fact]
    public void Activation_memory_is_counted_per_image() => Assert.Equal(
        [4 * 26 * 26 * 32, 4 * 13 * 13 * 32, 4 * 11 * 11 * 64, 4 * 5 * 5 * 64, 4 * 3 * 3 * 64, 0, 4 * 64, 4 * 10L],
        Summary.Layers.Select(layer => layer.ActivationBytes));

    [Fact]
    public void Strides_dilation_and_frozen_layers_count()
    {
        var model = new Sequential
        {
            new Input(32, 32, 3),
            new Conv2D(4, (3, 5), (2, 1)) { Trainable = false },
            new Conv2D(4, 3) { DilationRate = 2 },
            new AveragePooling2D((2, 1)),
            new Dropout(0.5f),
        };
        var summary = model.Summary();
        Assert.Equal(["3×5 /2×1", "11×9 /2×1", "13×9 /4×1", "13×9 /4×1"], summary.Layers.Select(layer => layer.ReceptiveField!.ToString()));
        Assert.Equal((3 * 5 * 3 * 4) + 4, summary.Parameters - summary.TrainableParameters);
    }

    [Fact]
    public void A_depthwise_convolution_counts_one_kernel_for_each_channel()
    {
        var summary = new Sequential { new Input(8, 8, 4), new DepthwiseConv2D(3, 2), new BatchNormalization() }.Summary();
        Assert.Equal([3 * 3 * 3 * 3 * 4L, 0], summary.Layers.Select(layer => layer.MultiplyAdds));
        Assert.Equal("3×3 /2", summary.Layers[1].ReceptiveField!.ToString());
        Assert.Equal(8, summary.Parameters - summary.TrainableParameters);
    }

    [Fact]
    public void A_filter_of_a_group_counts_the_channels_of_its_group()
    {
        var summary = new Sequential { new Input(8, 8, 4), new Conv2D(6, 3) { Groups = 2 }, new Conv2D(12, 1) { Groups = 6 } }.Summary();
        Assert.Equal([6 * 6 * 6 * 3 * 3 * 2L, 6 * 6 * 12], summary.Layers.Select(layer => layer.MultiplyAdds));
        Assert.Equal([(3 * 3 * 2 * 6) + 6, 12 + 12], summary.Layers.Select(layer => layer.Parameters));
        Assert.Equal(["3×3 /1", "3×3 /1"], summary.Layers.Select(layer => layer.ReceptiveField!.ToString()));
    }

    [Fact]
    public void A_shared_layer_is_counted_once_in_parameters_and_each_time_in_work()
    {
        var (input, shared) = (new Input(8, 8, 2), new Conv2D(2, 3));
        var summary = new Model(input, shared.Call(shared.Call(input))).Summary();
        Assert.Equal([38, 0], summary.Layers.Select(layer => layer.Parameters));
        Assert.Equal([6 * 6 * 2 * 18, 4 * 4 * 2 * 18L], summary.Layers.Select(layer => layer.MultiplyAdds));
        Assert.Equal(38, summary.Parameters);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999 B")]
    [InlineData(86_528, "86.5 KB")]
    [InlineData(1_500_000, "1.5 MB")]
    [InlineData(2_000_000_000, "2.0 GB")]
    public void Sizes_are_for_people(long bytes, string expected) => Assert.Equal(expected, ModelSummary.Bytes(bytes));

    /// <summary>
    /// Fields by hand: a transposed convolution reads ⌈4/2⌉ neighbors 2 pixels apart, the smallest even step that holds them 3 + (4 − 1); each of two
    /// repeated pixels sees what one did; a bilinear half reads two neighbours; bins of four.
    /// </summary>
    [Fact]
    public void Layers_that_change_the_size_have_fields_and_products()
    {
        var summary = new Sequential
        {
            new Input(16, 16, 3), new Conv2D(8, 3, 2, Padding.Same), new Conv2DTranspose(4, 4, 2, Padding.Same), new LayerNormalization(),
                new RMSNormalization(),
            new Resizing(8, 8), new UpSampling2D(2), new AdaptiveAveragePooling2D(4), new SeparableConv2D(5, 3, padding: Padding.Same),
                new AdaptiveMaxPooling2D(3),
        }.Summary();
        Assert.Equal(
            ["3×3 /2", "6×6 /1", "6×6 /1", "6×6 /1", "7×7 /2", "8×8 /1", "11×11 /4", "19×19 /4", ""],
            summary.Layers.Select(layer => layer.ReceptiveField?.ToString() ?? ""));
        Assert.Equal(
            [8 * 8 * 8 * 27, 8 * 8 * 8 * (4 * 4 * 4), 0, 0, 8 * 8 * 4 * 4, 0, 0, (4 * 4 * 4 * 9) + (4 * 4 * 4 * 5), 0L],
            summary.Layers.Select(layer => layer.MultiplyAdds));
        Assert.Equal([224, 516, 8, 4, 0, 0, 0, (9 * 4) + (4 * 5) + 5, 0L], summary.Layers.Select(layer => layer.Parameters));
    }

    /// <summary>Half a pixel of the image from one output to the next is no whole number: unknown.</summary>
    [Fact]
    public void A_field_that_moves_by_less_than_a_pixel_is_left_open() =>
        Assert.Null(new Sequential { new Input(8, 8, 3), new UpSampling2D() }.Summary().Layers[0].ReceptiveField);

    /// <summary>Dense(10) on 10 inputs has 110 parameters, used by the model and by a model within it, once.</summary>
    [Fact]
    public void A_layer_that_an_inner_model_shares_is_counted_once()
    {
        var input = new Input(10).Output;
        var shared = new Dense(10) { Name = "shared" };
        var inner = new Model(input, shared.Call(input), "inner");
        var outer = new Input(10).Output;
        var model = new Model(outer, inner.Call(shared.Call(outer)), "outer");
        var summary = model.Summary();
        Assert.Equal((110L, 110L, 110L), (summary.Parameters, summary.TrainableParameters, summary.Layers.Sum(layer => layer.Parameters)));
        Assert.Equal(110, new Model(outer, shared.Call(inner.Call(outer)), "other").Summary().Parameters);
    }
}
