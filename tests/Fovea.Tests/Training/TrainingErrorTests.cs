namespace Fovea.Tests.Training;

/// <summary>What training says about data and settings that it cannot work with: the full text.</summary>
public class TrainingErrorTests
{
    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void A_number_that_is_not_finite_is_named_with_its_sample_and_place(float bad, string printed)
    {
        var (model, images) = (Compiled(), new float[20 * 144]);
        images[(13 * 144) + (5 * 12) + 7] = bad;
        var data = new ArrayDataset(images, [12, 12, 1], new float[20], Shape.Scalar);
        var before = SmallNets.AllBits(model);
        var text = $"Sample 13: expected finite numbers; received {printed} at (5, 7, 0).";
        Assert.Equal(text, Assert.Throws<TrainingException>(() => model.Fit(data, batchSize: 64)).Message);
        Assert.Equal(before, SmallNets.AllBits(model));
        Assert.Equal(text, Assert.Throws<TrainingException>(() => model.Evaluate(data)).Message);
    }

    [Fact]
    public void A_target_that_is_not_finite_is_named_with_its_sample()
    {
        var model = new Sequential { new Input(2), new Dense(2) };
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        var data = new ArrayDataset(new float[6], [2], [0, 0, 0, 0, 0, float.NaN], [2]);
        Assert.Equal("Sample 2: expected a finite target; received NaN.", Assert.Throws<TrainingException>(() => model.Fit(data)).Message);
    }

    [Fact]
    public void A_label_outside_the_classes_is_named_with_its_sample()
    {
        var data = new ArrayDataset(new float[3 * 144], [12, 12, 1], [0, 3, 2], Shape.Scalar);
        Assert.Equal(
            "Sample 1: expected a class from 0 to 2, since the model has 3 outputs; received 3.",
            Assert.Throws<TrainingException>(() => Compiled().Fit(data)).Message);
    }

    [Fact]
    public void A_data_set_that_fails_says_why()
    {
        var data = new UnreliableDataset(SmallNets.Images(20)) { BrokenAt = 11 };
        var error = Assert.Throws<TrainingException>(() => Compiled().Fit(data, batchSize: 4));
        Assert.Equal("sample 11 cannot be read", error.Message);
        Assert.IsType<IOException>(error.InnerException);
    }

    [Fact]
    public void An_empty_data_set_is_refused()
    {
        var data = new UnreliableDataset(SmallNets.Images(1), count: 0);
        Assert.Equal("The data set is empty.", Assert.Throws<TrainingException>(() => Compiled().Fit(data)).Message);
        Assert.Equal("The data set is empty.", Assert.Throws<TrainingException>(() => Compiled().Evaluate(data)).Message);
        Assert.Equal("The data set is empty.", Assert.Throws<TrainingException>(() => Compiled().Fit(SmallNets.Images(3), validation: data)).Message);
    }

    [Fact]
    public void Inputs_of_another_shape_are_refused()
    {
        var data = new ArrayDataset(new float[64], [8, 8, 1], [0], Shape.Scalar);
        const string Text = "convnet: expected inputs (None, 12, 12, 1); the data set has (None, 8, 8, 1).";
        Assert.Equal(Text, Assert.Throws<ShapeException>(() => Compiled().Fit(data)).Message);
        Assert.Equal(Text, Assert.Throws<ShapeException>(() => Compiled().Evaluate(data)).Message);
        Assert.Equal(Text, Assert.Throws<ShapeException>(() => Compiled().Fit(SmallNets.Images(3), validation: data)).Message);
        Assert.Equal(
            "convnet: expected inputs (None, 12, 12, 1); received (12, 12, 1).",
            Assert.Throws<ShapeException>(() => Compiled().Predict(new Tensor([12, 12, 1], new float[144]))).Message);
    }

    [Fact]
    public void Targets_of_another_shape_are_refused()
    {
        var model = SmallNets.Convnet();
        model.Compile(new Sgd(), Loss.CategoricalCrossentropy);
        Assert.Equal(
            "convnet: the loss categorical_crossentropy on outputs (None, 3) expects targets (None, 3); the data set has (None). "
                + "OneHot(3) of a data set makes rows of class numbers.",
            Assert.Throws<ShapeException>(() => model.Fit(SmallNets.Images(3))).Message);
        var oneHot = new ArrayDataset(new float[144], [12, 12, 1], [0, 1, 0], [3]);
        Assert.Equal(
            "convnet: the loss sparse_categorical_crossentropy on outputs (None, 3) expects targets (None); the data set has (None, 3). "
                + "Loss.CategoricalCrossentropy takes rows, Loss.SparseCategoricalCrossentropy class numbers.",
            Assert.Throws<ShapeException>(() => Compiled().Fit(oneHot)).Message);
    }

    [Fact]
    public void A_model_that_is_not_compiled_says_how()
    {
        const string Text = "convnet: compile the model first, as in model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy()).";
        Assert.Equal(Text, Assert.Throws<InvalidOperationException>(() => SmallNets.Convnet().Fit(SmallNets.Images(3))).Message);
        Assert.Equal(Text, Assert.Throws<InvalidOperationException>(() => SmallNets.Convnet().Evaluate(SmallNets.Images(3))).Message);
    }

    [Fact]
    public void Sizes_below_one_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("epochs", () => Compiled().Fit(SmallNets.Images(3), epochs: -1));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => Compiled().Fit(SmallNets.Images(3), batchSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => Compiled().Evaluate(SmallNets.Images(3), batchSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => Compiled().Predict(new Tensor([1, 12, 12, 1], new float[144]), batchSize: -1));
    }

    private static Sequential Compiled()
    {
        var model = SmallNets.Convnet();
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
        return model;
    }
}
