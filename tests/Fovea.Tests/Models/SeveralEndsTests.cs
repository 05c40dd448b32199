using Fovea.Tests.Data;
using Fovea.Tests.Layers;
using Fovea.Tests.Training;

namespace Fovea.Tests.Models;

/// <summary>Models of several inputs and outputs.</summary>
public class SeveralEndsTests
{
    [Fact]
    public void Values_that_are_missing_are_said()
    {
        SymbolicTensor first = new Input(2).Output, second = new Input(3).Output;
        var model = new Model([first, second], [new Concatenate().Call(first, second)]);
        var error = Assert.Throws<ArgumentNullException>(() => model.Predict([new Tensor([1, 2], new float[2]), null!]));
        Assert.Equal("Model: inputs must be given; number 1 of 2 is null. (Parameter 'inputs')", error.Message);
        Assert.Equal("inputs", Assert.Throws<ArgumentNullException>(() => new Model(null!, first)).ParamName);
        Assert.Equal("outputs", Assert.Throws<ArgumentNullException>(() => new Model([first], [null!])).ParamName);
    }

    [Fact]
    public void Branches_that_share_nothing_train_as_if_they_were_alone()
    {
        var (both, left, right) = (Branches(), Branch("left", 4, 3), Branch("right", 5, 1));
        Assert.Equal(4, both.Weights.Count);  // they have their values
        foreach (var alone in (Model[])[left, right])
        {
            foreach (var layer in alone.Layers.Skip(1))
                layer.Weights.Zip(both.Layer(layer.Name).Weights).ToList().ForEach(pair => pair.First.Write(pair.Second.Values));
        }

        var (a, b, classes, numbers) = (Numbers(4), Numbers(5), Classes(), Numbers(1));
        var history =
            Fit(both, new TensorDataset([a, b], [classes, numbers]), new("left", Loss.SparseCategoricalCrossentropy, new Accuracy()),
            new("right", Loss.MeanSquaredError) { Weight = 0.5f });
        left.Compile(new Sgd(0.1f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        right.Compile(new Sgd(0.05f), Loss.MeanSquaredError);
        var leftHistory = left.Fit(new TensorDataset([a], [classes]), epochs: 3, batchSize: 8);
        var rightHistory = right.Fit(new TensorDataset([b], [numbers]), epochs: 3, batchSize: 8);
        Assert.Equal(["loss", "left_loss", "right_loss", "left_accuracy", "val_loss", "val_left_loss", "val_right_loss", "val_left_accuracy"], history.Names);
        Assert.Equal(leftHistory["loss"], history["left_loss"]);
        Assert.Equal(rightHistory["loss"], history["right_loss"]);
        Assert.Equal(leftHistory["accuracy"], history["left_accuracy"]);
        Assert.Equal(history["left_loss"][2] + (0.5 * history["right_loss"][2]), history["loss"][2], 1e-6);
        Assert.Equal(SmallNets.Bits(left), SmallNets.Bits(both.Layer("left")));
        Assert.Equal(SmallNets.Bits(right), SmallNets.Bits(both.Layer("right")));
        var outputs = both.Predict([a, b], batchSize: 7);
        Assert.Equal([[20, 3], [20, 1]], outputs.Select(output => output.Shape));
        Assert.Equal(left.Predict(a).Values, outputs[0].Values);
        Assert.Equal(right.Predict(b).Values, outputs[1].Values);
    }

    [Fact]
    public void A_file_keeps_ends_and_objectives_and_training_goes_on_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var model = Joined();
        var data = new TensorDataset([Numbers(4), Numbers(5)], [Classes(), Numbers(1)]);
        Fit(model, data, new("classes", Loss.SparseCategoricalCrossentropy, new Accuracy()), new("number", Loss.MeanSquaredError) { Weight = 0.25f });
        model.Save(Path.Combine(folder.Path, "model.keras"));
        var loaded = Model.Load(Path.Combine(folder.Path, "model.keras"));
        Assert.Equal(["a", "b"], loaded.Inputs.Select(input => input.Layer.Name));
        Assert.Equal(["classes", "number"], loaded.Outputs.Select(output => output.Layer.Name));
        var names = loaded.Fit(data, epochs: 2, batchSize: 8).Names;
        model.Fit(data, epochs: 2, batchSize: 8);
        Assert.Equal(["loss", "classes_loss", "number_loss", "classes_accuracy"], names);
        Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
    }

    [Fact]
    public void A_model_of_several_outputs_is_a_layer_and_a_file_keeps_it()
    {
        using var folder = new TemporaryFolder();
        var inner = Joined();
        var (a, b) = (new Input(4) { Name = "x" }, new Input(5) { Name = "y" });
        var outputs = inner.CallForAll(a, b);
        var model = new Model([a, b], [new Add().Call(new Dense(1).Call(outputs[0]), outputs[1])]);
        var expected = model.Predict([Numbers(4), Numbers(5)])[0].Values;
        model.Save(Path.Combine(folder.Path, "model.keras"));
        Assert.Equal(expected, Model.Load(Path.Combine(folder.Path, "model.keras")).Predict([Numbers(4), Numbers(5)])[0].Values);
        var parts = inner.Predict([Numbers(4), Numbers(5)]);
        var dense = model.Layers.OfType<Dense>().Single();
        for (var i = 0; i < 20; i++)
        {
            var sum = parts[1].Values[i];
            for (var k = 0; k < 3; k++) sum += parts[0].Sample(i)[k] * dense.Weights[0].Values[k];
            Assert.Equal(sum, expected[i], 1e-5);
        }
    }

    [Fact]
    public void An_output_without_an_objective_is_not_trained_for_anything()
    {
        var model = Branches();
        Assert.Equal(4, model.Weights.Count);  // they have their values
        var before = SmallNets.Bits(model.Layer("right"));
        Fit(model, new TensorDataset([Numbers(4), Numbers(5)], [Classes()]), new Objective("left", Loss.SparseCategoricalCrossentropy));
        Assert.Equal(before, SmallNets.Bits(model.Layer("right")));
    }

    [Fact]
    public void A_summary_counts_all_branches()
    {
        var summary = Branches().Summary();
        Assert.Equal("(None, 4) and (None, 5)", summary.InputShape);
        Assert.Equal((4 * 3) + 3 + 5 + 1, summary.Parameters);
        Assert.Equal((4 * 3) + 5, summary.MultiplyAdds);
    }

    [Fact]
    public void Errors_name_the_ends()
    {
        var model = Branches();
        Says<InvalidOperationException>("branches: expected a model of one input and one output here; this one has 2 inputs.", () => _ = model.InputShape);
        Says<InvalidOperationException>(
            "branches: expected a model of one input and one output here; this one has 2 outputs.", () => model.Compile(new Sgd(), Loss.MeanSquaredError));
        Says<InvalidOperationException>("branches: the model has 2 outputs; CallForAll gives them all.", () => model.Call(new Input(4), new Input(5)));
        Says<ArgumentException>("branches: expected at least one objective; received none. (Parameter 'objectives')", () => model.Compile(new Sgd()));
        Says<ArgumentException>(
            "branches: expected objectives for outputs among left, right; received one for 'top'. (Parameter 'objectives')", () =>
            model.Compile(new Sgd(), new Objective("top", Loss.MeanSquaredError)));
        Says<ArgumentException>(
            "branches: expected one objective for each output; 'left' has 2. (Parameter 'objectives')",
            () => model.Compile(new Sgd(), new("left", Loss.MeanSquaredError), new Objective("left", Loss.MeanSquaredError)));
        Says<ArgumentOutOfRangeException>(
            "Objective 'left': Weight must be a finite number; received NaN. (Parameter 'Weight')", () =>
            _ = new Objective("left", Loss.MeanSquaredError) { Weight = float.NaN });
        Says<ShapeException>("branches: expected inputs (None, 4) and (None, 5); received (20, 4).", () => model.Predict([Numbers(4)]));
        Says<ShapeException>("branches: expected inputs (None, 4) and (None, 5); received (20, 5) and (20, 4).", () => model.Predict([Numbers(5), Numbers(4)]));
        model.Compile(new Sgd(), new("left", Loss.SparseCategoricalCrossentropy), new Objective("right", Loss.MeanSquaredError));
        Says<ShapeException>(
            "branches: expected inputs (None, 4) and (None, 5); the data set has (None, 4).", () =>
            model.Fit(new TensorDataset([Numbers(4)], [Classes(), Numbers(1)])));
        Says<ShapeException>(
            "branches: expected targets for 2 outputs; the data set has (None).", () => model.Fit(new TensorDataset([Numbers(4), Numbers(5)], [Classes()])));
        Says<ShapeException>(
            "branches: the loss mean_squared_error on outputs (None, 1) expects targets (None, 1); the data set has (None, 2).",
            () => model.Fit(new TensorDataset([Numbers(4), Numbers(5)], [Classes(), Numbers(2)])));
        Says<TrainingException>(
            "Sample 0: expected a class from 0 to 2, since the model has 3 outputs; received 3.",
            () => model.Fit(new TensorDataset([Numbers(4), Numbers(5)], [new Tensor([20], [.. Enumerable.Repeat(3f, 20)]), Numbers(1)]), shuffle: false));
        Says<ArgumentException>(
            "TensorDataset: expected the same number of samples in each tensor; received (20, 4) and (19). (Parameter 'targets')", () =>
            _ = new TensorDataset([Numbers(4)], [new Tensor([19], new float[19])]));
        Says<ArgumentException>(
            "TensorDataset: expected at least one input and one target; received 1 and 0. (Parameter 'targets')", () =>
            _ = new TensorDataset([Numbers(4)], []));
        var (used, unused) = (new Input(4), new Input(5) { Name = "idle" });
        Says<ArgumentException>(
            "Model: the outputs do not depend on the input InputLayer 'idle'. (Parameter 'outputs')", () =>
            _ = new Model([used, unused], [new Dense(1).Call(used)]));
        Says<ArgumentException>("Model: an input is given twice. (Parameter 'inputs')", () => _ = new Model([used, used], [new Dense(1).Call(used)]));
        Says<ArgumentException>("Model: expected at least one input and one output; received 1 and 0. (Parameter 'outputs')", () => _ = new Model([used], []));
    }

    private static void Says<T>(string message, Action action)
        where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);

    private static History Fit(Model model, Dataset data, params Objective[] objectives)
    {
        model.Compile(new Sgd(0.1f), objectives);
        return model.Fit(data, epochs: 3, batchSize: 8, validation: data);
    }

    private static Model Branches()
    {
        var (a, b) = (new Input(4) { Name = "a" }, new Input(5) { Name = "b" });
        return new Model([a, b], [new Dense(3, Activation.Softmax) { Name = "left" }.Call(a), new Dense(1) { Name = "right" }.Call(b)], "branches", seed: 7);
    }

    private static Sequential Branch(string name, int features, int units) =>
        new(seed: 7) { new Input(features), new Dense(units, units > 1 ? Activation.Softmax : null) { Name = name } };

    private static Model Joined()
    {
        var (a, b) = (new Input(4) { Name = "a" }, new Input(5) { Name = "b" });
        var shared = new Add().Call(new Dense(6, Activation.Relu).Call(a), new Dense(6, Activation.Relu).Call(b));
        return new Model([a, b], [new Dense(3, Activation.Softmax) { Name = "classes" }.Call(shared), new Dense(1) { Name = "number" }.Call(shared)], seed: 3);
    }

    private static Tensor Numbers(int width) => new([20, width], LayerRunner.Normal(20 * width, seed: width));

    private static Tensor Classes() => new([20], [.. Enumerable.Range(0, 20).Select(i => (float)(i % 3))]);
}
