using Fovea.Imaging;

namespace Fovea.Tests.Models;

public class OutputKindTests
{
    [Fact]
    public void The_last_ops_tell_what_outputs_are()
    {
        Assert.Equal(OutputKind.Probabilities, Of(new Dense(3, Activation.Softmax)));
        Assert.Equal(OutputKind.Probabilities, Of(new Dense(1, Activation.Sigmoid)));
        Assert.Equal(OutputKind.Probabilities, Of(new Dense(3, Activation.Sigmoid)));
        Assert.Equal(OutputKind.Probabilities, Of(new Dense(3), new Softmax()));
        Assert.Equal(OutputKind.Probabilities, Of(new Dense(3), new ActivationLayer(Activation.Softmax)));
        Assert.Equal(OutputKind.Probabilities, Of(new Dense(6, Activation.Softmax), new Reshape(2, 3), new Flatten()));
        Assert.Equal(OutputKind.Probabilities, Of(new Dense(3, Activation.Softmax), new Dropout(0.5f)));
        Assert.Equal(OutputKind.Probabilities, Of(new Dense(1, Activation.HardSigmoid)));
        Assert.Equal(OutputKind.Logits, Of(new Dense(3)));
        Assert.Equal(OutputKind.Logits, Of(new Dense(1)));
        Assert.Equal(OutputKind.Logits, Of(new Dense(3), new ActivationLayer(Activation.Linear)));
        Assert.Equal(OutputKind.Logits, Of(new Dense(3), new BatchNormalization()));
        Assert.Equal(OutputKind.Logits, Of(new Dense(3, Activation.LogSoftmax)));
        Assert.Equal(OutputKind.Logits, Of(new Dense(3), new Rescaling(0.5f)));
        Assert.Equal(OutputKind.Values, Of(new Dense(3, Activation.Relu)));
        Assert.Equal(OutputKind.Values, Of(new Dense(3, Activation.Tanh)));
        Assert.Equal(OutputKind.Values, Of(new Dense(3, Activation.Softplus)));
        Assert.Equal(OutputKind.Values, Of(new Dense(3, Activation.Silu)));
        Assert.Equal(OutputKind.Values, Of(new Dense(3, Activation.Softmax), new Rescaling(100)));
        Assert.Equal(OutputKind.Values, Of(new Dense(3, Activation.Sigmoid), new Rescaling(2, -1)));

        static OutputKind Of(params Layer[] layers)
        {
            var model = new Sequential { new Input(4) };
            foreach (var layer in layers) model.Add(layer);
            return model.OutputKind;
        }
    }

    [Fact]
    public void Heads_of_convolutions_models_within_and_means_of_models_are_seen_through()
    {
        var convolutional = new Sequential { new Input(4, 4, 3), new Conv2D(5, 1, activation: Activation.Softmax), new GlobalAveragePooling2D() };
        Assert.Equal(OutputKind.Probabilities, convolutional.OutputKind);
        Assert.Equal(OutputKind.Logits, new Sequential { new Input(4, 4, 3), new Conv2D(5, 1), new GlobalAveragePooling2D() }.OutputKind);
        Assert.Equal(
            OutputKind.Values, new Sequential { new Input(4, 4, 3), new Conv2D(5, 1, activation: Activation.Relu), new GlobalAveragePooling2D() }.OutputKind);
        Assert.Equal(OutputKind.Probabilities, new Sequential { new Input(4, 4, 3), new Sequential { new Input(4, 4, 3), convolutional } }.OutputKind);
        var image = new Input(4, 4, 3);
        var one = new Sequential { new Input(4, 4, 3), new Flatten(), new Dense(5, Activation.Softmax) };
        Assert.Equal(
            OutputKind.Probabilities, new Model(image.Output, new Average().Call(convolutional.Call(image.Output), one.Call(image.Output))).OutputKind);
        Assert.Equal(OutputKind.Values, new Model(image.Output, new Add().Call(convolutional.Call(image.Output), one.Call(image.Output))).OutputKind);
    }

    [Fact]
    public void Where_the_last_op_is_neither_the_loss_says_more()
    {
        Assert.Equal(OutputKind.Logits, Compiled(Activation.Relu, new SparseCategoricalCrossentropy { FromLogits = true }));
        Assert.Equal(OutputKind.Values, Compiled(Activation.Linear, new MeanSquaredError()));
        Assert.Equal(OutputKind.Logits, Compiled(Activation.Linear, new SparseCategoricalCrossentropy { FromLogits = true }));
        Assert.Equal(OutputKind.Probabilities, Compiled(Activation.Softmax, new SparseCategoricalCrossentropy()));
        Assert.Equal(OutputKind.Probabilities, Compiled(Activation.Sigmoid, new MeanSquaredError()));

        static OutputKind Compiled(Activation activation, Loss loss)
        {
            var model = new Sequential { new Input(4), new Dense(3, activation) };
            model.Compile(new Sgd(), loss);
            return model.OutputKind;
        }
    }

    /// <summary>tensorflow#41413: the logit 0.3 is class 1 with 1 / (1 + e^−0.3) = 0.574443; e¹ / (e¹ + e⁰·⁵ + e⁰) = 0.506480.</summary>
    [Fact]
    public void The_numbers_do_not_decide_what_they_are()
    {
        Assert.Equal([1 - 0.574442516811659, 0.574442516811659], Rounded(OutputKind.Logits.ToProbabilities([0.3f])));
        Assert.Equal([0.7, 0.3], OutputKind.Probabilities.ToProbabilities([0.3f]).Select(p => Math.Round(p, 6)));
        Assert.Equal([0.506480, 0.307196, 0.186324], OutputKind.Logits.ToProbabilities([1, 0.5f, 0]).Select(p => Math.Round(p, 6)));
        Assert.Equal([0.25, 0.75], OutputKind.Probabilities.ToProbabilities([0.25f, 0.75f]));
        Assert.Equal([0.506480, 0.307196, 0.186324], OutputKind.Values.ToProbabilities([1, 0.5f, 0]).Select(p => Math.Round(p, 6)));

        // Logits that add up to 1, and none below 0: e^0.25 / (e^0.25 + e^0.75) = 0.377541.
        Assert.Equal(0.377541, OutputKind.Logits.ToProbabilities([0.25f, 0.75f])[0], 1e-6);
        Assert.Equal([0.9, 0.8], OutputKind.Probabilities.ToProbabilities([0.9f, 0.8f]).Select(p => Math.Round(p, 6)));
        Assert.Throws<NotSupportedException>(() => OutputKind.Values.ToProbabilities([0.3f]));

        static IEnumerable<double> Rounded(double[] values) =>
            values.Select(value => Math.Round(value, 7)).Zip((double[])[1 - 0.574442516811659, 0.574442516811659], (a, b) => Math.Abs(a - b) < 1e-6 ? b : a);
    }

    [Fact]
    public void Grad_Cam_and_classifiers_give_logits_their_probability()
    {
        var model = new Sequential { new Input(4, 4, 1), new Conv2D(1, 1), new Flatten(), new Dense(1) };
        foreach (var weight in model.Weights) weight.Write(new float[weight.Shape.Count]);
        model.Weights[^1].Write([0.3f]);
        var result = GradCam.Explain(model, new Tensor(new Shape(1, 4, 4, 1), new float[16]), layer: "conv2d");
        Assert.Equal((1, OutputKind.Logits), (result.Class, result.Kind));
        Assert.Equal(0.574442516811659, result.Score, 1e-6);
        model.OutputKind = OutputKind.Probabilities;
        Assert.Equal(0, GradCam.Explain(model, new Tensor(new Shape(1, 4, 4, 1), new float[16]), layer: "conv2d").Class);
        model.OutputKind = OutputKind.Values;
        Assert.Equal(
            "ImageClassifier: expected a probability or a logit; the model's only output is a value, as of a regression. Set OutputKind where it is one.",
            Assert.Throws<NotSupportedException>(() => new ImageClassifier(model)).Message);
    }
}
