namespace Fovea.Tests.Models;

public class LayerOutputTests
{
    [Fact]
    public void A_model_can_end_at_the_output_of_any_layer()
    {
        var model = new Sequential { new Input(6, 6, 1), new Conv2D(2, 3, activation: Activation.Relu) { Name = "conv" }, new Flatten(), new Dense(3) };
        var features = new Model(model.Input, model.OutputOf(model.Layer("conv")));
        Assert.Equal([4, 4, 2], features.OutputShape);
        Assert.Same(model.Weights[0], features.Weights[0]);
    }

    [Fact]
    public void The_output_of_an_inner_model_is_that_of_its_call_here()
    {
        var inner = new Sequential("inner") { new Input(4, 4, 1), new Conv2D(2, 3) };
        var outer = new Sequential { new Input(4, 4, 1), new Rescaling(0.5f), inner, new Flatten() };
        var features = new Model(outer.Input, outer.OutputOf(inner));
        Assert.Equal(4, features.Layers.Count + inner.Layers.Count - 1);
        Assert.Equal([2, 2, 2], features.OutputShape);
    }

    [Fact]
    public void A_layer_of_another_model_is_refused()
    {
        var model = new Sequential("net") { new Input(4) { Name = "in" }, new Dense(2) { Name = "out" } };
        var error = Assert.Throws<ArgumentException>(() => model.OutputOf(new Dense(3) { Name = "other" }));
        Assert.Equal("net: expected one of the model's layers, in, out; received 'other'. (Parameter 'layer')", error.Message);
    }
}
