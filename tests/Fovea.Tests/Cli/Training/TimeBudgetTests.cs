using Fovea.Cli;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea train --time</c> with a clock and a speed that the test decides.</summary>
public class TimeBudgetTests
{
    private static readonly ImageSurvey Photographs = new(2000, 2000, 375, 500, IsGrey: false, SecondsPerImage: 0.002);

    [Theory]
    [InlineData("2m", 0.01, 1)]
    [InlineData("10m", 0.005, 1)]
    [InlineData("30m", 0.005, 1)]
    [InlineData("1h", 0.02, 3)]
    public void The_expected_duration_is_within_the_time_and_most_of_it(string time, double secondsPerImage, double elapsed)
    {
        var (budget, plan, speed) = Fit(time, secondsPerImage, Photographs, elapsed);
        Assert.True(Durations.TryParse(time, out var total));
        Assert.InRange(budget.Duration(plan, speed) / total.TotalSeconds, 0.87, 0.98);
    }

    [Fact]
    public void A_slow_machine_gets_smaller_images_and_a_fast_one_larger()
    {
        Assert.Equal([144, 144, 3], Fit("15m", 0.005, Photographs).Plan.InputShape);
        Assert.Equal([176, 176, 3], Fit("1h", 0.005, Photographs).Plan.InputShape);
        Assert.True(Fit("4m", 0.005, Photographs).Plan.InputShape![0] < 100);
    }

    [Fact]
    public void Small_images_are_not_enlarged()
    {
        var (_, plan, _) = Fit("1h", 0.001, Photographs with { Height = 28, Width = 28, IsGrey = true });
        Assert.Equal([28, 28, 1], plan.InputShape);
    }

    [Fact]
    public void A_size_that_is_given_is_kept()
    {
        var request = Request("4m") with { InputShape = new Shape(128, 96, 3) };
        var budget = new TimeBudget(request, Photographs, Speed(0.005), () => 1);
        Assert.Equal([128, 96, 3], budget.Fit(Usual(request, Photographs)).Plan.InputShape);
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("book-catsdogs")]
    [InlineData("mini-xception")]
    public void Of_networks_with_their_own_size_the_time_decides_the_epochs_alone(string network)
    {
        var usual = new TrainingPlan { Network = network, Epochs = 100, BatchSize = 32, InputShape = network == "book-catsdogs" ? null : [160, 160, 3] };
        var budget = new TimeBudget(Request("10m"), Photographs, _ => new TrainingSpeed(0.005, 0.002), () => 1);
        var (plan, speed) = budget.Fit(usual);
        Assert.Equal(usual with { Epochs = plan.Epochs }, plan);
        Assert.InRange(budget.Duration(plan, speed) / 600, 0.87, 0.98);
    }

    [Fact]
    public void Smaller_images_at_first_leave_time_for_more_epochs()
    {
        var request = Request("10m") with { InputShape = new Shape(128, 128, 3) };
        var (half, whole) = (request with { Progressive = [0.5] }, request with { Progressive = [1] });
        var budget = new TimeBudget(half, Photographs, Speed(0.005), () => 1);
        var (progressive, speed) = budget.Fit(Usual(half, Photographs) with { Progressive = [0.5] });
        Assert.InRange(budget.Duration(progressive, speed) / 600, 0.87, 0.98);
        var (full, _) = new TimeBudget(whole, Photographs, Speed(0.005), () => 1).Fit(Usual(whole, Photographs) with { Progressive = [] });
        Assert.True(progressive.Epochs > full.Epochs);
    }

    /// <summary>Two stages of an odd number of epochs are not of equal length.</summary>
    [Fact]
    public void One_more_epoch_would_not_end_in_time()
    {
        for (var seconds = 300; seconds < 330; seconds++)
        {
            var (budget, plan, speed) = Fit($"{seconds}s", 0.005, Photographs);
            Assert.Equal(2, plan.Progressive.Count);
            Assert.InRange(budget.Duration(plan, speed), 0.9 * seconds, 0.97 * seconds);
            Assert.True(budget.Duration(plan with { Epochs = plan.Epochs + 1 }, speed) > 0.97 * seconds);
        }
    }

    [Fact]
    public void Smaller_images_are_validated_in_less_time()
    {
        var request = Request("10m");
        var budget = new TimeBudget(request, Photographs, Speed(0.005), () => 1);
        var plan = Usual(request, Photographs) with { InputShape = [128, 128, 3], Progressive = [0.5], ProgressiveEpochs = 1 };
        var (whole, speed) = (plan with { Progressive = [] }, new TrainingSpeed(0, 0.001));

        // A thousand images of a quarter of the pixels after each of ten epochs; the plan adds 2 % for what is between the steps.
        Assert.Equal(10 * 1.02 * 0.25, Seconds(plan), 1e-9);
        Assert.Equal(10 * 1.02, Seconds(whole), 1e-9);

        double Seconds(TrainingPlan of) => budget.Duration(of with { Epochs = 20 }, speed) - budget.Duration(of with { Epochs = 10 }, speed);
    }

    [Fact]
    public void Averages_follow_the_number_of_steps()
    {
        var (shortPlan, longPlan) = (Fit("2m", 0.005, Photographs).Plan, Fit("1h", 0.005, Photographs).Plan);
        Assert.True(shortPlan.Averaging < longPlan.Averaging);
    }

    [Fact]
    public void Too_little_time_is_an_error_that_says_what_is_needed()
    {
        var error = Assert.Throws<CommandException>(() => Fit("30s", 1, Photographs with { SecondsPerImage = 0 }));
        Assert.Matches(
            @"^--time: expected at least \d+m\d*s? for these images on this machine; received 30s\. Reading them takes 0 s, an epoch [\d.]+ s\.$",
            error.Message);
    }

    [Fact]
    public void A_machine_that_becomes_slower_ends_the_training_after_an_epoch()
    {
        var seconds = 0.0;
        var watch = new BudgetWatch(budget: 100, closing: 5, () => seconds);
        var model = new Sequential { new Input(1), new Dense(1) };
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        var data = Dataset.From(new Tensor([1, 1], [1]), new Tensor([1, 1], [0]));

        // Ten epochs of 9 s fit; they take 20 s each: the fifth would end after 100 s, the end of the command after 105 s, and the sixth after 125 s.
        var slow = new LambdaCallback(onBatchEnd: _ => seconds += 20);
        var history = model.Fit(data, 10, callbacks: [slow, watch]);
        Assert.Equal((5, 5), (history.Epochs, watch.StoppedAfter));
    }

    [Fact]
    public void A_training_in_time_is_not_ended()
    {
        var seconds = 0.0;
        var watch = new BudgetWatch(budget: 100, closing: 5, () => seconds);
        var model = new Sequential { new Input(1), new Dense(1) };
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        var history = model.Fit(
            Dataset.From(new Tensor([1, 1], [1]), new Tensor([1, 1], [0])), 10, callbacks: [new LambdaCallback(onBatchEnd: _ => seconds += 9), watch]);
        Assert.Equal((10, (int?)null), (history.Epochs, watch.StoppedAfter));
    }

    [Fact]
    public void Folds_share_the_time()
    {
        var request = Request("1h") with { Folds = 5 };
        var budget = new TimeBudget(request, Photographs, Speed(0.005), () => 1);
        var (plan, speed) = budget.Fit(Usual(request, Photographs));
        var alone = Fit("12m", 0.005, Photographs).Plan;
        Assert.Equal(alone.InputShape, plan.InputShape);
        Assert.InRange(plan.Epochs, alone.Epochs, 1.1 * alone.Epochs);  // the images are read once
        Assert.InRange(budget.Duration(plan, speed), 0.9 * 3600, 0.971 * 3600);
    }

    /// <summary>Each of three trainings has 34 of the 102 seconds that may pass before the end, which takes 5.</summary>
    [Theory]
    [InlineData(9, 3)]
    [InlineData(15, 2)]
    public void Each_fold_may_take_its_share_of_the_time(double secondsOfAnEpoch, int epochs)
    {
        var seconds = 0.0;
        var watch = new BudgetWatch(budget: 100, closing: 5, () => seconds);
        var data = Dataset.From(new Tensor([1, 1], [1]), new Tensor([1, 1], [0]));
        for (var fold = 0; fold < 3; fold++)
        {
            var model = new Sequential { new Input(1), new Dense(1) };
            model.Compile(new Sgd(), Loss.MeanSquaredError);
            var slow = new LambdaCallback(onBatchEnd: _ => seconds += secondsOfAnEpoch);
            Assert.Equal(epochs, model.Fit(data, 3, callbacks: [slow, watch.ForFold(fold, 3)]).Epochs);
        }
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("1h30m", 5400)]
    [InlineData("2h5s", 7205)]
    public void Durations_are_read(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
        Assert.Equal(text, text == "90s" ? "90s" : Durations.Short(duration));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("m")]
    [InlineData("0s")]
    [InlineData("30m1h")]
    [InlineData("1.5h")]
    [InlineData("-1m")]
    [InlineData("10 m")]
    public void Other_text_is_no_duration(string text) => Assert.False(Durations.TryParse(text, out _));

    private static (TimeBudget Budget, TrainingPlan Plan, TrainingSpeed Speed) Fit(string time, double secondsPerImage, ImageSurvey survey, double elapsed = 1)
    {
        var request = Request(time);
        var budget = new TimeBudget(request, survey, Speed(secondsPerImage), () => elapsed);
        var (plan, speed) = budget.Fit(Usual(request, survey));
        return (budget, plan, speed);
    }

    private static TrainRequest Request(string time)
    {
        Assert.True(Durations.TryParse(time, out var duration));
        return new TrainRequest("photos") { Time = duration };
    }

    /// <summary>A machine that needs a time for an image of 128 × 128 pixels, and as much more as there are more pixels after the first convolution.</summary>
    private static Func<TrainingPlan, TrainingSpeed> Speed(double secondsPerImage) => plan =>
    {
        var pixels = plan.InputShape![0] * plan.InputShape[1] / (plan.InputShape[0] > 72 ? 4.0 : 1);
        var seconds = secondsPerImage * pixels / (64 * 64);
        return new TrainingSpeed(seconds, seconds / 3);
    };

    private static TrainingPlan Usual(TrainRequest request, ImageSurvey survey) =>
        SmallNetworkPlan.Decide(request, new ClassificationTask(new TrainRequest("photos"), new DrawnDigitSource()), survey);
}
