using Fovea.Tests.Data;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Models;

/// <summary>The mean of several models as one model.</summary>
public sealed class EnsembleTests
{
    private static readonly Tensor Images = new([5, 7, 6, 3], LayerRunner.Normal(630));

    [Fact]
    public void The_outputs_are_the_means_of_the_outputs_of_the_models()
    {
        Model[] models = [Create(1), Create(2), Create(3)];
        foreach (var model in models) (model.ClassNames, model.ImageInput) = (["x", "y", "z"], new ImageInput(7, 6, 3));
        var outputs = models.Select(model => model.Predict(Images).Values).ToList();

        var ensemble = Ensemble.Average(models);

        Assert.Equal((1, OutputKind.Probabilities), (ensemble.Inputs.Count, ensemble.OutputKind));
        Assert.Equal(["x", "y", "z"], ensemble.ClassNames);
        Assert.Equal(new ImageInput(7, 6, 3), ensemble.ImageInput);
        Assert.Equal(["inputs", "net_1", "net_2", "net_3", "mean"], ensemble.Layers.Select(layer => layer.Name));
        Assert.All(models, model => Assert.Equal("net", model.Name));
        var received = ensemble.Predict(Images).Values;
        for (var i = 0; i < received.Length; i++) Assert.Equal(outputs.Average(values => (double)values[i]), received[i], 1e-6);
    }

    [Theory]
    [InlineData("ensemble.keras")]
    [InlineData("ensemble.h5")]
    [InlineData("ensemble.onnx")]
    public void It_is_saved_as_any_other_model(string name)
    {
        using var folder = new TemporaryFolder();
        var ensemble = Ensemble.Average(SmallResidual(1), SmallResidual(2), TestTimeAugmentation.Flip.Of(SmallResidual(3)));
        var images = new Tensor([2, 16, 16, 3], LayerRunner.Normal(1536));
        var path = Path.Combine(folder.Path, name);
        ensemble.Save(path);
        var read = Model.Load(path).Predict(images).Values;
        Assert.All(ensemble.Predict(images).Values.Zip(read), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void The_kind_of_the_outputs_is_that_of_the_models()
    {
        Model[] models = [.. Enumerable.Range(1, 2).Select(seed => new Sequential("values", seed) { new Input(2), new Dense(2) { Name = "last" } })];
        foreach (var kind in (OutputKind[])[OutputKind.Values, OutputKind.Probabilities])
        {
            foreach (var model in models) model.OutputKind = kind;
            Assert.Equal(kind, Ensemble.Average(models).OutputKind);
        }
    }

    [Fact]
    public void An_ensemble_can_be_a_member_and_follows_the_weights_of_its_models()
    {
        Model[] models = [Create(1), Create(2), Create(3), Create(4)];
        var inner = Ensemble.Average(models[0], models[1]);
        var ensemble = Ensemble.Average(inner, Ensemble.Average(models[2], models[3]));
        models[3].Weights[0].Write(models[0].Weights[0].Values.ToArray());
        var expected = models.Select(model => model.Predict(Images).Values).ToList();
        var received = ensemble.Predict(Images).Values;
        for (var i = 0; i < received.Length; i++) Assert.Equal(expected.Average(values => (double)values[i]), received[i], 1e-6);
    }

    [Fact]
    public void Images_are_resized_for_models_of_smaller_sizes()
    {
        Model large = Create(1), small = new Sequential("small", 2)
        {
            new Input(4, 5, 3), new Conv2D(2, 3), new GlobalAveragePooling2D(), new Dense(3, Activation.Softmax),
        };
        (large.ImageInput, small.ImageInput) = (new ImageInput(7, 6, 3), new ImageInput(4, 5, 3));
        var ensemble = Ensemble.Average(small, large);
        Assert.Equal(new Shape(7, 6, 3), ensemble.InputShape);
        Assert.Equal(new ImageInput(7, 6, 3), ensemble.ImageInput);
        var resized = new Sequential { new Input(7, 6, 3), new Resizing(4, 5) }.Predict(Images);
        var (first, second) = (small.Predict(resized).Values, large.Predict(Images).Values);
        Assert.All(
            ensemble.Predict(Images).Values.Zip(first.Zip(second)), each => Assert.Equal((each.Second.First + each.Second.Second) / 2, each.First, 1e-6f));
    }

    [Fact]
    public void A_temperature_that_all_models_have_is_kept()
    {
        Model[] models = [Create(1), Create(2)];
        var outputs = models[0].Predict(Images).Values;
        float[] classes = [.. Enumerable.Range(0, 5).Select(i => (float)Enumerable.Range(0, 3).MaxBy(label => outputs[(3 * i) + label]))];
        classes[4] = (classes[4] + 1) % 3;
        var data = new TensorDataset([Images], [new Tensor([5], classes)]);
        var scaling = TemperatureScaling.Fit(ClassPredictions.Of(models[0], data));
        Assert.True(scaling.IsFitted);
        scaling.ApplyTo(models[0]);
        Assert.Null(Ensemble.Average(models).Temperature);
        scaling.ApplyTo(models[1]);
        Assert.Equal(scaling.Temperature, Ensemble.Average(models).Temperature);
    }

    [Fact]
    public void Models_that_do_not_fit_are_refused()
    {
        var model = Create(1);
        Assert.Equal("Ensemble: expected at least two models; received 1.", Refused(model));
        Assert.Equal("Ensemble: expected different models; 'net' is given twice.", Refused(model, Create(2), model));
        Assert.Equal("Ensemble: expected models of one input and one output; 'two', number 2, has 2 and 1.", Refused(model, TwoInputs()));
        var logits = new Sequential("logits") { new Input(7, 6, 3), new Flatten(), new Dense(3) };
        logits.Compile(new Sgd(), new SparseCategoricalCrossentropy { FromLogits = true });
        Assert.Equal(
            "Ensemble: expected outputs that are probabilities, since they are averaged; those of 'logits', number 2, are logits. Add new "
                + "ActivationLayer(Activation.Softmax), or set OutputKind if they are other values.",
            Assert.Throws<InvalidOperationException>(() => Ensemble.Average(model, logits)).Message);
        Assert.Equal(
            "Ensemble: expected models of the same outputs; 'net', the first, has (3), 'four', number 2, has (4).", Refused(model, Classes("four", 4)));
        var named = Create(2);
        named.ClassNames = ["x", "y", "z"];
        Assert.Equal("Ensemble: expected models of the same classes; 'net', the first, has none, 'net', number 2, has x, y, z.", Refused(model, named));
        var other = Create(3);
        other.ClassNames = ["y", "x", "z"];
        Assert.Equal("Ensemble: expected models of the same classes; 'net', the first, has x, y, z, 'net', number 2, has y, x, z.", Refused(named, other));
        var grey = new Sequential("grey") { new Input(7, 6, 1), new Flatten(), new Dense(3, Activation.Softmax) };
        Assert.Equal(
            "Ensemble: expected models of the same inputs; 'net', the first, has (7, 6, 3), 'grey', number 2, has (7, 6, 1).", Refused(model, grey));
        var (one, scaled) = (Create(4), Create(5));
        (one.ImageInput, scaled.ImageInput) = (new ImageInput(7, 6, 3), new ImageInput(7, 6, 3) { Pixels = PixelScale.ZeroTo255 });
        Assert.Equal(
            "Ensemble: expected models of the same preprocessing; 'net', the first, has pixels 0..1, 'net', number 2, has pixels 0..255.",
            Refused(one, scaled));
        Assert.Equal(
            "Ensemble: expected models of the same preprocessing; 'net', the first, has its own, 'net', number 2, has none.", Refused(one, Create(6)));
    }

    private static string Refused(params Model[] models) => Assert.Throws<ArgumentException>(() => Ensemble.Average(models)).Sentence();

    private static Model TwoInputs()
    {
        SymbolicTensor first = new Input(2).Output, second = new Input(2).Output;
        return new Model([first, second], [new Dense(1).Call(new Concatenate().Call(first, second))], "two");
    }

    private static Sequential Create(long seed) => Classes("net", 3, seed);

    private static Sequential Classes(string name, int classes, long seed = 0) => new(name, seed)
    {
        new Input(7, 6, 3), new Conv2D(4, 3, activation: Activation.Relu), new Flatten(), new Dense(classes, Activation.Softmax),
    };

    private static Model SmallResidual(long seed) => SmallNetworks.ResNet([16, 16, 3], classes: 3, widths: [4, 8], blocks: [1, 1], seed: seed);
}
