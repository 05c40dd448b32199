namespace Fovea;

/// <summary>
/// Finds a good learning rate: trains a model while the rate rises from batch to batch, and records the loss, which falls slowly at first, then fast, then
/// rises (Smith 2015, section 3.3; fastai's <c>lr_find</c>). Afterwards the model and its optimizer are restored bit for bit.
/// </summary>
public static class LearningRateFinder
{
    /// <summary>The search ends when the running mean of the loss is this many times its minimum, as in fastai.</summary>
    private const double Divergence = 4;

    /// <summary>The share of the running mean that is kept in each step.</summary>
    private const double Smoothness = 0.9;

    /// <summary>Trains with rising rates, then restores the model.</summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="data">The training data, repeated as often as the steps need.</param>
    /// <param name="startLearningRate">The rate of the first step, above 0.</param>
    /// <param name="endLearningRate">The rate of the last step, above the first.</param>
    /// <param name="steps">The number of rates, at least 20, in a geometric sequence.</param>
    /// <param name="batchSize">The batch size. Use that of training, since the best rate depends on it.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="cancellationToken">Stops after the current batch; the model is restored then too.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled, or trained or evaluated on another thread.</exception>
    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    /// <exception cref="TrainingException">The data are not finite, or the loss is not finite already at the first rates.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static LearningRateSearch Run(
        Model model, Dataset data, double startLearningRate = 1e-6, double endLearningRate = 10, int steps = 100, int batchSize = 32,
        Verbosity verbose = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var start = startLearningRate.AboveZero(nameof(LearningRateFinder), nameof(startLearningRate));
        var end = endLearningRate.AboveZero(nameof(LearningRateFinder), nameof(endLearningRate));
        if (end <= start) throw ArgumentRules.Wrong(nameof(LearningRateFinder), nameof(endLearningRate), $"above startLearningRate, {start}", end);
        steps.AtLeast(20, nameof(LearningRateFinder), nameof(steps));
        batchSize.AtLeast(1, nameof(LearningRateFinder), nameof(batchSize));

        var trainer = model.RequireTrainer();
        using var claim = model.Begin(WeightUse.Training, nameof(LearningRateFinder));
        trainer.Renew();
        var (before, schedule) = (new TrainingSnapshot(trainer), trainer.Optimizer.Schedule);
        before.Take();
        var rise = new Rise(start, end, steps, trainer.Steps);
        using var progress = StepProgress.Begin(model.Shown(verbose), null, steps, batchSize: 1, "learning rates");
        var recorder = new Recorder(rise, progress);
        try
        {
            trainer.Optimizer.Schedule = rise;
            FitLoop loop = null!;
            model.Together(() => loop = new FitLoop(
                trainer, new(data, Epochs: 1, batchSize, Validation: null, Shuffle: true, [recorder], cancellationToken) { StepsPerEpoch = steps }));
            loop.Run();
        }
        catch (TrainingException error) when (error.IsDivergence && recorder.Losses.Count >= steps / 4)
        {
            // The loss is no longer finite: higher rates are too high.
        }
        finally
        {
            data.Close();
            trainer.Optimizer.Schedule = schedule;
            before.Restore();
        }

        progress?.Finish();

        return new LearningRateSearch([.. recorder.Losses.Select((_, i) => rise.Of(i))], recorder.Losses);
    }

    /// <summary>A geometric sequence of rates.</summary>
    private sealed class Rise(double start, double end, int steps, long first) : LearningRateSchedule
    {
        public int Steps => steps;

        public override double At(long step) => Of(step - first);

        public double Of(long index) => start * Math.Pow(end / start, (double)index / (steps - 1));
    }

    /// <summary>Records the loss of each step and ends the training.</summary>
    private sealed class Recorder(Rise rise, StepProgress? steps) : Callback
    {
        private double mean;
        private double lowest = double.PositiveInfinity;

        public List<double> Losses { get; } = [];

        public override void OnBatchEnd(TrainingProgress progress)
        {
            Losses.Add(progress.BatchLoss);
            steps?.Add(1);
            mean = (Smoothness * mean) + ((1 - Smoothness) * progress.BatchLoss);
            var corrected = mean / (1 - Math.Pow(Smoothness, Losses.Count));  // since the mean starts at 0
            lowest = Math.Min(lowest, corrected);
            if (Losses.Count == rise.Steps || (Losses.Count > rise.Steps / 10 && corrected > Divergence * lowest)) progress.Stop = true;
        }
    }
}
