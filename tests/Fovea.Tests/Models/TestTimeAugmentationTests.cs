using Fovea.Tests.Data;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Models;

/// <summary>The mean of a model's outputs for several views of an image.</summary>
public sealed class TestTimeAugmentationTests
{
    [Fact]
    public void The_outputs_of_an_image_and_its_mirror_image_are_averaged()
    {
        var (model, images) = (Create(), new Tensor([5, 7, 6, 3], LayerRunner.Normal(630)));
        model.ClassNames = ["x", "y", "z"];
        var mirrored = new float[630];
        for (var i = 0; i < 630; i++) mirrored[i] = images.Values[(i / 18 * 18) + ((5 - (i % 18 / 3)) * 3) + (i % 3)];
        var (first, second) = (model.Predict(images).Values, model.Predict(new Tensor([5, 7, 6, 3], mirrored)).Values);

        var averaged = TestTimeAugmentation.Flip.Of(model);

        Assert.Equal(["x", "y", "z"], averaged.ClassNames);
        Assert.All(
            averaged.Predict(images).Values.Zip(first.Zip(second)), each => Assert.Equal((each.Second.First + each.Second.Second) / 2, each.First, 1e-6f));
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
        Assert.All(
            views.Of(model).Predict(images).Values.Zip(first.Zip(second)),
            each => Assert.Equal((each.Second.First + each.Second.Second) / 2, each.First, 1e-6f));
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
        var logits = new Sequential("logits") { new Input(4, 4, 3), new Flatten(), new Dense(3) };
        logits.Compile(new Sgd(), new SparseCategoricalCrossentropy { FromLogits = true });
        Assert.Equal(
            "logits: expected outputs that are probabilities, since they are averaged; they are logits. Add new ActivationLayer(Activation.Softmax).",
            Assert.Throws<InvalidOperationException>(() => TestTimeAugmentation.Flip.Of(logits)).Message);
        Assert.Equal(
            "TestTimeAugmentation: Crops must be shares above 0 and below 1; received 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new TestTimeAugmentation { Crops = [1] }).Sentence());
    }

    private static Sequential Create() => new("net", 3)
    {
        new Input(7, 6, 3), new Conv2D(4, 3, activation: Activation.Relu), new Flatten(), new Dense(3, Activation.Softmax),
    };
}
