namespace Fovea.Tests.Training;

/// <summary><see cref="Model.FitOneCycle"/> compared with fastai's formulas (callback/schedule.py) in float64.</summary>
public class FitOneCycleTests
{
    private const int Steps = 40;

    [Fact]
    public void The_rate_rises_to_the_maximum_and_falls_along_cosines()
    {
        var rates = new List<double>();
        var model = Line(new Sgd(0.5));
        model.FitOneCycle(
            Data(Steps), 1, 0.02, batchSize: 1, callbacks: [new LambdaCallback(onBatchEnd: progress => rates.Add(progress.Model.Optimizer!.LearningRate))]);

        // After a batch the rate is that of the next step; PyTorch's positions: the maximum at 0.25 · 40 − 1.
        for (var step = 1; step < Steps; step++)
            Assert.Equal(step < 9 ? Cosine(0.02 / 25, 0.02, step / 9.0) : Cosine(0.02, 0.02 / 1e5, (step - 9) / 30.0), rates[step - 1], 1e-8);
        Assert.Equal(0.5, model.Optimizer!.LearningRate);
    }

    /// <summary>One weight w, the loss w², its gradient 2w: the formula of the optimizer in float64 with the momentum of each step.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_momentum_falls_and_rises(bool isAdam)
    {
        var model = Line(isAdam ? new AdamW(0.5, weightDecay: 0) : new Sgd(0.5, momentum: 0.7));
        model.FitOneCycle(Data(Steps), 1, 0.02, batchSize: 1, momentums: (0.95, 0.8, 0.9));
        double w = 1, m = 0, v = 0;
        for (var step = 0; step < Steps; step++)
        {
            var (rate, momentum) = step < 9
                ? (Cosine(0.02 / 25, 0.02, step / 9.0), Cosine(0.95, 0.8, step / 9.0))
                : (Cosine(0.02, 0.02 / 1e5, (step - 9) / 30.0), Cosine(0.8, 0.9, (step - 9) / 30.0));
            var gradient = 2 * w;
            if (isAdam)
            {
                m = (momentum * m) + ((1 - momentum) * gradient);
                v = (0.999 * v) + (0.001 * gradient * gradient);
                var (mean, square) = (m / (1 - Math.Pow(momentum, step + 1)), v / (1 - Math.Pow(0.999, step + 1)));
                w -= rate * mean / (Math.Sqrt(square) + (1e-7 / Math.Sqrt(1 - Math.Pow(0.999, step + 1))));
            }
            else
            {
                m = (momentum * m) - (rate * gradient);
                w += m;
            }
        }

        Assert.Equal(w, model.Weights[0].Values[0], 2e-5);
        Assert.Null(model.Optimizer!.MomentumSchedule);
    }

    [Fact]
    public void A_second_call_is_a_new_cycle()
    {
        var model = Line(new Sgd(0.5));
        model.Fit(Data(3), 1, batchSize: 1);
        var rates = new List<double>();
        model.FitOneCycle(
            Data(Steps), 1, 0.02, batchSize: 1, div: 10,
            callbacks: [new LambdaCallback(onEpochBegin: progress => rates.Add(progress.Model.Optimizer!.LearningRate))]);
        Assert.Equal(0.002, Assert.Single(rates), 1e-8);
    }

    [Fact]
    public void Equal_momentums_are_those_of_Fit()
    {
        var cycle = new OneCycle(0.02, 2 * 5, 0.25, 25, 1e5 / 25);
        var (one, other) = (Line(new Adam(0.1)), Line(new Adam(cycle)));
        one.FitOneCycle(Data(5), 2, 0.02, batchSize: 1, momentums: (0.9, 0.9, 0.9));
        other.Fit(Data(5), 2, batchSize: 1);
        Assert.Equal(other.Weights[0].Values.ToArray(), one.Weights[0].Values.ToArray());
    }

    [Fact]
    public void The_weights_of_an_interrupted_cycle_are_those_of_a_whole_one()
    {
        using var folder = new Fovea.Tests.Data.TemporaryFolder();
        var path = Path.Combine(folder.Path, "state");
        var whole = Line(new Adam(0.1));
        whole.FitOneCycle(Data(5), 4, 0.02, batchSize: 2);
        var halted = Line(new Adam(0.1));
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => halted.FitOneCycle(
            Data(5), 4, 0.02, batchSize: 2,
            callbacks: [new BackupAndRestore(path), new LambdaCallback(onEpochBegin: progress => Stop(progress, stop))], cancellationToken: stop.Token));
        var resumed = Line(new Adam(0.1));
        resumed.FitOneCycle(Data(5), 4, 0.02, batchSize: 2, callbacks: [new BackupAndRestore(path), new LambdaCallback(onEpochBegin: _ => { })]);
        Assert.Equal(whole.Weights[0].Values.ToArray(), resumed.Weights[0].Values.ToArray());

        static void Stop(TrainingProgress progress, CancellationTokenSource stop)
        {
            if (progress.Epoch == 3) stop.Cancel();
        }
    }

    [Fact]
    public void The_momentum_of_other_optimizers_is_constant_and_a_note_says_so()
    {
        var history = Line(new RmsProp(0.1)).FitOneCycle(Data(2), 1, 0.02);
        Assert.Contains("The momentum of RmsProp is constant: only Adam, AdamW and Sgd with a momentum change it.", history.Notes);
        var error = Assert.Throws<ArgumentException>(() => Line(new RmsProp(0.1)).FitOneCycle(Data(2), 1, 0.02, momentums: (0.9, 0.8, 0.9)));
        Assert.Equal(
            "FitOneCycle: expected Adam, AdamW or Sgd with a momentum for momentums; the optimizer is RmsProp, whose momentum cannot change. Leave momentums "
                + "out. (Parameter 'momentums')",
            error.Message);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var model = Line(new Sgd(0.1, momentum: 0.9));
        AssertRefused("FitOneCycle: epochs must be at least 1; received 0. (Parameter 'epochs')", () => model.FitOneCycle(Data(2), 0, 0.1));
        AssertRefused(
            "FitOneCycle: divFinal must be at least div, 25; received 10. (Parameter 'divFinal')", () => model.FitOneCycle(Data(2), 1, 0.1, divFinal: 10));
        AssertRefused(
            "OneCycle: pctStart must be above 0 and below 1; received 1. (Parameter 'pctStart')", () => model.FitOneCycle(Data(2), 1, 0.1, pctStart: 1));
        AssertRefused(
            "FitOneCycle: expected the number of batches of an epoch, as in stepsPerEpoch: 100, since the data set is a stream of unknown length. (Parameter "
                + "'stepsPerEpoch')",
            () => model.FitOneCycle(Dataset.From(Stream()), 1, 0.1));

        static void AssertRefused(string expected, Action call) => Assert.Equal(expected, Assert.ThrowsAny<ArgumentException>(call).Message);
    }

    /// <summary>fastai's SchedCos.</summary>
    private static double Cosine(double start, double end, double position) => start + ((1 + Math.Cos(Math.PI * (1 - position))) * (end - start) / 2);

    private static IEnumerable<(Tensor Input, Tensor Target)> Stream()
    {
        yield return (new Tensor([1], [1]), new Tensor([1], [0]));
    }

    private static Sequential Line(Optimizer optimizer)
    {
        var model = new Sequential { new Input(1), new Dense(1) { UseBias = false, KernelInitializer = Initializer.Ones } };
        model.Compile(optimizer, Loss.MeanSquaredError);
        return model;
    }

    private static Dataset Data(int count) => Dataset.From(new Tensor([count, 1], [.. Enumerable.Repeat(1f, count)]), new Tensor([count, 1], new float[count]));
}
