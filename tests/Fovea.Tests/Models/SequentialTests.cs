using Fovea.Tests.Data;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Models;

/// <summary>A Sequential grows and shrinks at any time, as in Keras.</summary>
public class SequentialTests
{
    private static readonly Tensor Images = new([2, 8, 8, 1], LayerRunner.Normal(2 * 64));

    /// <summary>The first notebook of the book: convolutions, summary, then the classifier.</summary>
    [Fact]
    public void Layers_added_after_a_summary_give_the_model_that_is_built_at_once()
    {
        var model = new Sequential("net", seed: 5) { new Input(8, 8, 1), new Conv2D(4, 3, activation: Activation.Relu), new MaxPooling2D(2) };
        Assert.Equal(40, model.Summary().Parameters);
        model.Add(new Flatten());
        model.Add(new Dense(3, Activation.Softmax));
        var atOnce = new Sequential("net", seed: 5)
        {
            new Input(8, 8, 1), new Conv2D(4, 3, activation: Activation.Relu), new MaxPooling2D(2), new Flatten(), new Dense(3, Activation.Softmax),
        };
        Assert.Equal(atOnce.Summary().ToString(), model.Summary().ToString());
        Assert.Equal(atOnce.Predict(Images).Values, model.Predict(Images).Values);
        Assert.Equal(["input_layer", "conv2d", "max_pooling2d", "flatten", "dense"], model.Select(layer => layer.Name));
    }

    [Fact]
    public void Weights_keep_their_values_and_an_output_taken_before_stays()
    {
        var model = new Sequential { new Input(8, 8, 1), new Flatten(), new Dense(5) };
        model.Weights[1].Write([1, 2, 3, 4, 5]);
        var (before, features) = (model.Predict(Images), new Model(model.Input, model.Output));
        model.Add(new Dense(3));
        Assert.Equal([2, 3], model.Predict(Images).Shape);
        Assert.Equal(before.Values, features.Predict(Images).Values);
        Assert.Equal([1, 2, 3, 4, 5], model.Weights[1].Values.ToArray());
        Assert.Same(model.Weights[0].Variable, features.Weights[0].Variable);

        var last = model.Pop();
        Assert.Equal("dense_1", last.Name);
        Assert.Equal(before.Values, model.Predict(Images).Values);
    }

    [Fact]
    public void A_trained_and_saved_model_gets_another_head()
    {
        using var folder = new TemporaryFolder();
        var model = new Sequential("net") { new Input(8, 8, 1), new Flatten(), new Dense(4, Activation.Relu), new Dense(3, Activation.Softmax) };
        model.ClassNames = ["a", "b", "c"];
        model.Compile(new Sgd(0.1), Loss.SparseCategoricalCrossentropy);
        model.Fit(new ArrayDataset([.. Images.Values], [8, 8, 1], [0, 1], Shape.Scalar));
        model.Save(Path.Combine(folder.Path, "net.keras"));

        var loaded = (Sequential)Model.Load(Path.Combine(folder.Path, "net.keras"));
        loaded.Pop();
        loaded.Add(new Dense(1));
        Assert.Equal(model.Weights[0].Values.ToArray(), loaded.Weights[0].Values.ToArray());
        Assert.Empty(loaded.ClassNames);
        Assert.Equal(OutputKind.Logits, loaded.OutputKind);
        var data = new ArrayDataset([.. Images.Values], [8, 8, 1], [0, 1], [1]);
        Assert.Equal(
            "net: compile the model again, since its layers were changed after Compile, as in model.Compile(new RmsProp(), "
                + "Loss.SparseCategoricalCrossentropy, new Accuracy()).",
            Assert.Throws<InvalidOperationException>(() => loaded.Fit(data)).Message);
        loaded.Compile(new Sgd(0.1), Loss.MeanSquaredError);
        Assert.Equal(1, loaded.Fit(data).Epochs);
    }

    [Fact]
    public void An_optimizer_is_free_when_the_layers_were_changed()
    {
        var (model, sgd) = (new Sequential { new Input(4), new Dense(2) }, new Sgd());
        model.Compile(sgd, Loss.MeanSquaredError);
        model.Add(new Dense(3));
        Assert.Null(model.Optimizer);
        model.Compile(sgd, Loss.MeanSquaredError);
        Assert.Same(sgd, model.Optimizer);
    }

    [Fact]
    public void A_layer_that_does_not_fit_leaves_the_model_as_it_was()
    {
        var model = new Sequential("net") { new Input(8, 8, 1), new Flatten(), new Dense(3) { Name = "dense" } };
        var before = model.Predict(Images);
        Assert.Equal(
            "Conv2D 'conv2d': expected images (None, height, width, channels); received (None, 3).",
            Assert.Throws<ShapeException>(() => model.Add(new Conv2D(4, 3))).Message);
        Assert.Equal(
            "Model: two layers are named 'dense'; names must be unique.",
            Assert.Throws<ArgumentException>(() => model.Add(new Dense(4) { Name = "dense" })).Message);
        Assert.Equal(3, model.Count());
        Assert.Equal(before.Values, model.Predict(Images).Values);
    }

    [Fact]
    public void A_model_within_another_keeps_its_layers()
    {
        var model = new Sequential("base") { new Input(4), new Dense(2) };
        var outer = new Sequential { model, new Dense(1) };
        outer.Summary();
        const string Reason = "cannot change the model, since it is connected as a layer. Change it before it is connected, or connect it in a new model: "
            + "new Sequential { base, new Dense(10) }.";
        Assert.Equal($"base: Add {Reason}", Assert.Throws<InvalidOperationException>(() => model.Add(new Dense(2))).Message);
        Assert.Equal($"base: Pop {Reason}", Assert.Throws<InvalidOperationException>(() => model.Pop()).Message);
        outer.Add(new Dense(7));
        Assert.Equal([7], outer.OutputShape);
    }

    [Fact]
    public void A_model_cannot_be_its_own_layer()
    {
        var model = new Sequential("net") { new Input(4), new Dense(2) };
        var outer = new Sequential("outer") { model };
        const string Full = "net: a model cannot contain itself; {0} does. (Parameter 'layer')";
        Assert.Equal(Full.Replace("{0}", "net", StringComparison.Ordinal), Assert.Throws<ArgumentException>(() => model.Add(model)).Message);
        Assert.Equal(Full.Replace("{0}", "outer", StringComparison.Ordinal), Assert.Throws<ArgumentException>(() => model.Add(outer)).Message);
    }

    [Fact]
    public void The_input_is_not_removed()
    {
        var model = new Sequential("net");
        Assert.Equal("net: there is no layer to remove.", Assert.Throws<InvalidOperationException>(() => model.Pop()).Message);
        model.Add(new Input(4));
        model.Add(new Dense(2));
        Assert.IsType<Dense>(model.Pop());
        const string But = "net: there is no layer to remove but the input.";
        Assert.Equal(But, Assert.Throws<InvalidOperationException>(() => model.Pop()).Message);
        model.Add(new Dense(3));
        Assert.Equal([3], model.OutputShape);
        model.Pop();
        Assert.Equal(But, Assert.Throws<InvalidOperationException>(() => model.Pop()).Message);
    }

    [Fact]
    public void A_callback_cannot_change_the_layers()
    {
        var model = new Sequential("net") { new Input(4), new Dense(2) };
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        string? refusal = null;
        model.Fit(new ArrayDataset(new float[4], [4], new float[2], [2]), callbacks: [new Training.Recorder((text, _) =>
        {
            if (text.StartsWith("batch", StringComparison.Ordinal))
                refusal = Assert.Throws<InvalidOperationException>(() => model.Add(new Dense(2))).Message;
        })]);
        Assert.Equal("'net' is being trained: Add cannot be called by a callback of Fit. Call it when Fit has ended.", refusal);
    }
}
