using Fovea.Tests.Layers;
using Fovea.Tests.Models;

namespace Fovea.Tests.Explain;

public class GradCamTests
{
    private static readonly Tensor Image = new([1, 8, 8, 3], LayerRunner.Normal(192));

    /// <summary>
    /// With global average pooling and one dense layer behind the last convolution, Grad-CAM is class activation mapping: αₖ is the dense
    /// layer's weight divided by the number of positions (Selvaraju et al. 2017, section 3).
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Behind_global_pooling_it_is_class_activation_mapping(int classNumber)
    {
        var model = Pooled(3, Activation.Softmax);
        var result = GradCam.Explain(model, Image, classNumber);
        var graph = new ModelGraph(model);
        var activations = graph.Compute(Image, graph["conv2d"].Node)[0].Values;
        var dense = model.Layer("dense").Weights[0].Values.ToArray();
        var map = new double[36];
        for (var i = 0; i < activations.Length; i++) map[i / 5] += activations[i] * dense[(i % 5 * 3) + classNumber];
        var largest = map.Max();
        Assert.True(largest > 0);
        Assert.Equal([6, 6], result.Heatmap.Shape);
        Assert.Equal(map.Select(value => (float)(Math.Max(0, value) / largest)), result.Heatmap.Values, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(("conv2d", classNumber), (result.Layer, result.Class));
        Assert.Equal(model.Predict(Image).Values[classNumber], result.Score, 1e-6);
    }

    [Fact]
    public void One_output_has_two_classes_of_opposite_gradients()
    {
        var model = Pooled(1, Activation.Sigmoid);
        var p = model.Predict(Image).Values[0];
        var (zero, one) = (GradCam.Explain(model, Image, 0), GradCam.Explain(model, Image, 1));
        Assert.Equal(1 - p, zero.Score, 1e-6);
        Assert.Equal(p, one.Score, 1e-6);
        Assert.Equal(p > 0.5f ? 1 : 0, GradCam.Explain(model, Image).Class);
        Assert.All(zero.Heatmap.Values.Zip(one.Heatmap.Values), pair => Assert.True(pair.First == 0 || pair.Second == 0));
        Assert.Contains(zero.Heatmap.Values.Concat(one.Heatmap.Values), value => value == 1);
    }

    [Fact]
    public void Pooling_and_layers_that_act_only_in_training_are_not_the_last_layer_of_images()
    {
        Layer[] skipped = [new MaxPooling2D(2), new AdaptiveAveragePooling2D(3), new Dropout(0.2f), new SpatialDropout2D(0.2f), new GaussianNoise(0.1f)];
        foreach (var layer in skipped)
        {
            var model = new Sequential { new Input(8, 8, 3), new Conv2D(5, 3, activation: Activation.Relu), layer, new Flatten(), new Dense(3) };
            Assert.Equal("conv2d", GradCam.Explain(model, Image).Layer);
        }
    }

    [Fact]
    public void Models_within_the_model_are_seen_through()
    {
        var convolutions = NestedModelTests.Base();
        var nested = NestedModelTests.Transfer(convolutions);
        var input = new Input(12, 12, 1);
        SymbolicTensor x = input;
        foreach (var layer in convolutions.Layers.Skip(1).Concat(nested.Layers.Skip(2))) x = layer.Call(x);
        var flat = GradCam.Explain(new Model(input, x), NestedModelTests.Images(1), 1);
        var seen = GradCam.Explain(nested, NestedModelTests.Images(1), 1);
        Assert.Equal(("base/conv2d_1", "conv2d_1"), (seen.Layer, flat.Layer));
        Assert.Equal(flat.Heatmap.Values, seen.Heatmap.Values);
        Assert.Equal([5, 5], GradCam.Explain(nested, NestedModelTests.Images(1), 1, "max_pooling2d").Heatmap.Shape);
    }

    [Fact]
    public void What_cannot_be_explained_is_said()
    {
        var model = Pooled(3, Activation.Softmax);
        Assert.StartsWith(
            "GradCam: expected a class from 0 to 2; received 3.", Assert.Throws<ArgumentOutOfRangeException>(() => GradCam.Explain(model, Image, 3))
            .Message, StringComparison.Ordinal);
        Assert.Equal(
            "GradCam: expected a layer of images (None, height, width, channels); 'dense' gives (None, 3).",
            Assert.Throws<ShapeException>(() => GradCam.Explain(model, Image, 0, "dense")).Message);
        Assert.Equal(
            "net: there is no layer 'conv9'; there are conv2d, global_average_pooling2d, dense.",
            Assert.Throws<KeyNotFoundException>(() => GradCam.Explain(model, Image, 0, "conv9")).Message);
        var dense = new Sequential("flat") { new Input(4), new Dense(3) };
        Assert.Equal(
            "GradCam: expected a model with a layer of images; 'flat' has none.",
            Assert.Throws<ShapeException>(() => GradCam.Explain(dense, new Tensor([1, 4], new float[4]))).Message);
        var images = new Sequential("images") { new Input(8, 8, 3), new Conv2D(2, 3) };
        Assert.Equal(
            "GradCam: expected a model with a score for each class; 'images' gives (None, 6, 6, 2).",
            Assert.Throws<ShapeException>(() => GradCam.Explain(images, Image)).Message);
    }

    private static Sequential Pooled(int outputs, Activation activation) => new("net", seed: 2)
    {
        new Input(8, 8, 3), new Conv2D(5, 3, activation: Activation.Relu), new GlobalAveragePooling2D(), new Dense(outputs, activation),
    };
}
