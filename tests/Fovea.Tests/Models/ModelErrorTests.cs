using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Models;

/// <summary>What is said, in full, when layers do not fit: while the model is built, not when it runs.</summary>
public class ModelErrorTests
{
    [Fact]
    public void A_convolution_built_for_other_channels_says_both_numbers()
    {
        var stem = new Conv2D(8, 3) { Name = "stem" };
        stem.Call(new Input(8, 8, 4));
        AssertShape("Conv2D 'stem': the kernel (3, 3, 4, 8) expects 4 input channels; the image (1, 8, 8, 3) has 3.", () => stem.Call(new Input(8, 8, 3)));
    }

    [Fact]
    public void A_dense_layer_built_for_other_features_says_both_numbers()
    {
        var head = new Dense(10) { Name = "head" };
        head.Call(new Input(64));
        AssertShape("Dense 'head': the kernel (64, 10) expects 64 features; the input (1, 32) has 32.", () => head.Call(new Input(32)));
    }

    [Fact]
    public void An_image_smaller_than_the_window_is_refused_with_the_way_out()
    {
        AssertShape(
            "Conv2D 'deep': the image (2, 2) is smaller than the window (3, 3); use a smaller window or padding 'same'.",
            () => new Conv2D(8, 3) { Name = "deep" }.Call(new Input(2, 2, 1)));
        AssertShape(
            "Conv2D: the image (4, 4) is smaller than the window (5, 5); use a smaller window or padding 'same'.",
            () => new Conv2D(8, 3) { DilationRate = 2 }.Call(new Input(4, 4, 1)));
        AssertShape(
            "MaxPooling2D: the image (1, 5) is smaller than the window (2, 2); use a smaller window or padding 'same'.",
            () => new MaxPooling2D(2).Call(new Input(1, 5, 1)));
    }

    [Fact]
    public void A_sequence_that_shrinks_to_nothing_names_the_layer_where_it_does()
    {
        var model = new Sequential { new Input(8, 8, 1), new MaxPooling2D(2), new Conv2D(4, 3), new Conv2D(4, 3) };
        AssertShape("Conv2D 'conv2d_1': the image (2, 2) is smaller than the window (3, 3); use a smaller window or padding 'same'.", () => model.Summary());
    }

    [Fact]
    public void Channels_and_filters_must_be_divisible_by_groups()
    {
        AssertShape(
            "Conv2D 'stem': channels must be divisible by groups; received 3 channels and 2 groups.", () =>
            new Conv2D(4, 3) { Groups = 2, Name = "stem" }.Call(new Input(8, 8, 3)));
        var (image, kernel) = (new Node(new InputOp("image", [1, 8, 8, 4])), new Node(new InputOp("kernel", [3, 3, 2, 5])));
        AssertShape(
            "Conv2D: the kernel (3, 3, 2, 5) in 5 groups expects 10 input channels; the image (1, 8, 8, 4) has 4.", () =>
            image.Conv2D(kernel, (1, 1), (1, 1), Padding.Valid, 5));
        AssertShape(
            "Conv2D: filters must be divisible by groups; received 5 filters and 2 groups.", () => image.Conv2D(kernel, (1, 1), (1, 1), Padding.Valid, 2));
        AssertShape("Conv2D: there must be at least 1 group; received 0.", () => image.Conv2D(kernel, (1, 1), (1, 1), Padding.Valid, 0));
        var window = Window2D.Create((8, 8), (3, 3), (1, 1), (1, 1), Padding.Same);
        AssertShape(
            "Conv2DKernelGradient: channels must be divisible by groups; received 4 channels and 3 groups.", () =>
            new Node(new Conv2DKernelGradientOp(window, 3), image, new Node(new InputOp("y", [1, 8, 8, 6]))));
        AssertShape(
            "Conv2DInputGradient: filters must be divisible by groups; received 5 filters and 2 groups.", () =>
            new Node(new Conv2DInputGradientOp(window, 2), new Node(new InputOp("y", [1, 8, 8, 5])), kernel));
    }

    [Fact]
    public void Two_layers_of_one_name_are_refused()
    {
        const string Text = "Model: two layers are named 'a'; names must be unique.";
        var sequential = new Sequential { new Input(4), new Dense(2) { Name = "a" }, new Dense(2) { Name = "a" } };
        AssertArgument(Text, () => sequential.Summary());
        var input = new Input(4);
        AssertArgument(Text, () => new Model(input, new Dense(2) { Name = "a" }.Call(new Dense(2) { Name = "a" }.Call(input))));
    }

    [Fact]
    public void A_sequence_without_an_input_says_how_it_begins()
    {
        AssertShape(
            "sequential: expected an Input first, as in new Sequential { new Input(28, 28, 1), … }; received Dense.", () =>
                new Sequential { new Dense(3) }.Summary());
        AssertShape(
            "net: expected an Input first, as in new Sequential { new Input(28, 28, 1), … }; received no layer.", () =>
                new Sequential("net").Predict(new Tensor([1, 1], [0])));
    }

    [Fact]
    public void Ends_that_are_not_connected_are_refused()
    {
        var (a, b, dense) = (new Input(4), new Input(4) { Name = "other" }, new Dense(2));
        AssertArgument("Model: the outputs do not depend on the inputs. (Parameter 'outputs')", () => new Model(a, dense.Call(b)));
        AssertArgument(
            "Model: expected the output of an Input; received that of a Dense. (Parameter 'inputs')", () =>
                new Model(dense.Call(a), new Dense(1).Call(dense.Call(a))));
        AssertArgument(
            "Model: the outputs depend on another input, InputLayer 'other', that is not given. (Parameter 'outputs')", () =>
                new Model(a, new Sum().Call(a, b)));
        AssertShape("Dense: expected one input; received 2.", () => new Dense(2).Call(a, b));
        AssertArgument("Dense: expected an input; received none. (Parameter 'inputs')", () => new Dense(2).Call());
    }

    [Fact]
    public void A_layer_that_is_not_there_lists_those_that_are()
    {
        var model = new Sequential("net") { new Input(4), new Dense(2) };
        Assert.Equal("net: there is no layer 'conv'; there are input_layer, dense.", Assert.Throws<KeyNotFoundException>(() => model.Layer("conv")).Message);
    }

    [Fact]
    public void A_layer_of_ones_own_that_loses_the_batch_is_refused() =>
        AssertShape("Total: the output must keep the batch as its first dimension; for (1, 4, 4, 2) it was ().", () => new Total().Call(new Input(4, 4, 2)));

    [Fact]
    public void A_tensor_of_another_length_than_its_shape_is_refused() =>
        AssertArgument("Tensor: the shape (2, 3) holds 6 values; received 5. (Parameter 'values')", () => new Tensor([2, 3], new float[5]));

    [Fact]
    public void An_unknown_class_or_setting_in_a_file_is_named()
    {
        static string Message(string className, string json) => Assert.Throws<ModelFormatException>(() =>
            LayerCatalog.Create(className, new Config(className, "x", (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(json)!)))
                .Message;

        Assert.StartsWith("LSTM 'x': the layer 'LSTM' is not known; no known name is near it.", Message("LSTM", "{}"), StringComparison.Ordinal);
        Assert.Equal("Conv2D 'x': expected a whole number for 'filters'; received \"many\".", Message("Conv2D", """{"filters":"many"}"""));
        Assert.Equal(
            "Conv2D 'x': expected 'channels_last' for 'data_format'; received \"channels_first\".", Message("Conv2D", """{"data_format":"channels_first"}"""));
        Assert.Equal(
            "Conv2D 'x': Conv2D: filters must be divisible by groups; received 5 filters and 2 groups.",
            Message("Conv2D", """{"filters":5,"kernel_size":3,"groups":2}"""));
        Assert.Equal(
            "Conv2D 'x': expected 'valid' or 'same' for 'padding'; received \"causal\".",
            Message("Conv2D", """{"filters":1,"kernel_size":3,"padding":"causal"}"""));
        Assert.Equal("Dense 'x': Dense: units must be at least 1; received 0.", Message("Dense", """{"units":0}"""));
        Assert.StartsWith(
            "Dense 'x': the activation 'crelu' is not known; the nearest known names are ", Message("Dense", """{"units":1,"activation":"crelu"}"""),
            StringComparison.Ordinal);
    }

    private static void AssertShape(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ShapeException>(action).Message);

    private static void AssertArgument(string message, Func<object> action) => Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(action).Message);

    private sealed class Sum : Layer
    {
        protected override Node Call(IReadOnlyList<Node> inputs, CallContext context) => inputs[0] + inputs[1];
    }

    private sealed class Total : Layer
    {
        protected override Node Call(Node input, CallContext context) => input.Sum();
    }
}
