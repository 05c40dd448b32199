using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Models;

/// <summary>What can be computed from a model's graph.</summary>
public class ModelGraphTests
{
    [Fact]
    public void Every_layer_is_found_by_its_path_those_of_models_within_first()
    {
        var graph = new ModelGraph(NestedModelTests.Transfer(NestedModelTests.Base()));
        Assert.Equal(
            ["base/conv2d", "base/batch_normalization", "base/re_lu", "base/max_pooling2d", "base/conv2d_1", "base", "flatten", "dense"],
            graph.Layers.Select(value => value.Path));
        Assert.Same(graph["base/conv2d_1"], graph["conv2d_1"]);
        Assert.Same(graph["base"].Node, graph["conv2d_1"].Node);
        Assert.Equal([1, 3, 3, 6], graph["base"].Node.Shape);
    }

    [Fact]
    public void Values_inside_are_those_of_a_model_that_ends_there()
    {
        var convolutions = NestedModelTests.Base();
        var graph = new ModelGraph(NestedModelTests.Transfer(convolutions), 3);
        var images = NestedModelTests.Images(3);
        var values = graph.Compute(images, graph["conv2d"].Node, graph["re_lu"].Node, graph["base"].Node);
        Assert.Equal(new Model(convolutions.Input, convolutions.Layer("conv2d").Output).Predict(images).Values, values[0].Values);
        Assert.Equal(
            new Model(convolutions.Input, convolutions.Layer("re_lu").Output).Predict(images).Values, values[1].Values, (a, b) => Math.Abs(a - b) < 1e-6);

        // Where the values between are wanted, batch normalization is not folded into the weights.
        Assert.Equal(convolutions.Predict(images).Values, values[2].Values, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    /// <summary>Central differences with a step of 1e-2: errors of some 1e-4 of the gradient from the step, and as much from float32.</summary>
    [Fact]
    public void Gradients_with_respect_to_the_input_and_to_inner_values_are_central_differences()
    {
        var model = NestedModelTests.Transfer(NestedModelTests.Base());
        var graph = new ModelGraph(model);
        var score = (graph.Output * Arithmetic.Constant(1).Reshape([1]).OneHot(3)).Sum().Log();
        var inner = graph["base"].Node;
        var gradients = Differentiation.Gradients(score, [graph.Input, inner]);
        var run = graph.Compile(score, gradients[0], gradients[1], inner);
        var image = NestedModelTests.Images(1);
        var values = run.Run(image);
        const float step = 1e-2f;
        for (var i = 0; i < image.Values.Length; i += 7)
        {
            float At(float offset)
            {
                var moved = image.Values.ToArray();
                moved[i] += offset;
                return run.Run(new Tensor(image.Shape, moved))[0].Values[0];
            }

            Assert.Equal((At(step) - At(-step)) / (2 * step), values[1].Values[i], 2e-3);
        }

        // A dense layer follows the base: d ln p₁ / dx = W·(e₁ − p).
        var dense = model.Layers[^1].Weights[0].Values;
        var p = model.Predict(image).Values;
        for (var i = 0; i < inner.Shape.Count; i++)
        {
            var expected = dense[(i * 3) + 1] - (dense[i * 3] * p[0]) - (dense[(i * 3) + 1] * p[1]) - (dense[(i * 3) + 2] * p[2]);
            Assert.Equal(expected, values[2].Values[i], 1e-5);
        }
    }

    [Fact]
    public void In_training_random_numbers_follow_the_step()
    {
        var model = new Sequential { new Input(100), new Dropout(0.5f) };
        var graph = new ModelGraph(model, training: true);
        var run = graph.Compile(graph.Output);
        var ones = new Tensor([1, 100], [.. Enumerable.Repeat(1f, 100)]);
        var first = run.Run(ones)[0].Values;
        Assert.InRange(first.Count(value => value == 0), 30, 70);
        Assert.Equal(first, run.Run(ones)[0].Values);
        Assert.NotEqual(first, run.Run(ones, step: 1)[0].Values);
        Assert.Equal(ones.Values, new ModelGraph(model) is var inference ? inference.Compute(ones, inference.Output)[0].Values : []);
    }

    /// <summary>Custom steps for a custom loss, here those of Sgd and the squared error.</summary>
    [Fact]
    public void Gradients_with_respect_to_weights_make_steps_of_ones_own()
    {
        var (own, fitted) = (Line(), Line());
        var (inputs, targets) = (new Tensor([4, 2], [1, -1, 0.5f, 2, -2, 1, 0, 1]), new Tensor([4, 1], [1, 2, 3, -1]));
        fitted.Compile(new Sgd(0.1f), Loss.MeanSquaredError);
        var graph = new ModelGraph(own, 4, training: true);
        var target = new Node(new InputOp("target", [4, 1]));
        var loss = 0.25f * (graph.Output - target).Square().Sum();
        var run = graph.Compile([target], [loss, .. Differentiation.Gradients(loss, [.. own.Weights.Select(graph.Read)])]);
        for (var step = 0; step < 5; step++)
        {
            var values = run.Run(inputs, step, targets);
            Assert.Equal(fitted.TrainOnBatch(inputs, targets).Loss, values[0].Values[0], 1e-5);
            for (var i = 0; i < own.Weights.Count; i++)
            {
                var weight = own.Weights[i];
                weight.Write([.. weight.Values.ToArray().Select((value, k) => value - (0.1f * values[i + 1].Values[k]))]);
                Assert.Equal(fitted.Weights[i].Values.ToArray(), weight.Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
            }
        }

        Assert.Equal(
            "own: expected one of the model's weights; received 'kernel' (2, 1) of another. (Parameter 'weight')",
            Assert.Throws<ArgumentException>(() => graph.Read(fitted.Weights[0])).Message);

        static Sequential Line() => new("own", seed: 9) { new Input(2), new Dense(1) };
    }

    [Fact]
    public void What_is_asked_wrongly_is_said()
    {
        var twice =
            new Sequential(
            "outer") { new Sequential("a") { new Input(4), new Dense(4) { Name = "d" } }, new Sequential("b") { new Input(4), new Dense(4) { Name = "d" } } };
        var graph = new ModelGraph(twice);
        Assert.Equal("outer: several layers are named 'd': a/d, b/d.", Assert.Throws<KeyNotFoundException>(() => graph["d"]).Message);
        Assert.Equal("outer: there is no layer 'e'; there are a/d, a, b/d, b.", Assert.Throws<KeyNotFoundException>(() => graph["e"]).Message);
        var error = Assert.Throws<ShapeException>(() => graph.Compute(new Tensor([2, 4], new float[8]), graph.Output));
        Assert.Equal("ModelGraph: expected an input (1, 4); received (2, 4).", error.Message);
    }
}
