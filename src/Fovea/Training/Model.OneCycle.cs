namespace Fovea;

/// <content>Training with one cycle of the learning rate.</content>
public partial class Model
{
    /// <summary>
    /// Trains with one cycle of the learning rate, as fastai's <c>fit_one_cycle</c>: the rate rises from <paramref name="maxLearningRate"/> /
    /// <paramref name="div"/> to <paramref name="maxLearningRate"/> and falls to <paramref name="maxLearningRate"/> / <paramref name="divFinal"/>, each along
    /// half a cosine wave, while the momentum falls and rises (Smith and Topin 2017). <see cref="OneCycle"/> has the formula. The optimizer's own schedule
    /// and momentum are used again afterwards. Each call is a new cycle. If the optimizer averages the weights, <see cref="UpdateBatchNormalization"/> is
    /// called at the end, and the averages are evaluated (<see cref="History.Final"/>).
    /// </summary>
    /// <remarks>
    /// <code>
    /// model.Compile(new AdamW(weightDecay: 0.05), Loss.SparseCategoricalCrossentropy, new Accuracy());
    /// model.FitOneCycle(train, epochs: 20, maxLearningRate: 3e-3, validation: validation);
    /// </code>
    /// The momentum is β₁ of <see cref="Adam"/> and <see cref="AdamW"/>, and the momentum of <see cref="Sgd"/>. That of other optimizers stays constant;
    /// <see cref="History.Notes"/> reports it.
    /// </remarks>
    /// <param name="data">The samples to learn from.</param>
    /// <param name="epochs">The number of passes over the data, at least 1.</param>
    /// <param name="maxLearningRate">The highest learning rate; <see cref="LearningRateFinder"/> helps to find it.</param>
    /// <param name="batchSize">The number of samples per step of the optimizer.</param>
    /// <param name="validation">Samples to evaluate the model on after each epoch.</param>
    /// <param name="pctStart">The share of the steps in which the rate rises; above 0 and below 1.</param>
    /// <param name="div">The ratio of the highest to the first rate; at least 1.</param>
    /// <param name="divFinal">The ratio of the highest to the last rate; at least <paramref name="div"/>.</param>
    /// <param name="momentums">
    /// The momentum at the beginning, at the highest rate and at the end, each from 0 to below 1; 0.95, 0.85 and 0.95 by default. Three equal values are a
    /// constant momentum.
    /// </param>
    /// <param name="shuffle">Whether the order of the samples is random.</param>
    /// <param name="callbacks">Objects that watch or steer the training.</param>
    /// <param name="stepsPerEpoch">The number of batches of an epoch, which streams need; null for one pass over the data in each epoch.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the progress, at most ten times a second and at the end of each epoch.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="ArgumentException">
    /// A number is outside its range, momentums are given for an optimizer without momentum, or the number of steps is unknown.
    /// </exception>
    /// <inheritdoc cref="Fit" path="/exception"/>
    public History FitOneCycle(
        Dataset data, int epochs, double maxLearningRate, int batchSize = 32, Dataset? validation = null, double pctStart = 0.25, double div = 25,
        double divFinal = 1e5, (double First, double Lowest, double Last)? momentums = null, bool shuffle = true, IReadOnlyList<Callback>? callbacks = null,
        int? stepsPerEpoch = null, Verbosity verbose = default, IProgress<FitProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        epochs.AtLeast(1, nameof(FitOneCycle), nameof(epochs));
        batchSize.AtLeast(1, nameof(FitOneCycle), nameof(batchSize));
        maxLearningRate.AboveZero(nameof(FitOneCycle), nameof(maxLearningRate));
        div.AtLeast(1, nameof(FitOneCycle), nameof(div));
        if (!(divFinal >= div)) throw ArgumentRules.Wrong(nameof(FitOneCycle), nameof(divFinal), $"at least div, {div}", divFinal);
        var steps = TotalSteps(data, epochs, batchSize, stepsPerEpoch);
        var cycle = new OneCycle(maxLearningRate, steps, pctStart, div, divFinal / div);
        var (first, lowest, last) = momentums ?? (0.95, 0.85, 0.95);
        first.Rate(nameof(FitOneCycle), nameof(momentums));
        lowest.Rate(nameof(FitOneCycle), nameof(momentums));
        last.Rate(nameof(FitOneCycle), nameof(momentums));
        var optimizer = RequireTrainer().Optimizer;
        var hasMomentum = optimizer.ConstantMomentum is not null;
        if (momentums is not null && !hasMomentum)
            throw new ArgumentException(
                $"FitOneCycle: expected Adam, AdamW or Sgd with a momentum for momentums; the optimizer is {optimizer.GetType().Name}, whose momentum cannot "
                    + "change. Leave momentums out.",
                nameof(momentums));
        var (schedule, before) = (optimizer.Schedule, optimizer.Iterations);
        try
        {
            optimizer.Schedule = before == 0 ? cycle : new ShiftedSchedule(cycle, before);
            if (hasMomentum)
                optimizer.MomentumSchedule = new ShiftedSchedule(new OneCycleMomentum(first, lowest, last, steps, pctStart), optimizer.Updates(before));
            var history = FitEpochs(
                data, epochs, batchSize, validation, shuffle, callbacks, stepsPerEpoch, validationSteps: null, verbose, progress, cancellationToken);
            if (HasStaleStatistics(optimizer)) UpdateBatchNormalization(data, batchSize, cancellationToken);
            if (validation is not null && history.Epochs > 0 && optimizer.EndsWithAverages)
                history.AddFinal(
                    Evaluate(validation, verbose: 0, cancellationToken: cancellationToken),
                    values => $"The weights are averages now:{values}. The validation values of the epochs are those of the weights before.");
            if (!hasMomentum) history.Note($"The momentum of {optimizer.GetType().Name} is constant: only Adam, AdamW and Sgd with a momentum change it.");
            return history;
        }
        finally
        {
            (optimizer.Schedule, optimizer.MomentumSchedule) = (schedule, null);
        }
    }

    private static int TotalSteps(Dataset data, int epochs, int batchSize, int? stepsPerEpoch)
    {
        if (stepsPerEpoch is null && data.KnownCount is null)
            throw new ArgumentException(
                "FitOneCycle: expected the number of batches of an epoch, as in stepsPerEpoch: 100, since the data set is a stream of unknown length.",
                nameof(stepsPerEpoch));
        var steps = (long)epochs * (stepsPerEpoch ?? Math.Max(1, (data.KnownCount!.Value + batchSize - 1) / batchSize));
        return steps <= int.MaxValue
            ? (int)steps
            : throw ArgumentRules.Wrong(nameof(FitOneCycle), nameof(epochs), $"so few that there are at most {int.MaxValue} steps", steps);
    }
}
