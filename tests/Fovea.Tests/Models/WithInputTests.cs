namespace Fovea.Tests.Models;

/// <summary>The same layers and weights for inputs of another size.</summary>
public class WithInputTests
{
    [Fact]
    public void A_model_of_open_size_gets_a_head_of_known_features()
    {
        var pretrained = OpenSizeTests.Net("mobile", null, null).WithInput(33, 47, 3);
        var model = new Sequential { pretrained, new Flatten(), new Dense(2) };
        Assert.Equal([2], model.OutputShape);
        Assert.Equal([1, 2], model.Predict(OpenSizeTests.Images(1, 33, 47)).Shape);
    }

    [Fact]
    public void Layers_and_weights_are_shared()
    {
        var model = OpenSizeTests.Net("convnet", 20, 30);
        var other = model.WithInput(9, 12, 3);
        Assert.Same(model.Layers[1], other.Layers[1]);
        Assert.Same(model.Weights[0].Variable, other.Weights[0].Variable);
        model.Weights[^1].Write([5, 4, 3, 2, 1]);
        Assert.Equal([5, 4, 3, 2, 1], other.Weights[^1].Values.ToArray());
        Assert.Equal(OpenSizeTests.Net("convnet", 9, 12).Weights[0].Values.ToArray(), other.Weights[0].Values.ToArray());
        Assert.Equal([20, 30, 3], model.InputShape);
    }

    [Fact]
    public void A_model_of_fixed_size_becomes_one_of_open_size()
    {
        var open = OpenSizeTests.Net("residual", 20, 30).WithInput(null, null, 3);
        Assert.Equal("(None, None, None, 6)", open.Output.ToString());
        var images = OpenSizeTests.Images(2, 15, 11);
        Assert.Equal(OpenSizeTests.Net("residual", 15, 11).Predict(images).Values, open.Predict(images).Values);
        Assert.IsType<Sequential>(new Sequential { new Input(4, 4, 1), new Conv2D(1, 2) }.WithInput([5, 6, 1]));
    }

    [Fact]
    public void Models_within_get_the_size_of_their_inputs()
    {
        var inner = OpenSizeTests.Net("residual", 20, 30);
        var input = new Input(20, 30, 3);
        var model = new Model(input, new GlobalAveragePooling2D().Call(inner.Call(input, training: false)), "outer");
        var other = model.WithInput(8, 9, 3);
        Assert.Equal("(None, 8, 9, 3)", ((Model)other.Layer("residual")).Input.ToString());
        Assert.Equal("(None, 20, 30, 3)", inner.Input.ToString());
        Assert.Equal([2, 6], other.Predict(OpenSizeTests.Images(2, 8, 9)).Shape);
    }

    [Fact]
    public void Class_names_and_preprocessing_stay_and_the_size_of_images_follows()
    {
        var model = OpenSizeTests.Net("convnet", 20, 30);
        model.ClassNames = ["a", "b", "c", "d", "e"];
        model.ImageInput = new ImageInput(20, 30) { Pixels = PixelScale.MinusOneToOne };
        var other = model.WithInput(9, 12, 3);
        Assert.Equal(model.ClassNames, other.ClassNames);
        Assert.Equal(model.ImageInput.WithSize(9, 12), other.ImageInput);
        Assert.Null(other.Optimizer);
    }

    [Fact]
    public void Weights_of_one_size_keep_it()
    {
        var model = new Sequential("net") { new Input(8, 8, 1), new Flatten(), new Dense(2) };
        var error = Assert.Throws<ShapeException>(() => model.WithInput(9, 8, 1));
        Assert.StartsWith(
            "net: the layers do not take inputs (None, 9, 8, 1); they were connected for (None, 8, 8, 1). Dense 'dense': ", error.Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "net: the layers do not take inputs (None, None, None, 1); they were connected for (None, 8, 8, 1). Dense 'dense': ",
            Assert.Throws<ShapeException>(() => model.WithInput(null, null, 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "net: the layers do not take inputs (None, 8, 8, 3);",
            Assert.Throws<ShapeException>(() => model.WithInput(8, 8, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_of_several_inputs_take_a_shape_for_each()
    {
        var (left, right) = (new Input(4, 4, 1), new Input(4, 4, 1));
        var model = new Model([left, right], [new Add().Call(new Conv2D(2, 1).Call(left), right)], "two");
        Assert.Equal([6, 5, 2], model.WithInputs([[6, 5, 1], [6, 5, 1]]).OutputShape);
        Assert.Equal(
            "two: expected a shape for each of 2 inputs; received 1. (Parameter 'shapes')",
            Assert.Throws<ArgumentException>(() => model.WithInputs([[6, 5, 1]])).Message);
        Assert.Equal(
            "two: expected a model of one input and one output here; this one has 2 inputs.",
            Assert.Throws<InvalidOperationException>(() => model.WithInput(6, 5, 1)).Message);
    }
}
