using Fovea.Engine.Ops;

namespace Fovea.Tests.Training;

/// <summary>Temperature scaling of models: what is divided, what stays the same, and what files keep.</summary>
public class TemperatureScalingTests
{
    private const int Samples = 40;

    public static TheoryData<string, Func<Model>> Models => new()
    {
        { "a dense softmax", () => new Sequential("dense", 1) { new Input(6), new Dense(8, Activation.Relu), new Dense(3, Activation.Softmax) } },
        { "a separate softmax", () => new Sequential("separate", 1) { new Input(6), new Dense(3), new ActivationLayer(Activation.Softmax) } },
        { "a single sigmoid", () => new Sequential("sigmoid", 1) { new Input(6), new Dense(1, Activation.Sigmoid) } },
        { "logits", () => new Sequential("logits", 1) { new Input(6), new Dense(3) } },
        {
            "a convolution, a relu and a global pooling", () => new Sequential("convolution", 1)
            {
                new Input(6), new Reshape(3, 2, 1), new Conv2D(3, 2), new ReLU(), new GlobalAveragePooling2D(), new Dropout(0.5), new Softmax(),
            }
        },
        { "a batch normalization", () => new Sequential("normalized", 1) { new Input(6), new Dense(3), new BatchNormalization(), new Softmax() } },
        {
            "an inner model", () => new Sequential("outer", 1)
            {
                new Input(6), new Dense(4), new Sequential("inner", 2) { new Input(4), new Dense(3) }, new Softmax(),
            }
        },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void The_model_computes_the_scaled_probabilities_itself(string name, Func<Model> create)
    {
        Assert.NotEmpty(name);
        var model = create();
        var data = Data(model);
        var before = ClassPredictions.Of(model, data);
        var scaling = TemperatureScaling.Fit(before);
        Assert.True(scaling.IsFitted);
        var expected = scaling.Apply(before);
        scaling.ApplyTo(model);
        Assert.Equal(scaling.Temperature, model.Temperature);
        var after = ClassPredictions.Of(model, data);
        for (var sample = 0; sample < Samples; sample++)
        {
            Assert.Equal(before.Predicted(sample), after.Predicted(sample));
            for (var label = 0; label < after.ClassNames.Count; label++)
                Assert.Equal(expected.Probabilities(sample)[label], after.Probabilities(sample)[label], 1e-5);
        }

        Assert.Equal(scaling.LossAfter, after.LogLoss, 1e-5);
        Assert.True(scaling.LossAfter < scaling.LossBefore);
        Assert.Equal(1, TemperatureScaling.Fit(after).Temperature, 1e-3);
    }

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    [InlineData(".onnx")]
    [InlineData(".safetensors")]
    public void A_file_keeps_the_temperature_and_the_probabilities(string extension)
    {
        var model = new Sequential("dense", 1) { new Input(6), new Dense(3, Activation.Softmax) };
        var data = Data(model);
        var scaling = TemperatureScaling.Fit(model, data);
        scaling.ApplyTo(model);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + extension);
        try
        {
            model.Save(path);
            var loaded = Model.Load(path);
            Assert.Equal(scaling.Temperature, loaded.Temperature);
            Assert.Equal(ClassPredictions.Of(model, data).LogLoss, ClassPredictions.Of(loaded, data).LogLoss, 1e-6);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Training_ends_the_record_of_the_temperature()
    {
        var model = new Sequential("dense", 1) { new Input(6), new Dense(3, Activation.Softmax) };
        var data = Data(model);
        TemperatureScaling.Fit(model, data).ApplyTo(model);
        model.Compile(new Sgd(), new SparseCategoricalCrossentropy());
        model.Fit(data, epochs: 1, verbose: 0);
        Assert.Null(model.Temperature);
    }

    [Fact]
    public void Two_temperatures_are_one()
    {
        var model = new Sequential("dense", 1) { new Input(6), new Dense(3, Activation.Softmax) };
        var (first, second) = (TemperatureScaling.Fit(model, Data(model)), TemperatureScaling.Fit(model, Data(model, seed: 9)));
        first.ApplyTo(model);
        second.ApplyTo(model);
        Assert.Equal(first.Temperature * second.Temperature, model.Temperature!.Value, 1e-9);
    }

    [Fact]
    public void A_model_that_cannot_hold_the_temperature_is_refused_and_stays_as_it_is()
    {
        AssertRefused(
            "it ends in Average 'average'",
            input => new Average().Call(new Dense(3, Activation.Softmax).Call(input), new Dense(3, Activation.Softmax).Call(input)));
        AssertRefused(
            "it ends in Softmax 'softmax'",
            input => new GlobalAveragePooling1D().Call(new Softmax().Call(new Dense(3).Call(new Reshape(3, 2).Call(input)))));
        var shared = new Dense(6);
        AssertRefused("Dense 'dense' is used several times", input => new Softmax().Call(shared.Call(shared.Call(input))));
        AssertRefused(
            "its outputs are several sigmoids, which are not the probabilities of one class each", input => new Dense(3, Activation.Sigmoid).Call(input));
    }

    [Fact]
    public void Several_labels_have_one_temperature_and_keep_their_decisions()
    {
        var model = new Sequential("labels", 1) { new Input(6), new Dense(8, Activation.Relu), new Dense(3, Activation.Sigmoid) };
        var data = Data(model).SelectTarget(target => new Tensor([3], [(float)target == 0 ? 1 : 0, (float)target == 1 ? 1 : 0, 1 - ((float)target % 2)]));
        var before = LabelPredictions.Of(model, data);
        model.LabelThresholds = before.BestThresholds();
        var decisions = Decisions(before, model.LabelThresholds);
        var scaling = TemperatureScaling.Fit(before);
        Assert.True(scaling.IsFitted);
        Assert.Equal(before.LogLoss, scaling.LossBefore, 1e-9);
        scaling.ApplyTo(model);
        Assert.Equal(scaling.Temperature, model.Temperature);
        var after = LabelPredictions.Of(model, data);
        Assert.Equal(scaling.LossAfter, after.LogLoss, 1e-5);
        Assert.True(scaling.LossAfter < scaling.LossBefore);
        Assert.Equal(1, TemperatureScaling.Fit(after).Temperature, 1e-3);
        Assert.Equal(decisions, Decisions(after, model.LabelThresholds));
        for (var sample = 0; sample < Samples; sample++)
            for (var label = 0; label < 3; label++)
                Assert.Equal(scaling.Apply(before).Probabilities(sample)[label], after.Probabilities(sample)[label], 1e-5);

        static bool[] Decisions(LabelPredictions predictions, IReadOnlyList<double> thresholds) =>
            [.. Enumerable.Range(0, Samples).SelectMany(sample => predictions.Probabilities(sample).Select((p, label) => p > thresholds[label]))];
    }

    /// <summary>All labels together are decisions of one kind, as those of a classifier of two classes with one output.</summary>
    [Fact]
    public void The_temperature_of_labels_is_that_of_their_decisions_as_two_classes()
    {
        double[][] probabilities = [[0.99, 0.2, 0.6], [0.95, 0.01, 0.4], [0.3, 0.97, 0.9], [0.02, 0.9, 0.999]];
        bool[][] actual = [[true, true, false], [false, false, false], [true, true, true], [false, false, true]];
        var labels = TemperatureScaling.Fit(new LabelPredictions(["a", "b", "c"], actual, probabilities));
        var classes = TemperatureScaling.Fit(new ClassPredictions(
            ["no", "yes"], [.. actual.SelectMany(row => row).Select(yes => yes ? 1 : 0)],
            [.. probabilities.SelectMany(row => row).Select(p => (IReadOnlyList<double>)[1 - p, p])]));
        Assert.Equal(classes.Temperature, labels.Temperature, 1e-6);
        Assert.Equal(classes.LossBefore, labels.LossBefore, 1e-9);
        Assert.Equal(classes.LossAfter, labels.LossAfter, 1e-9);
    }

    [Fact]
    public void Labels_need_sigmoids()
    {
        var model = new Sequential("classes", 1) { new Input(6), new Dense(3, Activation.Softmax) };
        var scaling = TemperatureScaling.Fit(new LabelPredictions(["a"], [[true], [false]], [[0.9], [0.6]]));
        Assert.Contains(
            "its outputs are a softmax, whose classes exclude each other, and not several labels",
            Assert.Throws<NotSupportedException>(() => scaling.ApplyTo(model)).Message, StringComparison.Ordinal);
        Assert.Equal(
            "TemperatureScaling: expected validation data; received no samples.",
            Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit(new LabelPredictions(["a"], [], []))).Sentence());
    }

    [Fact]
    public void A_regression_has_no_classes()
    {
        var model = new Sequential("value", 1) { new Input(6), new Dense(1, Activation.Relu) };
        Assert.Equal(
            "ClassPredictions: expected probabilities or logits of classes; the only output of 'value' is a value. Set OutputKind if it is one.",
            Assert.Throws<ArgumentException>(() => ClassPredictions.Of(model, Data(model))).Message);
    }

    [Fact]
    public void Confident_mistakes_of_a_sigmoid_are_told_apart()
    {
        var model = new Sequential("sure", 1) { new Input(1), new Dense(1, Activation.Sigmoid) { KernelInitializer = Initializer.Ones } };
        var data = Dataset.From(new Tensor([2, 1], [40, 60]), new Tensor([2], [0, 0]));
        var predictions = ClassPredictions.Of(model, data);
        Assert.Equal([1f], model.Predict(new Tensor([1, 1], [40])).Values.ToArray());
        Assert.Equal(40, predictions.Loss(0), 1e-6);
        Assert.Equal(60, predictions.Loss(1), 1e-6);
    }

    private static void AssertRefused(string reason, Func<SymbolicTensor, SymbolicTensor> connect)
    {
        var input = Input.Of([6]);
        var model = new Model(input, connect(input), "whole", 1);
        var weights = model.Weights.SelectMany(weight => weight.Values.ToArray()).ToArray();
        var scaling = TemperatureScaling.Fit(new ClassPredictions(["a", "b"], [0, 1], [[0.9, 0.1], [0.6, 0.4]]));
        Assert.Equal(
            "TemperatureScaling: expected a model that ends in a dense layer, a convolution or a batch normalization with a softmax or sigmoid after it; "
                + $"'whole' does not: {reason}. TemperatureScaling.Apply corrects its predictions instead.",
            Assert.Throws<NotSupportedException>(() => scaling.ApplyTo(model)).Message);
        Assert.Equal(weights, model.Weights.SelectMany(weight => weight.Values.ToArray()));
        Assert.Null(model.Temperature);
    }

    /// <summary>Random values, whose classes are those that the model finds most probable for three of four samples.</summary>
    private static Dataset Data(Model model, int seed = 5)
    {
        var random = new RandomNumbers(seed, stream: 0);
        var values = new float[Samples * 6];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextNormal();
        var inputs = new Tensor([Samples, 6], values);
        var outputs = model.Predict(inputs);
        var classes = model.ClassCount;
        var labels = new float[Samples];
        for (var i = 0; i < Samples; i++)
        {
            var row = outputs.Sample(i);
            var predicted = row.Length == 1 ? row[0] > 0.5f ? 1 : 0 : row.IndexOf(row.ToArray().Max());
            labels[i] = i % 4 == 0 ? (predicted + 1) % classes : predicted;
        }

        return Dataset.From(inputs, new Tensor([Samples], labels));
    }
}
