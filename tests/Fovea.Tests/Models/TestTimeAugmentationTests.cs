using Fovea.Tests.Data;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Models;

/// <summary>The mean of a model's outputs for several views of an image.</summary>
public sealed class TestTimeAugmentationTests
{
    [Fact]
    public void The_probabilities_of_an_image_and_its_mirror_image_have_their_geometric_mean()
    {
        var (model, images) = (Create(), new Tensor([5, 7, 6, 3], LayerRunner.Normal(630)));
        model.ClassNames = ["x", "y", "z"];
        var (first, second) = (model.Predict(images).Values, model.Predict(Mirrored(images)).Values);

        var averaged = TestTimeAugmentation.Flip.Of(model);

        Assert.Equal(["x", "y", "z"], averaged.ClassNames);
        Assert.All(averaged.Predict(images).Values.Zip(GeometricMean(first, second)), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    [Fact]
    public void The_outputs_of_a_model_that_ends_otherwise_are_averaged()
    {
        var images = new Tensor([5, 7, 6, 3], LayerRunner.Normal(630));
        var outer = new Sequential("outer") { new Input(7, 6, 3), Create() };
        var (first, second) = (outer.Predict(images).Values, outer.Predict(Mirrored(images)).Values);
        Assert.All(
            TestTimeAugmentation.Flip.Of(outer).Predict(images).Values.Zip(first.Zip(second)),
            each => Assert.Equal((each.Second.First + each.Second.Second) / 2, each.First, 1e-6f));
    }

    /// <summary>The temperature is fitted to the averaged probabilities, and is one division in the last layer.</summary>
    [Theory]
    [InlineData("calibrated.keras", 3)]
    [InlineData("calibrated.onnx", 3)]
    [InlineData("calibrated.keras", 1)]
    [InlineData("calibrated.onnx", 1)]
    public void A_temperature_is_exact_for_the_mean(string name, int outputs)
    {
        using var folder = new TemporaryFolder();
        var model = new Sequential("net", 3)
        {
            new Input(7, 6, 3), new Conv2D(4, 3, activation: Activation.Relu), new GlobalAveragePooling2D(),
            new Dense(outputs, outputs == 1 ? Activation.Sigmoid : Activation.Softmax),
        };
        var classes = Math.Max(2, outputs);
        var images = new Tensor([30, 7, 6, 3], LayerRunner.Normal(30 * 126));
        var averaged = TestTimeAugmentation.Flip.Of(model);
        var predicted = ClassPredictions.Of(averaged, Dataset.From(images, Tensor.Zeros([30])));
        var data =
            Dataset.From(
            images, new Tensor([30], [.. Enumerable.Range(0, 30).Select(i => (float)((predicted.Predicted(i) + (i % 4 == 0 ? 1 : 0)) % classes))]));
        var before = ClassPredictions.Of(averaged, data);
        var scaling = TemperatureScaling.Fit(before);
        Assert.True(scaling.IsFitted);
        var expected = scaling.Apply(before);
        scaling.ApplyTo(averaged);
        var path = Path.Combine(folder.Path, name);
        averaged.Save(path);
        var read = Model.Load(path);
        Assert.Equal(scaling.Temperature, averaged.Temperature);
        if (name.EndsWith(".keras", StringComparison.Ordinal)) Assert.Equal(scaling.Temperature, read.Temperature);
        var after = ClassPredictions.Of(read, data);
        for (var sample = 0; sample < 30; sample++)
        {
            Assert.Equal(before.Predicted(sample), after.Predicted(sample));
            for (var label = 0; label < classes; label++) Assert.Equal(expected.Probabilities(sample)[label], after.Probabilities(sample)[label], 1e-5);
        }
    }

    [Fact]
    public void Crops_are_enlarged_to_the_size_of_the_image()
    {
        var (model, images) = (Create(), new Tensor([2, 7, 6, 3], LayerRunner.Normal(252)));
        var crop = new Sequential { new Input(7, 6, 3), new Cropping2D((0, 1), (0, 1)), new Resizing(7, 6) }.Predict(images);
        var (first, second) = (model.Predict(images).Values, model.Predict(crop).Values);
        var views = new TestTimeAugmentation { Mirrors = false, Crops = [0.8] };
        Assert.Equal(2, views.Views);
        Assert.Equal(4, TestTimeAugmentation.FlipAndCrop.Views);
        Assert.All(views.Of(model).Predict(images).Values.Zip(GeometricMean(first, second)), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    [Theory]
    [InlineData("averaged.keras")]
    [InlineData("averaged.onnx")]
    public void The_averaging_model_is_saved_as_any_other(string name)
    {
        using var folder = new TemporaryFolder();
        var images = new Tensor([2, 7, 6, 3], LayerRunner.Normal(252));
        var averaged = TestTimeAugmentation.FlipAndCrop.Of(Create());
        var path = Path.Combine(folder.Path, name);
        averaged.Save(path);
        var read = Model.Load(path).Predict(images).Values;
        Assert.All(averaged.Predict(images).Values.Zip(read), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Explanations_are_of_the_image_and_not_of_its_mirror_image()
    {
        var model = new Sequential("net", 3)
        {
            new Input(7, 6, 3), new Conv2D(4, 3, activation: Activation.Relu), new GlobalAveragePooling2D(), new Dense(3, Activation.Softmax),
        };
        var image = new Tensor([1, 7, 6, 3], LayerRunner.Normal(126));
        var expected = GradCam.Explain(model, image, classNumber: 1);
        var received = GradCam.Explain(TestTimeAugmentation.FlipAndCrop.Of(model), image, classNumber: 1);
        Assert.Equal("net/conv2d", received.Layer);
        Assert.All(expected.Heatmap.Values.Zip(received.Heatmap.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void It_follows_the_weights_of_the_model()
    {
        var (model, images) = (Create(), new Tensor([2, 7, 6, 3], LayerRunner.Normal(252)));
        var averaged = TestTimeAugmentation.Flip.Of(model);
        var before = averaged.Predict(images).Values;
        model.Weights[0].Write(model.Weights[0].Values.ToArray().Select(value => 2 * value).ToArray());
        Assert.NotEqual(before, averaged.Predict(images).Values);
    }

    [Fact]
    public void Models_that_cannot_be_averaged_are_refused()
    {
        var open = new Sequential("open") { new Input(null, null, 3), new Conv2D(2, 3), new GlobalAveragePooling2D(), new ActivationLayer(Activation.Softmax) };
        Assert.Equal(
            "open: expected one input, images (height, width, channels) of a fixed size; received (None, None, None, 3). Fix the size: "
            + "model.WithInput(150, 150, 3).", Assert.Throws<ShapeException>(() => TestTimeAugmentation.Flip.Of(open)).Message);
        var pixels = new Sequential("pixels") { new Input(4, 4, 3), new Conv2D(2, 1, activation: Activation.Softmax) };
        Assert.Equal(
            "pixels: expected outputs without positions, such as probabilities of classes, since each view shows other positions; received (None, 4, 4, 2).",
            Assert.Throws<ShapeException>(() => TestTimeAugmentation.Flip.Of(pixels)).Message);
        var logits = new Sequential("logits") { new Input(4, 4, 3), new Flatten(), new Dense(3) };
        logits.Compile(new Sgd(), new SparseCategoricalCrossentropy { FromLogits = true });
        Assert.Equal(
            "logits: expected outputs that are probabilities, since they are averaged; they are logits. Add new ActivationLayer(Activation.Softmax).",
            Assert.Throws<InvalidOperationException>(() => TestTimeAugmentation.Flip.Of(logits)).Message);
        Assert.Equal(
            "TestTimeAugmentation: Crops must be shares above 0 and below 1; received 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new TestTimeAugmentation { Crops = [1] }).Sentence());
    }

    private static Tensor Mirrored(Tensor images)
    {
        var mirrored = new float[images.Values.Length];
        for (var i = 0; i < mirrored.Length; i++) mirrored[i] = images.Values[(i / 18 * 18) + ((5 - (i % 18 / 3)) * 3) + (i % 3)];
        return new Tensor(images.Shape, mirrored);
    }

    /// <summary>The geometric mean of two rows of three probabilities each, in double precision, with the sum 1.</summary>
    private static float[] GeometricMean(float[] first, float[] second)
    {
        double[] products = [.. first.Zip(second, (one, other) => Math.Sqrt((double)one * other))];
        return [.. products.Select((product, i) => (float)(product / products.Skip(i / 3 * 3).Take(3).Sum()))];
    }

    private static Sequential Create() => new("net", 3)
    {
        new Input(7, 6, 3), new Conv2D(4, 3, activation: Activation.Relu), new Flatten(), new Dense(3, Activation.Softmax),
    };
}
