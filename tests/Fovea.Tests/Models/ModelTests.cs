using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Models;

/// <summary>How layers become models: one after the other, connected freely, used twice.</summary>
public class ModelTests
{
    private static readonly Tensor Images = new([3, 28, 28, 1], LayerRunner.Normal(3 * 784));

    [Fact]
    public void Sequential_and_functional_forms_are_the_same_model()
    {
        var sequential = BookNet.Create();
        var input = new Input(28, 28, 1);
        var x = new MaxPooling2D(2).Call(new Conv2D(32, 3, activation: Activation.Relu).Call(input));
        x = new MaxPooling2D(2).Call(new Conv2D(64, 3, activation: Activation.Relu).Call(x));
        x = new Flatten().Call(new Conv2D(64, 3, activation: Activation.Relu).Call(x));
        var outputs = new Dense(10, Activation.Softmax).Call(new Dense(64, Activation.Relu).Call(x));
        var functional = new Model(input, outputs);
        Assert.Equal(sequential.Layers.Select(layer => layer.Name), functional.Layers.Select(layer => layer.Name));
        Assert.Equal(sequential.Predict(Images).Values, functional.Predict(Images).Values);
        Assert.Equal([3, 10], functional.Predict(Images).Shape);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(1, functional.Predict(Images).Sample(i).ToArray().Sum(), 1e-6));
    }

    [Fact]
    public void A_shared_layer_has_one_set_of_weights_and_learns_from_both_uses()
    {
        var (input, shared) = (new Input(4), new Dense(4) { UseBias = false });
        var model = new Model(input, shared.Call(shared.Call(input)));
        Assert.Equal(16, model.Parameters);
        var w = model.Weights.Single().Values.ToArray();
        float[] x = [1, 2, 3, 4];

        // x · W · W, and d(Σ)/dW = xᵀ·(W·1)ᵀ + (x·W)ᵀ·1ᵀ.
        var xw = Enumerable.Range(0, 4).Select(j => Enumerable.Range(0, 4).Sum(i => (double)x[i] * w[(i * 4) + j])).ToArray();
        var expected = Enumerable.Range(0, 4).Select(j => Enumerable.Range(0, 4).Sum(i => xw[i] * w[(i * 4) + j])).ToArray();
        Assert.Equal(expected, model.Predict(new Tensor([1, 4], x)).Values.Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-5);

        model.Compile(new Sgd(1), new SumOfOutputs());
        model.Fit(new ArrayDataset(x, [4], [0, 0, 0, 0], [4]));
        var after = model.Weights.Single().Values.ToArray();
        for (var i = 0; i < 4; i++)
        {
            var rowSum = Enumerable.Range(0, 4).Select(j => Enumerable.Range(0, 4).Sum(k => (double)w[(j * 4) + k])).ToArray();
            for (var j = 0; j < 4; j++) Assert.Equal(w[(i * 4) + j] - ((x[i] * rowSum[j]) + xw[i]), after[(i * 4) + j], 1e-5);
        }
    }

    [Fact]
    public void Layers_keep_what_they_learned_in_a_second_model()
    {
        var first = BookNet.Create();
        first.Compile(new Sgd(0.1f), Loss.SparseCategoricalCrossentropy);
        first.Fit(new ArrayDataset(Images.Values, [28, 28, 1], [1, 2, 3], Shape.Scalar));
        var features = new Model(first.Input, first.Layers[^2].Output);
        Assert.Equal([3, 64], features.Predict(Images).Shape);
        var weights = first.Weights.SelectMany(weight => weight.Values.ToArray()).ToArray();
        Assert.Equal(weights[..^650], features.Weights.SelectMany(weight => weight.Values.ToArray()));
    }

    [Fact]
    public void Layers_are_named_after_their_class_unless_they_are_given_names()
    {
        var model = new Sequential
        {
            new Input(8, 8, 1), new Conv2D(1, 1) { Name = "conv2d_1" }, new Conv2D(1, 1), new Conv2D(1, 1), new MaxPooling2D(),
                new ActivationLayer(Activation.Relu), new Conv2D(1, 1),
        };
        Assert.Equal(["input_layer", "conv2d_1", "conv2d", "conv2d_2", "max_pooling2d", "activation", "conv2d_3"], model.Layers.Select(layer => layer.Name));
        Assert.IsType<MaxPooling2D>(model.Layer("max_pooling2d"));
    }

    [Fact]
    public void Predictions_may_be_asked_for_from_several_threads()
    {
        var model = BookNet.Create();
        var expected = model.Predict(Images).Values;
        Parallel.For(0, 16, _ => Assert.Equal(expected, model.Predict(Images).Values));
    }

    [Fact]
    public void Weights_of_frozen_layers_and_moving_statistics_are_not_trainable()
    {
        var model = new Sequential { new Input(8, 8, 1), new Conv2D(2, 3), new BatchNormalization(), new Flatten(), new Dense(3) };
        Assert.Equal(["kernel", "bias", "gamma", "beta", "kernel", "bias"], model.TrainableWeights.Select(weight => weight.Name));
        Assert.Equal(["moving_mean", "moving_variance"], model.NonTrainableWeights.Select(weight => weight.Name));

        model.Layer("conv2d").Trainable = false;
        Assert.Equal(["gamma", "beta", "kernel", "bias"], model.TrainableWeights.Select(weight => weight.Name));
        Assert.Equal(["kernel", "bias", "moving_mean", "moving_variance"], model.NonTrainableWeights.Select(weight => weight.Name));
        Assert.Equal(model.Weights.Count, model.TrainableWeights.Count + model.NonTrainableWeights.Count);
    }

    private sealed class SumOfOutputs : Loss
    {
        public override string Name => "sum";

        public override Node Call(Node expected, Node predicted) => (predicted + expected).SumRange(1, 1);
    }
}
