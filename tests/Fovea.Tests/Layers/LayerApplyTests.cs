using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Layers;

public class LayerApplyTests
{
    [Fact]
    public void A_layer_computes_a_tensor()
    {
        Assert.Equal([0f, 2], new ActivationLayer(Activation.Relu).Apply(new Tensor([1, 2], [-1, 2])).Values);
        Assert.Equal([4f, 6], new Add().Apply([new Tensor([1, 2], [1, 2]), new Tensor([1, 2], [3, 4])]).Values);
        Assert.Equal([2, 1], new Flatten().Apply(new Tensor([2, 1, 1], [1, 2])).Shape);
    }

    [Fact]
    public void A_layer_is_built_and_initialized_and_keeps_its_weights_in_a_model()
    {
        var dense = new Dense(3);
        var x = new Tensor([2, 2], [1, 2, 3, 4]);
        var y = dense.Apply(x).Values;
        Assert.Contains(y, value => value != 0);
        var kernel = dense.Weights[0].Values.ToArray();

        var model = new Sequential("later", seed: 7) { new Input(2), dense };
        Assert.Equal(y, model.Predict(x).Values);
        Assert.Equal(kernel, dense.Weights[0].Values.ToArray());
        Assert.Equal([x.Values[0] * kernel[0] + x.Values[1] * kernel[3]], [y[0]], (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void The_weights_are_read_as_they_are_now()
    {
        var dense = new Dense(1);
        var x = new Tensor([1, 1], [2]);
        dense.Apply(x);
        dense.Weights[0].Write([5]);
        Assert.Equal([10f], dense.Apply(x).Values);
        dense.Weights[1].Write([1]);
        Assert.Equal([11f], dense.Apply(x).Values);
    }

    [Fact]
    public void A_model_in_inference_computes_what_it_predicts()
    {
        var input = new Input(3);
        var model = new Model([input], [new Dense(2).Call(input), new Dense(1).Call(input)]);
        var x = new Tensor([4, 3], [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        Assert.Equal(model.Predict([x]).Select(output => output.Values), model.ApplyForAll([x]).Select(output => output.Values));
        Assert.Equal(
            $"{model.Name}: the model has several outputs; ApplyForAll gives them all.",
                Assert.Throws<InvalidOperationException>(() => model.Apply(x)).Message);
    }

    [Fact]
    public void The_output_is_written_into_a_tensor_that_may_be_the_input()
    {
        var images = new Tensor([4, 8, 8, 3], [.. Enumerable.Range(0, 4 * 8 * 8 * 3).Select(i => i / 768f)]);
        var rotation = new RandomRotation(0.1);
        var expected = rotation.Apply(images, training: true, seed: 5).Values;
        var changed = Tensor.Zeros([4, 8, 8, 3]);
        rotation.ApplyInto(images, changed, training: true, seed: 5);
        Assert.Equal(expected, changed.Values);
        rotation.ApplyInto(images, images, training: true, seed: 5);
        Assert.Equal(expected, images.Values);

        rotation.ApplyInto(images, changed);
        Assert.Equal(images.Values, changed.Values);

        var model = new Sequential { new Input(3), new Dense(2) };
        var (x, y) = (new Tensor([1, 3], [1, 2, 3]), Tensor.Zeros([1, 2]));
        model.ApplyInto(x, y);
        Assert.Equal(model.Predict(x).Values, y.Values);
    }

    [Fact]
    public void A_tensor_of_another_shape_receives_no_output()
    {
        var (x, y) = (new Tensor([2, 3], [1, 2, 3, 4, 5, 6]), Tensor.Zeros([3, 2]));
        const string Expected = "expected a tensor of the output's shape, (2, 4), to write into; received (3, 2).";
        Assert.Equal($"Dense: {Expected}", Assert.Throws<ShapeException>(() => new Dense(4).ApplyInto(x, y)).Message);
        var model = new Sequential("net") { new Input(3), new Dense(4) };
        Assert.Equal($"net: {Expected}", Assert.Throws<ShapeException>(() => model.ApplyInto(x, y)).Message);
        Assert.Equal($"net: {Expected}", Assert.Throws<ShapeException>(() => model.ApplyInto(x, y, training: true)).Message);
        Assert.All(y.Values, value => Assert.Equal(0, value));
    }

    /// <summary>As the book's data_augmentation, a Sequential without an Input.</summary>
    [Fact]
    public void Augmentation_without_an_input_is_applied_to_a_batch()
    {
        var augmentation = new Sequential { new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1), new RandomZoom(0.2) };
        var images = new Tensor([4, 8, 8, 3], [.. Enumerable.Range(0, 4 * 8 * 8 * 3).Select(i => i / 768f)]);
        var (first, second) = (augmentation.Apply(images, training: true), augmentation.Apply(images, training: true));
        Assert.Equal(images.Shape, first.Shape);
        Assert.NotEqual(first.Values, second.Values);
        Assert.NotEqual(images.Values, first.Values);
        Assert.Equal(images.Values, augmentation.Apply(images).Values);
    }

    [Fact]
    public void An_augmentation_without_an_input_is_connected_as_a_layer()
    {
        var augmentation = new Sequential { new RandomFlip(FlipMode.Horizontal), new RandomZoom(0.2) };
        var input = new Input(8, 8, 3);
        var model = new Model(input, new Flatten().Call(augmentation.Call(input)));
        Assert.Equal([192], model.OutputShape);
    }

    [Fact]
    public void The_same_seed_draws_the_same_values()
    {
        var dropout = new Dropout(0.5);
        var x = new Tensor([1, 64], [.. Enumerable.Repeat(1f, 64)]);
        Assert.Equal(dropout.Apply(x, training: true, seed: 3).Values, dropout.Apply(x, training: true, seed: 3).Values);
        Assert.NotEqual(dropout.Apply(x, training: true, seed: 3).Values, dropout.Apply(x, training: true, seed: 4).Values);
        Assert.NotEqual(dropout.Apply(x, training: true).Values, dropout.Apply(x, training: true).Values);
        Assert.Equal(new Dropout(0.5).Apply(x, training: true).Values, new Dropout(0.5).Apply(x, training: true).Values);
    }

    /// <summary>Keras: moving = moving · momentum + batch · (1 − momentum), when training is true; a frozen layer changes nothing.</summary>
    [Fact]
    public void Batch_normalization_in_training_updates_its_moving_averages_as_in_Keras()
    {
        var layer = new BatchNormalization(momentum: 0.75);
        var x = new Tensor([4, 1], [2, 4, 4, 6]);
        var output = layer.Apply(x, training: true);
        Assert.Equal([-MathF.Sqrt(2), 0, 0, MathF.Sqrt(2)], output.Values, (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(1f, layer.Weights.First(weight => weight.Name == "moving_mean").Values[0]);
        Assert.Equal(0.75f + (0.25f * 2), layer.Weights.First(weight => weight.Name == "moving_variance").Values[0], 1e-5f);

        layer.Trainable = false;
        var before = layer.Weights[2].Values.ToArray();
        layer.Apply(x, training: true);
        layer.Apply(x);
        Assert.Equal(before, layer.Weights[2].Values.ToArray());
    }

    /// <summary>As in Keras, where the second use of a layer reads the moving average that the first one wrote: 0.5 · (0.5 · 0 + 0.5 · 1) + 0.5 · 3.</summary>
    [Fact]
    public void A_batch_normalization_that_is_used_twice_updates_its_moving_averages_twice()
    {
        var (layer, first, second) = (new BatchNormalization(momentum: 0.5), new Input(1), new Input(1));
        var model = new Model([first, second], [layer.Call(first) + layer.Call(second)]);
        model.ApplyForAll([new Tensor([2, 1], [0, 2]), new Tensor([2, 1], [2, 4])], training: true);
        Assert.Equal(1.75f, layer.Weights.First(weight => weight.Name == "moving_mean").Values[0]);
    }

    [Fact]
    public void A_layer_within_a_layer_is_built_with_it()
    {
        var block = new Doubled();
        Assert.Equal([1, 2], block.Apply(new Tensor([1, 3], [1, 2, 3])).Shape);
        Assert.Equal(2, block.Weights.Count);
    }

    [Fact]
    public void A_layer_that_is_added_to_a_model_is_used_by_the_next_call()
    {
        var model = new Sequential { new Input(2), new Dense(2) };
        var x = new Tensor([1, 2], [1, 2]);
        model.Apply(x, training: true);
        model.Add(new Flatten());
        model.Add(new Dense(3));
        Assert.Equal([1, 3], model.Apply(x, training: true).Shape);
    }

    [Fact]
    public void Many_shapes_and_threads_give_the_same_values()
    {
        var dense = new Dense(2);
        var expected = Enumerable.Range(1, 40).Select(count => dense.Apply(Ones(count)).Values).ToList();
        Parallel.For(0, 200, i => Assert.Equal(expected[i % 40], dense.Apply(Ones((i % 40) + 1)).Values));

        static Tensor Ones(int count) => new([count, 3], [.. Enumerable.Repeat(1f, count * 3)]);
    }

    [Fact]
    public void An_input_that_does_not_fit_is_refused()
    {
        var dense = new Dense(2) { Name = "head" };
        dense.Apply(new Tensor([1, 3], new float[3]));
        Assert.Equal(
            "Dense 'head': expected the batch as the first dimension, the same in all inputs; received (). For one sample, begin the shape with 1.",
            Assert.Throws<ShapeException>(() => dense.Apply(new Tensor(Shape.Scalar, [1]))).Message);
        Assert.Equal("Dense 'head': expected an input; received none. (Parameter 'inputs')", Assert.Throws<ArgumentException>(() => dense.Apply([])).Message);
        Assert.StartsWith(
            "Dense 'head': ", Assert.Throws<ShapeException>(() => dense.Apply(new Tensor([1, 4], new float[4]))).Message, StringComparison.Ordinal);
        Assert.Equal(
            "Add: expected the batch as the first dimension, the same in all inputs; received (1, 2) and (2, 2). For one sample, begin the shape with 1.",
            Assert.Throws<ShapeException>(() => new Add().Apply([new Tensor([1, 2], new float[2]), new Tensor([2, 2], new float[4])])).Message);
    }

    private sealed class Doubled : Layer
    {
        private readonly Dense dense;

        public Doubled() => dense = Contain(new Dense(2));

        protected override Node Call(Node input, CallContext context) => 2 * context.Call(dense, input);
    }
}
