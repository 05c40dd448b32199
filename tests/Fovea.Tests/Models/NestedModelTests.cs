using Fovea.Tests.Layers;
using Fovea.Tests.Training;

namespace Fovea.Tests.Models;

/// <summary>Models that serve as layers of others.</summary>
public class NestedModelTests
{
    [Fact]
    public void A_model_within_a_model_computes_what_its_layers_would()
    {
        var convolutions = Base();
        var nested = Transfer(convolutions);
        var input = new Input(12, 12, 1);
        SymbolicTensor x = input;
        foreach (var layer in convolutions.Layers.Skip(1)) x = layer.Call(x);
        foreach (var layer in nested.Layers.Skip(2)) x = layer.Call(x);
        var flat = new Model(input, x);
        var images = Images(5);
        Assert.Equal(flat.Predict(images).Values, nested.Predict(images).Values);
        Assert.Equal(flat.Weights.Select(weight => weight.Variable), nested.Weights.Select(weight => weight.Variable));
        Assert.Equal(flat.Parameters, nested.Parameters);
        Assert.Equal(convolutions.Parameters, nested.Summary().Layers[0].Parameters);
        Assert.Equal(flat.Summary().MultiplyAdds, nested.Summary().MultiplyAdds);
        Assert.Equal(flat.Summary().Layers[^1].ReceptiveField, nested.Summary().Layers[^1].ReceptiveField);
    }

    [Fact]
    public void Training_is_the_same_to_the_bit_as_that_of_its_layers()
    {
        var (nested, flat) = (Transfer(Base()), new Sequential(seed: 5));
        foreach (var layer in Base().Concat(Head().Skip(1))) flat.Add(layer);
        foreach (var model in (Model[])[nested, flat])
        {
            model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
            model.Fit(SmallNets.Images(40), epochs: 2, batchSize: 16);
        }

        Assert.Equal(SmallNets.AllBits(flat), SmallNets.AllBits(nested));
    }

    [Fact]
    public void A_frozen_model_keeps_its_weights_and_moving_statistics()
    {
        var convolutions = Base();
        convolutions.Trainable = false;
        var model = Transfer(convolutions);
        var (before, head) = (SmallNets.Bits(convolutions), model.Layers[^1].Weights[0].Values.ToArray());
        Fit(model);
        Assert.Equal(before, SmallNets.Bits(convolutions));
        Assert.NotEqual(head, model.Layers[^1].Weights[0].Values.ToArray());
        Assert.Equal(head.Length + 3, model.Summary().TrainableParameters);
    }

    [Fact]
    public void Layers_of_a_frozen_model_can_be_unfrozen_one_by_one()
    {
        var convolutions = Base();
        convolutions.Trainable = false;
        convolutions.Layer("conv2d_1").Trainable = true;
        _ = convolutions.Weights;
        var (first, second) = (convolutions.Layer("conv2d").Weights[0].Values.ToArray(), convolutions.Layer("conv2d_1").Weights[0].Values.ToArray());
        var model = Transfer(convolutions);
        Assert.Same(convolutions.Layer("conv2d_1"), model.Layer("base/conv2d_1"));
        Fit(model);
        Assert.Equal(first, convolutions.Layer("conv2d").Weights[0].Values.ToArray());
        Assert.NotEqual(second, convolutions.Layer("conv2d_1").Weights[0].Values.ToArray());
    }

    [Fact]
    public void A_model_that_is_called_for_inference_keeps_its_moving_statistics_while_it_learns()
    {
        var convolutions = Base();
        var input = new Input(12, 12, 1);
        var model = new Model(input, new Dense(3, Activation.Softmax).Call(new Flatten().Call(convolutions.Call(input, training: false))));
        float[][] Values() => [.. convolutions.Layer("batch_normalization").Weights.Select(weight => weight.Values.ToArray())];
        _ = model.Weights;
        var before = Values();
        Fit(model);
        var after = Values();
        Assert.NotEqual(before[0], after[0]);
        Assert.NotEqual(before[1], after[1]);
        Assert.Equal(before[2], after[2]);
        Assert.Equal(before[3], after[3]);
    }

    [Fact]
    public void A_sequential_model_may_begin_with_a_model_and_names_those_without_a_name()
    {
        var model = new Sequential { new Sequential { new Input(4), new Dense(3) }, new Sequential { new Input(3), new Dense(2) } };
        Assert.Equal([4], model.InputShape);
        Assert.Equal(["input_layer", "sequential", "sequential_1"], model.Layers.Select(layer => layer.Name));
        Assert.Equal("sequential", model.Name);
    }

    [Fact]
    public void Inputs_of_another_shape_are_refused_in_the_models_name()
    {
        var error = Assert.Throws<ShapeException>(() => Base().Call(new Input(13, 12, 1)));
        Assert.Equal("base: expected inputs (None, 12, 12, 1); received (None, 13, 12, 1).", error.Message);
        var missing = Assert.Throws<KeyNotFoundException>(() => Transfer(Base()).Layer("base/none"));
        Assert.Equal("base: there is no layer 'none'; there are input_layer, conv2d, batch_normalization, re_lu, max_pooling2d, conv2d_1.", missing.Message);
        var unconnected = Assert.Throws<InvalidOperationException>(() => new Dense(3).Output);
        Assert.Equal("Dense: the layer has no output yet; connect it to an input first.", unconnected.Message);
    }

    [Fact]
    public void A_part_of_a_model_is_a_model()
    {
        var whole = Base();
        var part = new Model(whole.Input, whole.Layer("max_pooling2d").Output);
        Assert.Equal([5, 5, 8], part.OutputShape);
        var images = Images(2);
        Assert.Equal(new ModelGraph(whole, 2) is var graph ? graph.Compute(images, graph["max_pooling2d"].Node)[0].Values : [], part.Predict(images).Values);
    }

    internal static Sequential Base() => new("base", seed: 5)
    {
        new Input(12, 12, 1),
        new Conv2D(8, 3),
        new BatchNormalization(momentum: 0.9f),
        new ReLU(),
        new MaxPooling2D(2),
        new Conv2D(6, 3, activation: Activation.Relu),
    };

    internal static Sequential Transfer(Model convolutions)
    {
        var model = new Sequential("transfer", seed: 5) { new Input(12, 12, 1), convolutions };
        foreach (var layer in Head().Skip(1)) model.Add(layer);
        return model;
    }

    internal static Tensor Images(int count) => new([count, 12, 12, 1], LayerRunner.Normal(count * 144));

    internal static void Fit(Model model)
    {
        model.Compile(new Adam(0.01f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Fit(SmallNets.Images(40), epochs: 2, batchSize: 16);
    }

    private static Sequential Head() => [new Input(3, 3, 6), new Flatten(), new Dense(3, Activation.Softmax)];
}
