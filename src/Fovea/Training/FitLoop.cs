using System.Globalization;
using System.Numerics.Tensors;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The arguments of a training.</summary>
internal sealed record FitArguments(
    Dataset Data, int Epochs, int BatchSize, Dataset? Validation, bool Shuffle, IReadOnlyList<Callback> Callbacks, CancellationToken CancellationToken,
    FitReport? Report = null)
{
    /// <summary>The number of batches of an epoch; null for one pass over the data.</summary>
    public int? StepsPerEpoch { get; init; }
}

/// <summary>One training: its epochs and batches, its callbacks and its history.</summary>
internal sealed class FitLoop
{
    private readonly Trainer trainer;
    private readonly FitArguments arguments;
    private readonly Dataset data;
    private readonly ExpectedData expected;
    private readonly EpochValidation validation;
    private readonly Dataset? validationData;
    private readonly int weightCount;
    private readonly BatchTraining training;
    private readonly History history = new();
    private readonly TrainingProgress progress;
    private readonly MeanLosses losses;
    private readonly CallbackList callbacks;
    private readonly FitReport? report;
    private readonly EpochClock clock = new();
    private TimeSpan countedWait;
    private TrainingSnapshot good;

    /// <summary>The number of epochs of the trainings before this one.</summary>
    private int firstPass;

    /// <param name="trainer">The compiled model.</param>
    /// <param name="arguments">The data, and how to go through them.</param>
    /// <param name="note">A note for the history, if any.</param>
    public FitLoop(Trainer trainer, FitArguments arguments, string? note = null)
    {
        this.trainer = trainer;
        this.arguments = arguments;
        if (note is not null) history.Note(note);
        Renew();
        expected = trainer.ExpectedInTraining(arguments.Data);
        data = expected.Matching(arguments.Data, history);
        if (expected.MissingClassesNote(data) is { } missing) history.Note(missing);
        validationData = arguments.Validation is { } given ? trainer.Expected(given).Matching(given, history) : null;
        validation = new EpochValidation(trainer, arguments, validationData);
        weightCount = expected.WeightCount(data);
        training = CreateTraining();
        if (arguments.Epochs > 0) training.Compile();  // fails now if memory does not suffice
        progress = new TrainingProgress(
            trainer.Model, history, arguments.Epochs, training.Batches, training.Samples, trainer.Metrics,
            MeasuredNames.Of(trainer.Objectives, validationData is not null));
        history.TakeDirections(progress.Measured);
        IEnumerable<Layer> layers = trainer.Model.Augmentation is { } augmentation ? [augmentation, .. trainer.Model.Leaves] : trainer.Model.Leaves;
        history.TrainingOnlyLayers = [.. layers.Where(layer => layer.ActsOnlyInTraining).Select(layer => layer.ClassName).Distinct()];
        losses = new MeanLosses(trainer.Objectives.Count);
        NoteSize(epoch: 1);
        report = arguments.Report;
        callbacks = new CallbackList(report is null ? arguments.Callbacks : [report, .. arguments.Callbacks], progress);
        if (report is not null) report.Values = Measured;
        good = new TrainingSnapshot(trainer);
    }

    /// <summary>Trains until the last epoch is done, a callback stops the training, or it fails. The callbacks that have begun are ended in any case.</summary>
    public History Run()
    {
        var stepsBefore = trainer.Steps;
        var operation = Operation.Begin("fovea.fit", trainer.Model.Name);
        operation.Set("fovea.batch_size", arguments.BatchSize);
        operation.Set("fovea.epochs", arguments.Epochs);
        try
        {
            TrainingFingerprint.Require(trainer, arguments, data, validationData);
            callbacks.Begin(new TrainingState(trainer, progress, losses, callbacks.All, training.ShardMetrics));
            TrainEpochs();
        }
        catch (TrainingException error) when (error.IsDivergence && callbacks.EndQuietly())
        {
            // A callback wants no error: the model is as it last was good, and the history ends here.
        }
        catch (Exception error)
        {
            progress.Failure = error;
            operation.HasFailed(error);
            throw;
        }
        finally
        {
            if (trainer.Steps > stepsBefore)
            {
                trainer.TakeAverages();
                trainer.Model.Temperature = null;
            }

            callbacks.End();
        }

        if (trainer.Steps > stepsBefore) EqualWeights.Require(progress);
        if (!trainer.Optimizer.EndsWithAverages) validation.Finish(progress);  // FitOneCycle measures averages, after UpdateBatchNormalization
        operation.End();
        return history;
    }

    private void TrainEpochs()
    {
        var first = progress.FinishedEpochs + 1;
        if (first > progress.Epochs || progress.IsStopped) return;
        firstPass = trainer.Epochs - progress.FinishedEpochs;
        using var reading = training;
        progress.Agreement.Together(() => training.Begin(
            new SampleChecks(expected.FindFault, weightCount, expected.IgnoredClass), progress.FinishedEpochs, progress.FinishedBatches));
        for (var epoch = first; epoch <= progress.Epochs && !progress.IsStopped; epoch++)
        {
            var operation = Operation.Begin("fovea.epoch", trainer.Model.Name);
            operation.Set("fovea.epoch", epoch);
            try
            {
                if (!TrainEpoch(epoch)) break;
            }
            catch (Exception error) when (operation.HasFailed(error))
            {
                throw;
            }
            finally
            {
                operation.End();
            }
        }
    }

    /// <summary>Trains for an epoch and measures it.</summary>
    /// <returns>Whether the epoch was done, and not stopped midway by a callback.</returns>
    private bool TrainEpoch(int epoch)
    {
        (progress.Epoch, progress.IsEpochDone) = (epoch, false);
        progress.Agreement.Together(Prepare);
        clock.Begin(training.Waited, progress.FinishedBatches == 0 ? 0 : losses.Seen);
        var isWhole = TrainBatches();
        clock.EndTraining(training.Waited, losses.Seen);
        EqualWeights.Require(progress);
        if (!trainer.Model.Weights.All(weight => TensorPrimitives.IsFiniteAll(weight.Values))) throw Diverged("The weights were no longer finite");
        if (!isWhole) return false;
        trainer.Epochs++;
        (progress.Batches, progress.IsEpochDone) = (training.Batches, true);
        training.CompleteMetrics();
        if (epoch < progress.Epochs) training.BeginNext();  // reads its first batches while this epoch is evaluated
        Measure();
        history.Add(clock.End(trainer.Optimizer.Schedule.At(trainer.Steps - 1), isValidated: validationData is not null));
        CountEpoch();
        callbacks.EndEpoch();
        return true;
    }

    private void CountEpoch()
    {
        var model = Telemetry.Model(trainer.Model.Name);
        Telemetry.Epochs.Add(1, model);
        if (!Telemetry.EpochMetric.Enabled) return;
        foreach (var name in history.Names) Telemetry.EpochMetric.Record(history[name][^1], model, Telemetry.Metric(name));
    }

    /// <summary>Takes up changed settings of layers, compiles the batch sizes of the epoch, and copies the weights.</summary>
    private void Prepare()
    {
        foreach (var callback in callbacks.All) callback.PrepareEpoch(progress);
        if (Renew()) good = new TrainingSnapshot(trainer);
        NoteSize(progress.Epoch);

        // All are compiled now, so that a layer that is frozen within the epoch is frozen from the next epoch on, at any batch size.
        training.Compile();
        good.Take();
    }

    /// <summary>Trains on each batch of an epoch, or on those that a restored backup has left.</summary>
    /// <returns>Whether the epoch was done, and not stopped midway by a callback.</returns>
    private bool TrainBatches()
    {
        var isNew = progress.FinishedBatches == 0;
        if (isNew)
        {
            training.ResetMetrics();
            losses.Reset();
        }

        (progress.Batch, progress.SamplesSeen, progress.Loss) = (progress.FinishedBatches, losses.Seen, losses.Seen == 0 ? 0 : losses.Total);
        if (isNew) callbacks.BeginEpoch();
        var isLast = progress.IsStopped;
        var waitedBefore = training.Waited;
        while (training.TrainNext(arguments.CancellationToken) is { } batch)
        {
            Count(batch);
            if (report is not null) report.Waited = training.Waited - waitedBefore;
            if (Telemetry.DataWait.Enabled) CountWait();
            callbacks.EndBatch();
            if (progress.IsStopped && !isLast && progress.Batch != progress.Batches) return false;
        }

        progress.FinishedBatches = 0;
        return true;
    }

    private void CountWait()
    {
        Telemetry.DataWait.Add((training.Waited - countedWait).TotalSeconds, Telemetry.Model(trainer.Model.Name));
        countedWait = training.Waited;
    }

    private void Count(BatchLosses batch)
    {
        progress.Batch++;
        progress.BatchLoss = batch.Loss;
        if (!float.IsFinite(batch.Loss)) throw Diverged(string.Create(CultureInfo.InvariantCulture, $"The loss became {batch.Loss}"));
        if (progress.Batch == progress.FinishedBatches + 1) good.Confirm();
        losses.Add(batch);
        (progress.SamplesSeen, progress.Loss) = (losses.Seen, losses.Total);
    }

    /// <summary>Adds an epoch to the history: its losses and metrics, and those of the validation data.</summary>
    private void Measure()
    {
        foreach (var (name, value) in Measured()) history.Add(name, value);
        validation.Measure(progress);
    }

    /// <summary>The losses and metrics over the epoch so far, in the order of the history.</summary>
    private KeyValuePair<string, double>[] Measured() =>
        [KeyValuePair.Create("loss", progress.Loss), .. losses.Values(trainer.Objectives).Select(entry => KeyValuePair.Create(entry.Name, entry.Value))];

    private BatchTraining CreateTraining()
    {
        var (batchSize, steps) = (arguments.BatchSize, arguments.StepsPerEpoch);
        var stream = data is StreamDataset endless ? new StreamEpochs(endless, batchSize, steps, arguments.CancellationToken) : null;
        if (trainer.Model.Distribution is not { } distribution)
        {
            return new WholeBatchTraining(
                trainer, stream ?? (EpochBatches)new IndexedEpochs(data, batchSize, steps, pass => Order(data.Count, pass)), weightCount, expected.Size);
        }

        ShardBatches shards = stream is not null ? new StreamShards(stream, distribution) : new IndexedShards(
            data is PartitionedDataset parts
                ? new PassOfParts(parts, distribution, batchSize, Order)
                : new PassInOrder(data, distribution, batchSize, (count, pass) => Order(count, pass)),
            distribution, steps);
        return new ShardedTraining(trainer, distribution, shards, weightCount, expected.Size);
    }

    private bool Renew()
    {
        if (trainer.Renew() is not { } renewed) return false;
        history.Note(renewed);
        return true;
    }

    /// <summary>Reports the size of the images that the network is trained on, where it is not the size that the model takes.</summary>
    private void NoteSize(int epoch)
    {
        if (validation.TrainOn(epoch, trainer.OtherSize(expected.Size)) is { } note) history.Note(note);
    }

    /// <summary>
    /// The order of the samples in a pass, a function of the model's seed and the number of all passes; of a part of the data also of its number.
    /// </summary>
    private int[] Order(int count, int pass, int part = 0)
    {
        var order = BatchSource.InOrder(count);
        if (arguments.Shuffle) new RandomNumbers(trainer.Model.Seed, stream: firstPass + pass + 1L + ((long)part << 32)).Shuffle<int>(order);
        return order;
    }

    private string OfAll => progress.Batches is { } all ? string.Create(CultureInfo.InvariantCulture, $" of {all}") : "";

    private TrainingException Diverged(string what)
    {
        var finished = good.Restore();
        var since = finished == 0 ? "before training" : string.Create(CultureInfo.InvariantCulture, $"after epoch {finished}");
        return new TrainingException(string.Create(CultureInfo.InvariantCulture,
            $"{what} at epoch {progress.Epoch}, batch {progress.Batch}{OfAll}; the model is again as it was {since}. A smaller learning rate "
                + $"than {(float)trainer.Optimizer.LearningRate} often helps."))
        { IsDivergence = true };
    }
}
