namespace Fovea.Tests.Training;

public class BatchNormalizationUpdateTests
{
    private static readonly float[] Numbers = [1, 2, 4, 7, 11, 16, 22];

    /// <summary>Means and variances of the batches, which depend on their order only through the last, smaller batch.</summary>
    [Fact]
    public void Statistics_of_one_batch_are_its_mean_and_variance()
    {
        var model = Model(new BatchNormalization(0.9));
        var before = model.Layers.OfType<Dense>().Single().Weights[0].Values.ToArray();
        model.UpdateBatchNormalization(Data(), batchSize: Numbers.Length);
        var mean = Numbers.Average();
        Assert.Equal(mean, Statistic(model, "moving_mean"), 1e-5);
        Assert.Equal(Numbers.Average(number => (number - mean) * (number - mean)), Statistic(model, "moving_variance"), 1e-4);
        Assert.Equal(before, model.Layers.OfType<Dense>().Single().Weights[0].Values.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Batches_count_by_their_samples(int batchSize)
    {
        var model = Model(new BatchNormalization(0.99));
        model.UpdateBatchNormalization(Data(), batchSize);
        Assert.Equal(Numbers.Average(), Statistic(model, "moving_mean"), 1e-5);
        if (batchSize == 1) Assert.Equal(0, Statistic(model, "moving_variance"), 1e-5);
    }

    [Fact]
    public void A_layer_that_is_used_twice_has_the_statistics_of_both_uses()
    {
        var (input, shared) = (new Input(1).Output, new BatchNormalization(0.5));
        var model = new Model(input, new Dense(1).Call(new Add().Call(shared.Call(input), shared.Call(new Rescaling(1, 10).Call(input)))));
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        model.UpdateBatchNormalization(Data(), batchSize: Numbers.Length);

        // The second use counts twice as much as the first: 0.5·0.5 and 0.5 of the new value.
        Assert.Equal((Numbers.Average() + (2 * (Numbers.Average() + 10))) / 3, Statistic(model, "moving_mean"), 1e-4);
    }

    [Fact]
    public void Frozen_layers_and_the_state_of_training_stay_as_they_are()
    {
        var layer = new BatchNormalization(0.9);
        var model = Model(layer);
        model.Fit(Data(), 3, batchSize: 3);
        layer.Trainable = false;
        var (mean, iterations) = (Statistic(model, "moving_mean"), model.Optimizer!.Iterations);
        model.UpdateBatchNormalization(Data(), batchSize: 3);
        Assert.Equal((mean, iterations), (Statistic(model, "moving_mean"), model.Optimizer!.Iterations));
        layer.Trainable = true;
        model.UpdateBatchNormalization(Data(), batchSize: 3);
        Assert.Equal(iterations, model.Optimizer!.Iterations);
        Assert.NotEqual(mean, Statistic(model, "moving_mean"));
    }

    [Fact]
    public void Shards_give_the_statistics_of_the_whole_batch()
    {
        var model = Model(new BatchNormalization(0.9));
        model.Distribution = new DataParallel(2);
        model.UpdateBatchNormalization(Data(), batchSize: Numbers.Length);
        Assert.Equal(Numbers.Average(), Statistic(model, "moving_mean"), 1e-4);
    }

    [Fact]
    public void After_a_cancellation_the_model_is_as_before()
    {
        var model = Model(new BatchNormalization(0.9));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => model.UpdateBatchNormalization(Data(), 2, stop.Token));
        Assert.Equal((0f, 1f), (Statistic(model, "moving_mean"), Statistic(model, "moving_variance")));
    }

    [Fact]
    public void A_training_with_averages_says_that_the_statistics_are_stale_and_one_cycle_renews_them()
    {
        const string note = "The weights of 'net' are averages now, but the moving statistics of its batch normalizations belong to the weights before: call "
            + "UpdateBatchNormalization(data) before the model is used.";
        Assert.Contains(note, Model(new BatchNormalization(0.9), useEma: true).Fit(Data(), 2).Notes);
        Assert.DoesNotContain(note, Model(new BatchNormalization(0.9)).Fit(Data(), 2).Notes);
        Assert.DoesNotContain(note, Model(null, useEma: true).Fit(Data(), 2).Notes);
        var cycled = Model(new BatchNormalization(0.9), useEma: true);
        Assert.DoesNotContain(note, cycled.FitOneCycle(Data(), 2, 0.01, batchSize: 3).Notes);
        Assert.Equal(Numbers.Average(), Statistic(cycled, "moving_mean"), 1e-4);
    }

    private static float Statistic(Model model, string name) =>
        model.Layers.OfType<BatchNormalization>().Single().Weights.Single(weight => weight.Name == name).Values[0];

    private static Sequential Model(BatchNormalization? layer, bool useEma = false)
    {
        var model = new Sequential("net") { new Input(1) };
        if (layer is not null) model.Add(layer);
        model.Add(new Dense(1));
        model.Compile(new Sgd(0.01) { UseEma = useEma }, Loss.MeanSquaredError);
        return model;
    }

    private static Dataset Data() => Dataset.From(new Tensor([Numbers.Length, 1], Numbers), new Tensor([Numbers.Length, 1], new float[Numbers.Length]));
}
