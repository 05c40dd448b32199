namespace Fovea.Tests.Data;

/// <summary>Classes are compared by their names: the same name is the same class, whatever its number in the data.</summary>
public class ClassNumberingTests
{
    /// <summary>One sample of each class, the class told by the place of the 1 among the inputs: cat, dog, fox.</summary>
    private static readonly string[] Names = ["cat", "dog", "fox"];

    [Fact]
    public void Data_in_another_order_is_evaluated_by_name()
    {
        var model = Knowing();
        var data = Data(["Dog", "cat"]);
        Assert.Equal(1, model.Evaluate(data).Accuracy);
        var matrix = ConfusionMatrix.Of(model, data);
        Assert.Equal(Names, matrix.ClassNames);
        Assert.Equal((1, 1, 0, 1.0), (matrix[0, 0], matrix[1, 1], matrix.Actual(2), matrix.Accuracy));
        Assert.Equal(["cat", "dog", "fox"], new ClassificationReport(matrix).Classes.Select(scores => scores.Name));
        Assert.Equal(1, model.Evaluate(data.Take(1)).Accuracy);
        Assert.Equal(1, model.Evaluate(Data(Names)).Accuracy);
    }

    [Fact]
    public void Training_and_validation_go_by_name_and_say_so()
    {
        var model = Knowing();
        var history = model.Fit(Data(["fox", "dog", "cat"]), validation: Data(["dog", "fox"]));
        Assert.Equal((1.0, 1.0), (history["accuracy"][0], history["val_accuracy"][0]));
        Assert.Equal(
            ["the classes of the data are numbered as the model's, by their names: fox, dog, cat.",
            "the classes of the data are numbered as the model's, by their names: dog, fox."], history.Notes);
        Assert.Equal(Names, model.ClassNames);
        Assert.Empty(Knowing().Fit(Data(["CAT", "Dog", "fox"])).Notes);
    }

    [Fact]
    public void Rows_are_arranged_by_name_and_keep_their_weights()
    {
        var rows = new ArrayDataset([0, 0, 0, 0], [2], [1, 0, 0, 1], [2], ["dog", "cat"]);
        var numbered = rows.WithClassWeights(7, 5).WithClassNames(Names);
        Assert.Equal(new Shape(3), numbered.TargetShape);
        Assert.Equal([0, 1, 0], Target(numbered, 0));
        Assert.Equal([1, 0, 0], Target(numbered, 1));
        Assert.Equal((7, 5), (numbered.Weight(0, Target(numbered, 0)), numbered.Weight(1, Target(numbered, 1))));
        var labels = Data(["dog", "cat"]).WithClassWeights(7, 5).WithClassNames(Names);
        Assert.Equal((7, 5), (labels.Weight(0, Target(labels, 0)), labels.Weight(1, Target(labels, 1))));
        Assert.Equal([1, 0], (float[])[.. Target(labels, 0), .. Target(labels, 1)]);
    }

    /// <summary>Pixels of a mask are classes too; the number of those that do not count stays.</summary>
    [Fact]
    public void Masks_are_numbered_by_pixel()
    {
        var masks = new ArrayDataset(new float[4], [2, 2, 1], [0, 1, 255, 1], [2, 2], ["dog", "cat"]);
        var numbered = masks.NumberedAs(Names, areRows: false);
        Assert.Equal([1, 0, 255, 0], Target(numbered, 0));
        var wrong = new ArrayDataset(new float[4], [2, 2, 1], [0, 1, 2, 1], [2, 2], ["dog", "cat"]).NumberedAs(Names, areRows: false);
        Assert.Equal(
            "Sample 0: expected a class from 0 to 1, as the data set has 2 class names; received 2.",
            Assert.Throws<InvalidDataException>(() => Target(wrong, 0)).Message);
    }

    [Fact]
    public void A_class_that_the_model_does_not_have_is_refused()
    {
        var (model, data) = (Knowing(), Data(["ant", "cat"]));
        const string Message = "The data has the class 'ant', which the model does not have. The model's classes are cat, dog, fox; the data's are ant, cat. "
            + "Rename the data's classes, or train a new head for them.";
        foreach (var action in (Action[])[() => model.Fit(data), () => model.Evaluate(data), () => ConfusionMatrix.Of(model, data),
            () => model.Fit(Data(Names), validation: data), () => data.WithClassNames(Names)])
            Assert.Equal(Message, Assert.Throws<TrainingException>(action).Message);
        Assert.Equal(Names, model.ClassNames);
    }

    [Fact]
    public void Where_one_side_has_no_names_numbers_are_compared()
    {
        var (model, data) = (Knowing(), Data([]));
        Assert.Equal(Names, data.WithClassNames(Names).ClassNames);
        Assert.Equal(0, model.Evaluate(Data([], ["dog", "cat"])).Accuracy);
        model.ClassNames = [];
        Assert.Equal(0, model.Evaluate(Data(["dog", "cat"])).Accuracy);
    }

    [Fact]
    public void Names_of_the_wrong_count_are_refused()
    {
        var model = Knowing();
        Assert.Equal(
            "net: expected the names of 3 classes, as the model's outputs are (3); received 2: a, b. (Parameter 'value')",
            Assert.Throws<ArgumentException>(() => model.ClassNames = ["a", "b"]).Message);
        Assert.Equal("value", Assert.Throws<ArgumentNullException>(() => model.ClassNames = null!).ParamName);
        Assert.Equal(Names, model.ClassNames);
        var one = new Sequential("one") { new Input(3), new Dense(1, Activation.Sigmoid) };
        one.ClassNames = ["no", "yes", "perhaps"];  // the model is not connected yet
        Assert.Throws<InvalidOperationException>(() => one.Compile(new Sgd(), Loss.BinaryCrossentropy));
        one.ClassNames = ["no", "yes"];
        one.Compile(new Sgd(), Loss.BinaryCrossentropy, new Accuracy());
        var history = new Sequential("net") { new Input(3), new Dense(9, Activation.Softmax) } is var nine && Compiled(nine) ? nine.Fit(Data(Names)) : null;
        Assert.Equal(
            "net: expected the names of 9 classes, as the model's outputs are (9); received 3: cat, dog, fox. They were left out.",
            history!.Notes[0]);
        Assert.Empty(nine.ClassNames);
    }

    private static bool Compiled(Model model)
    {
        model.Compile(new Sgd(0), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return true;
    }

    /// <summary>A model that tells each class by its input.</summary>
    private static Sequential Knowing()
    {
        var model = new Sequential("net") { new Input(3), new Dense(3, Activation.Softmax) };
        Compiled(model);
        model.Weights[0].Write([9, 0, 0, 0, 9, 0, 0, 0, 9]);
        model.ClassNames = Names;
        return model;
    }

    private static ArrayDataset Data(string[] names, string[]? classes = null)
    {
        var samples = classes ?? (names.Length == 0 ? Names : names);
        var inputs = samples.SelectMany(name => Names.Select(other => other.Equals(name, StringComparison.OrdinalIgnoreCase) ? 1f : 0)).ToArray();
        return new ArrayDataset(inputs, [3], [.. samples.Select((_, i) => (float)i)], Shape.Scalar, names);
    }

    private static float[] Target(Dataset data, int index)
    {
        var (input, target) = (new float[data.InputShape.Count], new float[data.TargetShape.Count]);
        data.Read(index, input, target);
        return target;
    }
}
