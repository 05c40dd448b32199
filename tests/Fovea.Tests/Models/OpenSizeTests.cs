using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Models;

/// <summary>Models of images of any size: what they compute, what they print, and what they refuse.</summary>
public class OpenSizeTests
{
    public static TheoryData<string> Nets() => ["convnet", "residual", "unet", "mobile", "segmentation"];

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_model_of_open_size_computes_the_bits_of_the_same_model_of_fixed_size(string net)
    {
        var open = Net(net, null, null);
        foreach (var (height, width) in net == "unet" ? [(64, 48), (32, 96), (64, 48)] : new[] { (33, 47), (64, 64), (47, 33), (33, 47), (9, 70) })
        {
            var images = Images(2, height, width);
            var (found, expected) = (open.Predict(images), Net(net, height, width).Predict(images));
            Assert.Equal(expected.Shape, found.Shape);
            Assert.Equal(expected.Values, found.Values);
            Assert.True(open.OutputShape.Accepts(found.Shape[1..]));
        }
    }

    [Fact]
    public void Shapes_are_printed_as_Keras_prints_them()
    {
        var model = Net("convnet", null, null);
        Assert.Equal("(None, None, None, 3)", model.Input.ToString());
        Assert.Equal("(None, None, 3)", model.InputShape.ToString());
        Assert.Equal(
            ["(None, None, None, 8)", "(None, None, None, 8)", "(None, 8)", "(None, 5)"], model.Layers.Skip(1).Select(layer => layer.Output.ToString()));
        Assert.Equal([null, null, 3], model.InputShape.Sizes);
        Assert.True(model.InputShape.IsOpen);
        Assert.False(model.OutputShape.IsOpen);
        Assert.Equal(3, model.InputShape[^1]);
        Assert.Equal((3 * 3 * 3 * 8) + 8 + (8 * 5) + 5, model.Parameters);
    }

    [Fact]
    public void A_summary_of_open_size_has_what_does_not_depend_on_the_size()
    {
        Assert.Equal(
            """
            convnet: input (None, None, None, 3)
            Layer (class)                                      Output shape           Parameters  Receptive
                                                                                                      field
            ───────────────────────────────────────────────────────────────────────────────────────────────
            conv2d (Conv2D)                                    (None, None, None, 8)         224     3×3 /1
            max_pooling2d (MaxPooling2D)                       (None, None, None, 8)           0     4×4 /2
            global_average_pooling2d (GlobalAveragePooling2D)  (None, 8)                       0
            dense (Dense)                                      (None, 5)                      45
            ───────────────────────────────────────────────────────────────────────────────────────────────
            Total                                                                            269
            ───────────────────────────────────────────────────────────────────────────────────────────────
            Total params: 269 (1.1 KB)
            Trainable params: 269 (1.1 KB)
            Non-trainable params: 0
            Receptive field: size in pixels of the input /step between outputs.
            Multiply-adds and memory depend on the size of the input; model.WithInput(…).Summary() tells them.
            """,
            Net("convnet", null, null).Summary().ToString());
        Assert.Equal(Net("convnet", 20, 30).Summary().ToString(), Net("convnet", null, null).WithInput(20, 30, 3).Summary().ToString());
    }

    [Fact]
    public void One_dimension_may_be_open_and_the_other_not()
    {
        var model = new Sequential { new Input(null, 8, 2), new Conv2D(4, 3), new MaxPooling2D(2) };
        Assert.Equal("(None, None, 3, 4)", model.Output.ToString());
        Assert.Equal([1, 4, 3, 4], model.Predict(new Tensor([1, 11, 8, 2], new float[11 * 8 * 2])).Shape);
        var sequence = new Sequential { new Input(null, 2), new Conv1D(4, 3), new GlobalMaxPooling1D() };
        Assert.Equal([1, 4], sequence.Predict(new Tensor([1, 11, 2], new float[22])).Shape);
    }

    /// <summary>As in Keras: Flatten and Dense need a known number of features.</summary>
    [Fact]
    public void A_weight_that_would_depend_on_an_open_size_is_refused_with_the_way_out()
    {
        const string Way = "Use GlobalAveragePooling2D instead of Flatten before Dense, or fix the size of the images: new Input(150, 150, 3), or "
            + "model.WithInput(150, 150, 3) for a model that exists.";
        AssertRefused(
            $"Dense 'dense': its weights need known sizes; received inputs (None, None). {Way}", () =>
                new Sequential { new Input(null, null, 3), new Conv2D(8, 3), new Flatten(), new Dense(10) }.Summary());
        AssertRefused(
            $"PReLU: its weights need known sizes; received inputs (None, None, None, 8). {Way}", () =>
                new PReLU().Call(new Conv2D(8, 3).Call(new Input(null, null, 3))));
        AssertRefused(
            $"Conv2D: its weights need known sizes; received inputs (None, None, None, None). {Way}", () => new Conv2D(8, 3).Call(new Input(null, null, null)));
        AssertRefused(
            "Reshape: the layer does not take inputs of any size, (None, None, None, 3): the 196608 values of (None, 256, 256, 3) do not fit into (49, 3). Fix "
                + "the size of the images: new Input(150, 150, 3), or model.WithInput(150, 150, 3) for a model that exists.", () =>
                new Reshape(49, 3).Call(new Input(null, null, 3)));
    }

    [Fact]
    public void What_needs_a_size_says_so()
    {
        var model = Net("convnet", null, null);
        model.Name = "net";
        const string Fixed = "net: expected a fixed input; the model takes inputs (None, None, None, 3) of any size. ";
        AssertRefused(
            $"{Fixed}Predict a Tensor, which has a shape, or fix the size: model.WithInput(150, 150, 3).", () => model.Predict(new float[12], new float[5]));
        AssertRefused(
            $"{Fixed}Give the size: new ModelGraph(model, [150, 150, 3]), or fix it: model.WithInput(150, 150, 3).", () => _ = new ModelGraph(model));
        AssertRefused(
            "Shape: expected known sizes; (None, None, 3) has open ones. Give the model a fixed input first, as in model.WithInput(150, 150, 3).", () =>
                _ = model.InputShape.Count);
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
        AssertRefused($"{Fixed}Fix the size: model.WithInput(150, 150, 3).", () => model.TrainingMemory(8));
    }

    [Fact]
    public void Images_that_do_not_fit_are_refused_as_they_are_given()
    {
        var model = Net("convnet", null, null);
        model.Name = "net";
        AssertRefused(
            "net: expected inputs (None, None, None, 3); received (1, 20, 20, 1).", () => model.Predict(new Tensor([1, 20, 20, 1], new float[400])));
        AssertRefused(
            "net: expected inputs (None, None, None, 3); received (20, 20, 3).", () => model.Predict(new Tensor([20, 20, 3], new float[1200])));
        AssertRefused(
            "Conv2D 'conv2d': the image (2, 2) is smaller than the window (3, 3); use a smaller window or padding 'same'.", () =>
                model.Predict(Images(1, 2, 2)));
        AssertRefused(
            "Concatenate 'concatenate': expected inputs that differ only along axis 3; received (None, 33, 47, 4) and (None, 32, 46, 8).", () =>
                Net("unet", null, null).Predict(Images(1, 33, 47)));
    }

    [Fact]
    public void Many_sizes_take_bounded_memory()
    {
        var model = Net("mobile", null, null);
        model.Predict(Images(1, 44, 44));
        for (var size = 14; size < 44; size++)
        {
            for (var other = 15; other < 20; other++) model.Predict(Images(1, size, other));
        }

        Assert.Equal(1, model.Prediction.Slots);
        Assert.InRange(model.Prediction.Programs, 1, Prediction.MaxBatchSizes);
        Assert.InRange(model.Topology.KnownSizes, 1, 64);
        Assert.InRange(model.Prediction.Store.Count, 0, 100);
        var images = Images(1, 33, 16);
        Assert.Equal(Net("mobile", 33, 16).Predict(images).Values, model.Predict(images).Values);
    }

    [Fact]
    public void Several_threads_predict_different_sizes_at_once()
    {
        var model = Net("residual", null, null);
        var sizes = Enumerable.Range(10, 12).ToArray();
        var expected = sizes.Select(size => Net("residual", size, 17).Predict(Images(2, size, 17)).Values).ToArray();
        Parallel.For(0, 96, i => Assert.Equal(expected[i % 12], model.Predict(Images(2, sizes[i % 12], 17)).Values));
    }

    [Fact]
    public void A_graph_is_made_for_a_size()
    {
        var (model, images) = (Net("convnet", null, null), Images(2, 20, 30));
        var graph = new ModelGraph(model, [20, 30, 3], batchSize: 2);
        Assert.Equal([2, 20, 30, 3], graph.Input.Shape);
        Assert.Equal(model.Predict(images).Values, graph.Compute(images, graph.Output)[0].Values);
        AssertRefused(
            "convnet: expected an input shape that fits (None, None, None, 3); received (None, 20, 30, 1).", () => _ = new ModelGraph(model, [20, 30, 1]));
    }

    [Fact]
    public void A_model_of_open_size_is_a_layer_of_models_of_fixed_and_of_open_size()
    {
        var pretrained = Net("mobile", null, null);
        pretrained.Name = "base";
        var input = new Input(33, 47, 3);
        var head = new Dense(4).Call(new Flatten().Call(pretrained.Call(input)));
        var model = new Model(input, head);
        Assert.Equal(model.Predict(Images(2, 33, 47)).Values, new Model(input, head).Predict(Images(2, 33, 47)).Values);
        Assert.Equal("(None, 13, 18, 16)", model.Layer("base").Output is var _ ? model.OutputOf(pretrained).ToString() : "");

        var anySize = new Input(null, null, 3);
        var open = new Model(anySize, new GlobalMaxPooling2D().Call(pretrained.Call(anySize)));
        Assert.Equal("(None, None, None, 16)", open.OutputOf(pretrained).ToString());
        Assert.Equal([3, 16], open.Predict(Images(3, 21, 50)).Shape);
        AssertRefused(
            "base: expected inputs (None, None, None, 3); received (None, 8, 8, 1).", () => pretrained.Call(new Input(8, 8, 1)));
    }

    [Fact]
    public void A_custom_layer_needs_no_rule_for_open_sizes()
    {
        var model = new Sequential { new Input(null, null, 3), new Scale(), new HalfHeight() };
        Assert.Equal("(None, None, None, 3)", model.Output.ToString());
        var images = Images(1, 10, 7);
        Assert.Equal([1, 5, 7, 3], model.Predict(images).Shape);
        Assert.Equal(images.Values[..(5 * 7 * 3)], model.Predict(images).Values);
        AssertRefused(
            "NeedsHeight: its weights need known sizes; received inputs (None, None, None, 3). Use GlobalAveragePooling2D instead of Flatten before Dense, or "
                + "fix the size of the images: new Input(150, 150, 3), or model.WithInput(150, 150, 3) for a model that exists.", () =>
                new NeedsHeight().Call(new Input(null, null, 3)));
    }

    [Fact]
    public void An_input_of_no_known_size_or_below_one_is_refused()
    {
        AssertRefused("Shape: every dimension must be at least 1; received (1, 0, 3).", () => _ = new Input(null, 0, 3));
        Assert.Equal("(None, None)", new Input(null, null).Shape.ToString());
        Assert.Equal(Shape.WithOpen(null, 3), Shape.WithOpen(null, 3));
        Assert.NotEqual(Shape.WithOpen(null, 3), new Shape(5, 3));
        Assert.Equal(new Shape(5, 3), Shape.WithOpen(5, 3));
        Assert.Equal("(2, None, 3)", Shape.WithOpen(null, 3).Prepend(2).ToString());
        Assert.Equal(new Shape(3), Shape.WithOpen(null, 3)[1..]);
    }

    internal static Model Net(string net, int? height, int? width)
    {
        var input = new Input(height, width, 3);
        SymbolicTensor x = input;
        switch (net)
        {
            case "convnet":
                x = new MaxPooling2D(2).Call(new Conv2D(8, 3, activation: Activation.Relu).Call(x));
                x = new Dense(5, Activation.Softmax).Call(new GlobalAveragePooling2D().Call(x));
                break;
            case "residual":
                x = new Conv2D(8, 3, padding: Padding.Same).Call(x);
                x += new BatchNormalization().Call(new Conv2D(8, 3, padding: Padding.Same).Call(new ActivationLayer(Activation.Relu).Call(x)));
                x = new Conv2D(6, 3, strides: 2, padding: Padding.Same).Call(x);
                break;
            case "unet":
                var skip = new Conv2D(4, 3, padding: Padding.Same).Call(x);
                var low = new Conv2D(8, 3, padding: Padding.Same, activation: Activation.Relu).Call(new MaxPooling2D(2).Call(skip));
                x = new Conv2D(2, 1).Call(new Concatenate().Call(skip, new UpSampling2D(2).Call(low)));
                break;
            case "mobile":
                x = new DepthwiseConv2D(3, padding: Padding.Same).Call(new Conv2D(8, 3, strides: 2, padding: Padding.Same).Call(x));
                x = new SeparableConv2D(16, 3, padding: Padding.Same).Call(new ZeroPadding2D(1).Call(x));
                x = new Cropping2D((1, 2), (0, 2)).Call(new ZeroPadding2D((1, 0), (0, 0)).Call(x));
                x = new Cropping2D((2, 2), (3, 3)).Call(x);
                break;
            default:
                x = new Conv2D(3, 1).Call(new Conv2DTranspose(6, 3, strides: 2, padding: Padding.Same).Call(new Conv2D(4, 3).Call(x)));
                x = new Resizing(12, 14).Call(x);
                break;
        }

        return new Model(input, x, net, seed: 11);
    }

    internal static Tensor Images(int count, int height, int width) => new([count, height, width, 3], LayerRunner.Normal(count * height * width * 3));

    private static void AssertRefused(string message, Action action) => Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(action).Message);

    private sealed class Scale : Layer
    {
        private Variable? scale;

        protected override void Build(IReadOnlyList<Shape> inputs) => scale = AddWeight("scale", [inputs[0][^1]], Initializer.Ones);

        protected override Node Call(Node input, CallContext context) => input * context.Read(scale!);
    }

    private sealed class HalfHeight : Layer
    {
        protected override Node Call(Node input, CallContext context) => input.Slice(1, 0, input.Shape[1] / 2);
    }

    private sealed class NeedsHeight : Layer
    {
        protected override void Build(IReadOnlyList<Shape> inputs) => AddWeight("rows", [inputs[0][0]], Initializer.Ones);

        protected override Node Call(Node input, CallContext context) => input;
    }
}
