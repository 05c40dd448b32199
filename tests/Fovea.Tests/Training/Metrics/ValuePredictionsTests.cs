namespace Fovea.Tests.Training;

public class ValuePredictionsTests
{
    [Fact]
    public void The_measures_are_those_of_scikit_learn()
    {
        // The examples of sklearn.metrics: mean_absolute_error 0.5, mean_squared_error 0.375, median_absolute_error 0.5, r2_score 0.948….
        var predictions = Of([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]);
        Assert.Equal((0.5, 0.5), (predictions.MeanAbsoluteError(0), predictions.MedianAbsoluteError(0)));
        Assert.Equal(Math.Sqrt(0.375), predictions.RootMeanSquaredError(0), 1e-12);
        Assert.Equal(0.9486081370449679, predictions.R2(0), 1e-12);
        Assert.Equal(0.25, predictions.MeanError(0));
        Assert.Equal([3, 0, 1, 2], predictions.WorstFirst());
        Assert.Equal("              MAE        RMSE     R²\n  age         0.5      0.6124  0.949\n", predictions.ToString());
    }

    [Fact]
    public void Equal_numbers_have_no_R2()
    {
        Assert.True(double.IsNaN(Of([2, 2], [1, 3]).R2(0)));
        Assert.StartsWith(
            "ValuePredictions: expected finite actual values; sample 1 has others.",
            Assert.Throws<ArgumentException>(() => Of([1, double.NaN], [1, 1])).Message, StringComparison.Ordinal);
    }

    private static ValuePredictions Of(double[] actual, double[] predicted) =>
        new(["age"], [.. actual.Select(value => (double[])[value])], [.. predicted.Select(value => (double[])[value])]);
}
