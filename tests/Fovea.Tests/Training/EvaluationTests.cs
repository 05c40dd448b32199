namespace Fovea.Tests.Training;

public class EvaluationTests
{
    [Fact]
    public void Loss_and_accuracy_are_taken_in_two_parts()
    {
        var evaluation = Evaluate(new Accuracy());
        var (loss, accuracy) = evaluation;
        Assert.Equal((evaluation.Loss, evaluation.Metrics["accuracy"]), (loss, accuracy));
    }

    [Fact]
    public void An_accuracy_that_was_not_measured_is_refused_with_what_was()
    {
        var error = Assert.Throws<KeyNotFoundException>(() => Evaluate(new TopKCategoricalAccuracy(2)).Accuracy);
        Assert.Equal(
            "Evaluation: expected the metric 'accuracy'; measured were loss, top_k_categorical_accuracy. Compile the model with new Accuracy().",
            error.Message);
    }

    [Theory]
    [InlineData(28, 28, 1, 10, 256)]
    [InlineData(224, 224, 3, 1000, 13)]
    [InlineData(2000, 2000, 3, 10, 1)]
    [InlineData(1, 1, 4, 150_528, 13)]
    public void Batches_are_smaller_where_inputs_or_outputs_are_large(int height, int width, int channels, int outputs, int expected)
    {
        var model = new Sequential { new Input(height, width, channels), new GlobalAveragePooling2D(), new Dense(outputs) };
        Assert.Equal(expected, model.Topology.Example().BatchSizeOr(null));
        Assert.Equal(7, model.Topology.Example().BatchSizeOr(7));
    }

    private static Evaluation Evaluate(Metric metric)
    {
        var model = SmallNets.Convnet();
        model.Compile(new Sgd(), metric is Accuracy ? Loss.SparseCategoricalCrossentropy : Loss.CategoricalCrossentropy, metric);
        return model.Evaluate(metric is Accuracy ? SmallNets.Images(5) : OneHot());
    }

    private static ArrayDataset OneHot() => new(new float[144], [12, 12, 1], [0, 1, 0], [3]);
}
