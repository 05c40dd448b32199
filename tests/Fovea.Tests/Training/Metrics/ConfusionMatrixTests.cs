namespace Fovea.Tests.Training;

public class ConfusionMatrixTests
{
    /// <summary>Ten samples counted by hand: of six cats four are taken for cats, one for a dog, one for a fox; of three dogs two for dogs.</summary>
    private static readonly (int Actual, int Predicted)[] Samples = [(0, 0), (0, 0), (0, 1), (0, 0), (0, 2), (0, 0), (1, 1), (1, 0), (1, 1), (2, 2)];

    [Fact]
    public void Counts_shares_and_sums_are_those_made_by_hand()
    {
        var matrix = Count();
        Assert.Equal(
            [4, 1, 1, 1, 2, 0, 0, 0, 1], from actual in Enumerable.Range(0, 3) from predicted in Enumerable.Range(0, 3) select matrix[actual, predicted]);
        Assert.Equal((10, 0.7), (matrix.Count, matrix.Accuracy));
        Assert.Equal([6, 3, 1], Enumerable.Range(0, 3).Select(matrix.Actual));
        Assert.Equal([5, 3, 2], Enumerable.Range(0, 3).Select(matrix.Predicted));
        Assert.Equal([4 / 5.0, 2 / 3.0, 1 / 2.0], Enumerable.Range(0, 3).Select(matrix.Precision));
        Assert.Equal([4 / 6.0, 2 / 3.0, 1], Enumerable.Range(0, 3).Select(matrix.Recall));
    }

    [Fact]
    public void The_text_is_a_table() => Assert.Equal(
        "true \\ predicted     cat     dog     fox   recall\n"
        + "cat                    4       1       1   66.7 %\n"
        + "dog                    1       2       0   66.7 %\n"
        + "fox                    0       0       1  100.0 %\n"
        + "precision         80.0 %  66.7 %  50.0 %   70.0 %\n",
        Count().ToString());

    [Fact]
    public void Shares_of_nothing_are_not_numbers()
    {
        var matrix = new ConfusionMatrix(["a", "b"]);
        matrix.Add(0, 0);
        Assert.Equal((double.NaN, double.NaN), (matrix.Precision(1), matrix.Recall(1)));
        Assert.Contains("b                       0  0        –\n", matrix.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The model passes its input on: with several outputs the maximum decides, with one its side of one half.</summary>
    [Theory]
    [InlineData(3, new[] { 0.1f, 0.7f, 0.2f, 0.5f, 0.1f, 0.4f }, new[] { 1f, 2f }, new[] { 0, 0, 0, 0, 1, 0, 1, 0, 0 })]
    [InlineData(1, new[] { 0.4f, 0.6f, 0.5f, 0.9f }, new[] { 0f, 0f, 1f, 1f }, new[] { 1, 1, 1, 1 })]
    public void A_model_is_counted_over_a_data_set(int outputs, float[] inputs, float[] targets, int[] expected)
    {
        var model = new Sequential { new Input(outputs), new Flatten() };
        var matrix = ConfusionMatrix.Of(model, new ArrayDataset(inputs, [outputs], targets, Shape.Scalar), batchSize: 2);
        var classes = Math.Max(2, outputs);
        Assert.Equal(expected, from actual in Enumerable.Range(0, classes) from predicted in Enumerable.Range(0, classes) select matrix[actual, predicted]);
        Assert.Equal("0", matrix.ClassNames[0]);
    }

    [Fact]
    public void A_logit_is_on_a_side_of_zero()
    {
        var model = new Sequential { new Input(1), new Flatten() };
        model.Compile(new Sgd(), new BinaryCrossentropy { FromLogits = true }, new Accuracy { Threshold = 0 });
        var data = new ArrayDataset([-0.1f, 0.3f], [1], [0, 1], Shape.Scalar);
        Assert.Equal(1, ConfusionMatrix.Of(model, data).Accuracy);
        Assert.Equal(1, model.Evaluate(data).Accuracy);
    }

    [Fact]
    public void What_cannot_be_counted_is_said()
    {
        Assert.Equal(
            "ConfusionMatrix: expected the names of at least two classes; received 1. (Parameter 'classNames')",
            Assert.Throws<ArgumentException>(() => new ConfusionMatrix(["a"])).Message);
        Assert.Equal(
            "ConfusionMatrix: expected a class from 0 to 2; received 3. (Parameter 'predicted')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Count().Add(0, 3)).Message);
        var model = new Sequential { new Input(3), new Flatten() };
        Assert.Equal(
            "ConfusionMatrix: expected 3 classes, as the model's outputs are 3; received 2. (Parameter 'data')",
            Assert.Throws<ArgumentException>(() => ConfusionMatrix.Of(model, new ArrayDataset(new float[3], [3], [1], Shape.Scalar, ["a", "b"]))).Message);
        Assert.Equal(
            "ConfusionMatrix: expected class numbers as targets; received targets of (3). (Parameter 'data')",
            Assert.Throws<ArgumentException>(() => ConfusionMatrix.Of(model, new ArrayDataset(new float[3], [3], new float[3], [3]))).Message);
    }

    private static ConfusionMatrix Count()
    {
        var matrix = new ConfusionMatrix(["cat", "dog", "fox"]);
        foreach (var (actual, predicted) in Samples) matrix.Add(actual, predicted);
        return matrix;
    }
}
