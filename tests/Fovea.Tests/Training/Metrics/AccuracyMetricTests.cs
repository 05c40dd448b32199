namespace Fovea.Tests.Training;

public class AccuracyMetricTests
{
    /// <summary>The example of <c>keras.metrics.SparseCategoricalAccuracy</c>: classes 2 and 1, half of them right.</summary>
    [Fact]
    public void Class_numbers_give_the_value_of_Keras_documentation() => Assert.Equal(0.5, Of([0.1f, 0.6f, 0.3f, 0.05f, 0.95f, 0], [2, 1], 2));

    /// <summary>The example of <c>keras.metrics.CategoricalAccuracy</c>.</summary>
    [Fact]
    public void One_hot_targets_give_the_value_of_Keras_documentation() => Assert.Equal(0.5, Of([0.1f, 0.9f, 0.8f, 0.05f, 0.95f, 0], [0, 0, 1, 0, 1, 0], 2));

    /// <summary>The example of <c>keras.metrics.BinaryAccuracy</c>: 1, 1, 0, 0 against 0.98, 1, 0, 0.6.</summary>
    [Fact]
    public void A_single_output_gives_the_value_of_Keras_documentation() => Assert.Equal(0.75, Of([0.98f, 1, 0, 0.6f], [1, 1, 0, 0], 4));

    [Fact]
    public void One_half_counts_as_zero_as_in_Keras() => Assert.Equal(1, Of([0.5f], [0], 1));

    [Fact]
    public void Batches_count_by_their_samples()
    {
        var metric = new Accuracy();
        metric.Add([0, 0, 0], [1, 0, 1, 0, 1, 0], 3);
        metric.Add([1], [1, 0], 1);
        Assert.Equal(0.75, metric.Value);
        metric.Reset();
        Assert.Equal(double.NaN, metric.Value);
    }

    private static double Of(float[] predictions, float[] targets, int count)
    {
        var metric = new Accuracy();
        metric.Add(targets, predictions, count);
        return metric.Value;
    }
}
