namespace Fovea.Tests.Training;

public class LearningRateFinderTests
{
    /// <summary>Dropout, batch normalization's averages, Adam's slots and its steps: nothing of the search may remain.</summary>
    [Theory]
    [InlineData("convnet")]
    [InlineData("residual")]
    public void Afterwards_all_is_as_it_was_to_the_bit(string net)
    {
        var (model, undisturbed, data) = (SmallNets.Create(net, new Adam()), SmallNets.Create(net, new Adam()), SmallNets.Images(60));
        foreach (var each in (Model[])[model, undisturbed]) each.Fit(data, batchSize: 16);
        var before = SmallNets.AllBits(model);
        var search = LearningRateFinder.Run(model, data, batchSize: 16);
        Assert.Equal(before, SmallNets.AllBits(model));
        Assert.Equal((0.001, 4L), (model.Optimizer!.LearningRate, model.Trainer!.Steps));
        Assert.True(search.Losses.Count is > 20 and <= 100, $"{search.Losses.Count} steps");
        foreach (var each in (Model[])[model, undisturbed]) each.Fit(data, batchSize: 16);
        Assert.Equal(SmallNets.AllBits(undisturbed), SmallNets.AllBits(model));
    }

    [Fact]
    public void The_search_ends_where_the_loss_is_no_number()
    {
        var model = SmallNets.Perceptron();
        model.Compile(new Sgd(), new SparseCategoricalCrossentropy { FromLogits = true });
        var before = SmallNets.AllBits(model);
        var search = LearningRateFinder.Run(model, SmallNets.Images(60), startLearningRate: 1e-3f, endLearningRate: 1e30f, steps: 40, batchSize: 16);
        Assert.InRange(search.Losses.Count, 4, 39);
        Assert.All(search.Losses, loss => Assert.True(double.IsFinite(loss)));
        Assert.Equal(before, SmallNets.AllBits(model));
    }

    /// <summary>
    /// On (3w)² a step multiplies the loss by (1 − 18η)². With rates that are each r times the one before, those before η add up to η / (r − 1), so that the
    /// loss is about 9·exp(−36·η / (r − 1)), which falls fastest over the logarithm of η where the exponent is −1.
    /// </summary>
    [Fact]
    public void The_suggestion_is_where_the_loss_falls_fastest()
    {
        var model = new Sequential { new Input(1), new Dense(1) { UseBias = false, KernelInitializer = Initializer.Ones } };
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        var search = LearningRateFinder.Run(
            model, new ArrayDataset([3], [1], [0], [1]), startLearningRate: 1e-5f, endLearningRate: 1, steps: 100, batchSize: 1);
        Assert.Equal(9, search.Losses[0], 1e-6);
        Assert.Equal(1e-5, search.LearningRates[0], 1e-12);
        Assert.Equal(1e-5 * Math.Pow(1e5, 1 / 99.0), search.LearningRates[1], 1e-10);
        var steepest = (Math.Pow(1e5, 1 / 99.0) - 1) / 36;
        Assert.InRange(search.Suggestion!.Value, 0.8 * steepest, 1.25 * steepest);
    }

    [Fact]
    public void The_rule_of_the_suggestion_is_the_steepest_fall_of_the_smoothed_loss()
    {
        // A logistic step down around 1e-3 (index 60 of 100), then up from index 85 on.
        var rates = Enumerable.Range(0, 100).Select(i => 1e-6 * Math.Pow(10, i / 20.0)).ToArray();
        var losses = Enumerable.Range(0, 100).Select(i => 1 + (1 / (1 + Math.Exp((i - 60) / 3.0))) + Math.Pow(Math.Max(0, i - 85), 2)).ToArray();
        var search = new LearningRateSearch(rates, losses);
        var expected = Enumerable.Range(10, 80).MinBy(i => search.SmoothedLosses[i + 1] - search.SmoothedLosses[i - 1]);
        Assert.InRange(expected, 59, 61);
        Assert.Equal((float)rates[expected], search.Suggestion);

        // 4 counts as twice the first.
        Assert.All(LearningRateSearch.Smooth([2, 2, 2, 2]), value => Assert.Equal(2, value, 1e-12));
        Assert.Equal([(1 + (0.8 * 2)) / 1.8, (0.8 + 2) / 1.8], LearningRateSearch.Smooth([1, 4]), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Where_the_loss_only_rises_there_is_no_suggestion() =>
        Assert.Null(
            new LearningRateSearch([.. Enumerable.Range(1, 50).Select(i => (double)i)], [.. Enumerable.Range(1, 50).Select(i => (double)i)]).Suggestion);

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var (model, data) = (SmallNets.Create("convnet"), SmallNets.Images(8));
        foreach (var (start, end, steps, batchSize, error) in new[]
        {
            (0f, 1f, 20, 1, "startLearningRate must be a finite number above 0; received 0."),
            (float.NaN, 1, 20, 1, "startLearningRate must be a finite number above 0; received NaN."),
            (1, 0.5f, 20, 1, "endLearningRate must be above startLearningRate, 1; received 0.5."),
            (1, float.PositiveInfinity, 20, 1, "endLearningRate must be a finite number above 0; received Infinity."),
            (0.1f, 1, 19, 1, "steps must be at least 20; received 19."),
            (0.1f, 1, 20, 0, "batchSize must be at least 1; received 0."),
        })
            Assert.Equal(
                $"LearningRateFinder: {error}", Assert.ThrowsAny<ArgumentException>(() => LearningRateFinder.Run(model, data, start, end, steps, batchSize))
                .Sentence());
        Assert.Throws<InvalidOperationException>(() => LearningRateFinder.Run(SmallNets.Perceptron(), data));
    }

    [Fact]
    public void A_search_that_is_cancelled_leaves_the_model_as_it_was()
    {
        var model = SmallNets.Create("convnet");
        var before = SmallNets.AllBits(model);
        Assert.ThrowsAny<OperationCanceledException>(
            () => LearningRateFinder.Run(model, SmallNets.Images(40), cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal(before, SmallNets.AllBits(model));
        Assert.Equal(0.001, model.Optimizer!.LearningRate);
    }
}
