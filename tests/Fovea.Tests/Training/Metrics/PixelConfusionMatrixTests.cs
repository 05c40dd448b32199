using Fovea.Tests.Applications;

namespace Fovea.Tests.Training;

public class PixelConfusionMatrixTests
{
    /// <summary>The example of the documentation of <c>keras.metrics.MeanIoU</c>, whose result is 0.33333334.</summary>
    [Fact]
    public void The_mean_of_IoU_is_that_of_Keras()
    {
        var matrix = new PixelConfusionMatrix(["a", "b"]);
        foreach (var (actual, predicted) in ((int, int)[])[(0, 0), (0, 1), (1, 0), (1, 1)]) matrix.Add(actual, predicted);
        Assert.Equal(0.33333334, matrix.MeanIoU, 7);
        Assert.Equal((0.5, 0.5, 4L), (matrix.MeanDice, matrix.Accuracy, matrix.Count));
    }

    /// <summary>Ten pixels counted by hand.</summary>
    [Fact]
    public void Measures_are_those_made_by_hand()
    {
        var matrix = Counted();
        Assert.Equal((6, 5, 4), (matrix.Actual(0), matrix.Predicted(0), matrix[0, 0]));
        Assert.Equal([4 / 7.0, 2 / 4.0, 1 / 2.0], Enumerable.Range(0, 3).Select(matrix.IoU));
        Assert.Equal([8 / 11.0, 4 / 6.0, 2 / 3.0], Enumerable.Range(0, 3).Select(matrix.Dice));
        Assert.Equal([4 / 5.0, 2 / 3.0, 1 / 2.0], Enumerable.Range(0, 3).Select(matrix.Precision));
        Assert.Equal([4 / 6.0, 2 / 3.0, 1], Enumerable.Range(0, 3).Select(matrix.Recall));
    }

    [Fact]
    public void The_text_is_a_table() => Assert.Equal(
        "class     IoU    Dice  precision   recall  pixels\n"
        + "cat    57.1 %  72.7 %     80.0 %   66.7 %  60.0 %\n"
        + "dog    50.0 %  66.7 %     66.7 %   66.7 %  30.0 %\n"
        + "fox    50.0 %  66.7 %     50.0 %  100.0 %  10.0 %\n"
        + "mean   52.4 %  68.7 %     65.6 %   77.8 %\n",
        Counted().ToString());

    [Fact]
    public void A_class_that_neither_occurs_nor_is_predicted_does_not_count()
    {
        var matrix = new PixelConfusionMatrix(["a", "b", "c"]) { IgnoreClass = 255 };
        matrix.Add([0, 0, 255, 1], [1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0]);
        Assert.Equal((1.0, double.NaN, 3L), (matrix.MeanIoU, matrix.IoU(2), matrix.Count));
        Assert.Equal(double.NaN, new PixelConfusionMatrix(["a", "b"]).MeanIoU);
    }

    [Fact]
    public void Matrices_of_images_add_up()
    {
        var (first, second, both) = (Counted(), Counted(), Counted());
        first.Add(second);
        Assert.Equal((20L, both.MeanIoU, 8), (first.Count, first.MeanIoU, first[0, 0]));
    }

    [Fact]
    public void A_model_is_measured_like_its_metric()
    {
        var data = UNetTests.Squares(5);
        var model = SmallNetworks.UNet([16, 16, 1], 2, [4, 6]);
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy, new MeanIoU(2));
        var matrix = PixelConfusionMatrix.Of(model, data, batchSize: 2, verbose: 0);
        Assert.Equal(5 * 256, matrix.Count);
        Assert.Equal(model.Evaluate(data, verbose: 0).Metrics["mean_io_u"], matrix.MeanIoU, 12);
        Assert.Equal(["0", "1"], matrix.ClassNames);
    }

    [Fact]
    public void One_output_decides_between_two_classes()
    {
        var matrix = new PixelConfusionMatrix(["a", "b"]);
        matrix.Add([0, 1, 1], [0.4f, 0.5f, 0.4f]);
        Assert.Equal((1L, 1L, 1L), (matrix[0, 0], matrix[1, 1], matrix[1, 0]));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.StartsWith(
            "PixelConfusionMatrix: expected the names of at least two classes; received 1.",
            Assert.Throws<ArgumentException>(() => new PixelConfusionMatrix(["a"])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "PixelConfusionMatrix: expected class numbers from 0 to 1, or the ignored class 255; received 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new PixelConfusionMatrix(["a", "b"]) { IgnoreClass = 255 }.Add([2], [0, 1])).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "PixelConfusionMatrix: expected class numbers from 0 to 1; received 0.5.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new PixelConfusionMatrix(["a", "b"]).Add([0.5f], [0, 1])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "PixelConfusionMatrix: expected 3 outputs for each of 2 pixels; received 4.",
            Assert.Throws<ArgumentException>(() => Counted().Add([0, 1], [0, 1, 0, 1])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "PixelConfusionMatrix: expected a class number for each of the model's pixels, outputs of (32, 32, 2); received targets of (16, 16).",
            Assert.Throws<ArgumentException>(() => PixelConfusionMatrix.Of(
                new Sequential { new Input(16, 16, 1), new UpSampling2D(), new Conv2D(2, 1) }, UNetTests.Squares(2), verbose: 0)).Message,
            StringComparison.Ordinal);
    }

    private static PixelConfusionMatrix Counted()
    {
        var matrix = new PixelConfusionMatrix(["cat", "dog", "fox"]);
        foreach (var (actual, predicted) in ((int, int)[])[(0, 0), (0, 0), (0, 1), (0, 0), (0, 2), (0, 0), (1, 1), (1, 0), (1, 1), (2, 2)])
            matrix.Add(actual, predicted);
        return matrix;
    }
}
