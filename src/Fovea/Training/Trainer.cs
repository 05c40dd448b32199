using System.Globalization;
using System.Numerics.Tensors;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>The training of one compiled model: its optimizer's state and the loops over epochs and batches.</summary>
internal sealed partial class Trainer
{
    /// <summary>How many batch sizes are remembered: as a rule two, of which the second is that of the last batch.</summary>
    private const int MostBatchSizes = 4;

    private readonly Model model;
    private readonly RecentlyUsed<(int BatchSize, int WeightCount), ModelStep> trainingSteps = new(MostBatchSizes);
    private readonly RecentlyUsed<(int BatchSize, int WeightCount), ModelStep> evaluationSteps = new(MostBatchSizes);
    private readonly Dictionary<Variable, TrainedWeight> known = [];
    private readonly Lock evaluating = new();
    private UserSettings[] settings;
    private UserSettings[] evaluationSettings;
    private PlanMemory memory = new();
    private long? memoryLimit;

    public Trainer(Model model, Optimizer optimizer, IReadOnlyList<OutputObjective> objectives)
    {
        this.model = model;
        Optimizer = optimizer;
        Objectives = objectives;
        settings = evaluationSettings = UserSettings.Of(model);
        Weights = WeightsNow();

        // Shows now, not at the first batch, whether the losses take the model's outputs.
        _ = EvaluationStep(1, weightCount: 0);
        Steps = 0;
    }

    public Model Model => model;

    public Optimizer Optimizer { get; }

    public IReadOnlyList<OutputObjective> Objectives { get; }

    public IReadOnlyList<Metric> Metrics => [.. Objectives.SelectMany(objective => objective.Metrics)];

    /// <summary>The weights that training changes, as the layers were when it last began.</summary>
    public IReadOnlyList<TrainedWeight> Weights
    {
        get;
        private set
        {
            (field, before) = (value, null);
            foreach (var weight in value) known[weight.Variable] = weight;
        }
    }

    /// <summary>Everything that training changes: the model's weights, and what the optimizer keeps for them.</summary>
    public IEnumerable<Variable> Variables => [.. model.Weights.Select(weight => weight.Variable), .. Weights.SelectMany(weight => weight.Slots)];

    /// <summary>How many batches were trained on.</summary>
    public long Steps
    {
        get;
        set => Optimizer.Iterations = field = value;
    }

    /// <summary>How many epochs were finished; it decides the order of the samples in the next.</summary>
    public int Epochs { get; set; }

    /// <summary>Says whose the optimizer and the metrics are, which keep what they count.</summary>
    public void Own(Model? owner)
    {
        Optimizer.Owner = owner;
        foreach (var metric in Metrics) metric.Owner = owner;
    }

    /// <summary>The weights that training would change as the layers are now, with the slots of those that it changed before.</summary>
    public IReadOnlyList<TrainedWeight> WeightsNow() =>
    [
        .. from layer in model.Leaves
           where layer.Trainable
           from weight in layer.OwnWeights
           where weight.Trainable
           select known.TryGetValue(weight.Variable, out var before) ? before.At(layer.LearningRateMultiplier) : TrainedWeight.Of(Optimizer, layer, weight),
    ];

    /// <summary>Compiles again if layers were frozen, thawed or given another rate since, and says so in a sentence; the optimizer's slots are kept.</summary>
    public string? Renew()
    {
        var now = UserSettings.Of(model);
        if (now.SequenceEqual(settings)) return null;
        var before = Weights;
        (settings, Weights) = (now, WeightsNow());
        ForgetSteps();
        var kept = Weights.Count(weight => before.Any(other => other.Variable == weight.Variable));
        return Weights.Count == before.Count && kept == before.Count
            ? $"'{model.Name}' was compiled again, since settings of its layers were changed after Compile; the optimizer's state was kept."
            : $"'{model.Name}' was compiled again, since layers were frozen or thawed after Compile: {Weights.Count} weights are trained now, {before.Count} "
                + $"were before; the optimizer's state of the {kept} that stay was kept.";
    }

    public History Fit(
        Dataset data, int epochs, int batchSize, Dataset? validation, bool shuffle, IReadOnlyList<Callback> callbacks, CancellationToken cancellationToken,
        string? note = null)
    {
        var history = new History();
        if (note is not null) history.Note(note);
        if (Renew() is { } renewed) history.Note(renewed);
        data = Fitting(data, history);
        if (validation is not null) validation = Fitting(validation, history);
        if (epochs > 0) TrainingStep(Math.Min(batchSize, data.Count), WeightCount(data));  // tells now whether its memory suffices
        var batches = (data.Count + batchSize - 1) / batchSize;
        var progress = new TrainingProgress(model, history, epochs, batches, data.Count, Metrics, MeasuredNames.Of(Objectives, validation is not null));
        var losses = new MeanLosses(Objectives.Count);
        var good = new Snapshot(this);
        var backups = callbacks.OfType<BackupAndRestore>().ToList();
        callbacks = [.. callbacks.Except(backups), .. backups];  // a backup holds what the others remember
        var stepsBefore = Steps;
        using var course = new CallbackCourse(callbacks, progress);
        try
        {
            course.Begin();
            foreach (var backup in backups) backup.Begin(new TrainingState(this, progress, losses, callbacks));
            Train(data, batchSize, validation, shuffle, callbacks, progress, losses, good, cancellationToken);
        }
        catch (TrainingException error) when (error.IsDivergence && callbacks.OfType<TerminateOnNaN>().FirstOrDefault() is { } terminate)
        {
            terminate.Terminated = true;
        }
        catch (Exception error)
        {
            progress.Failure = error;
            throw;
        }
        finally
        {
            if (Steps > stepsBefore) TakeAverages();
            course.End();
        }

        return history;
    }

    private void TakeAverages()
    {
        using var pass = model.WriteWeights();
        foreach (var weight in Weights) weight.TakeAverage();
    }

    private void Train(
        Dataset data, int batchSize, Dataset? validation, bool shuffle, IReadOnlyList<Callback> callbacks, TrainingProgress progress, MeanLosses losses,
            Snapshot good,
        CancellationToken cancellationToken)
    {
        var (history, epochs, first) = (progress.History, progress.Epochs, progress.FinishedEpochs + 1);
        using var reader = first <= epochs && !progress.Stop
            ? new BatchReader(
                data, Order(data, shuffle), batchSize, FindFault, firstBatch: progress.FinishedBatches, weightCount: WeightCount(data),
                ignoredClass: IgnoredClass)
            : null;
        for (var epoch = first; epoch <= epochs && !progress.Stop; epoch++)
        {
            progress.Epoch = epoch;
            if (Renew() is { } renewed)
            {
                history.Note(renewed);
                good = new Snapshot(this);
            }

            // Layers that are frozen in the midst of an epoch are so from the next one on, at every batch size.
            TrainingStep(Math.Min(batchSize, data.Count), WeightCount(data));
            if (data.Count > batchSize && data.Count % batchSize > 0) TrainingStep(data.Count % batchSize, WeightCount(data));
            good.Take();
            var whole = TrainEpoch(reader!, callbacks, progress, losses, good, cancellationToken);
            if (!model.Weights.All(weight => TensorPrimitives.IsFiniteAll<float>(weight.Values)))
                throw Diverged("The weights were no longer finite", progress, good);
            if (!whole) break;
            Epochs++;
            if (epoch < epochs) reader!.Begin(Order(data, shuffle));  // its first batches are read while the epoch is evaluated
            history.Add("loss", progress.Loss);
            foreach (var (name, value) in losses.Values(Objectives)) history.Add(name, value);
            if (validation is not null)
            {
                var result = Evaluate(validation, Math.Max(batchSize, model.BatchSizeOr(null)), cancellationToken);
                history.Add("val_loss", result.Loss);
                foreach (var (name, value) in result.Metrics) history.Add($"val_{name}", value);
            }

            foreach (var callback in callbacks) callback.OnEpochEnd(progress);
        }
    }

    public Evaluation Evaluate(Dataset data, int batchSize, CancellationToken cancellationToken)
    {
        data = Fitting(data);
        var fresh = FreshObjectives();
        var losses = new MeanLosses(fresh.Length);
        using var reader = new BatchReader(
            data, [.. Enumerable.Range(0, data.Count)], batchSize, FindFault, weightCount: WeightCount(data), ignoredClass: IgnoredClass);
        while (reader.Next() is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (evaluating)
            {
                var step = EvaluationStep(batch.Count, WeightCount(data));
                step.Read(batch);
                using (model.ReadWeights()) step.Run();
                losses.Add(step, batch.Count);
                AddMetrics(step, batch, fresh);
            }
        }

        return new Evaluation(losses.Total, losses.Values(fresh).ToDictionary(entry => entry.Name, entry => entry.Value), losses.Seen);
    }

    /// <summary>The objectives with metrics that have seen nothing.</summary>
    private OutputObjective[] FreshObjectives() =>
        [.. Objectives.Select(objective => objective with { Metrics = [.. objective.Metrics.Select(metric => metric.Fresh())] })];

    /// <summary>A step of training for one batch size, within the model's present memory limit.</summary>
    internal ModelStep TrainingStep(int batchSize, int weightCount = 0)
    {
        if (memoryLimit != model.MemoryLimit) ForgetSteps();
        memoryLimit = model.MemoryLimit;
        if (trainingSteps.TryGet((batchSize, weightCount), out var step)) return step;
        try
        {
            step = ModelStep.ForTraining(model.Topology, Objectives, Optimizer, Weights, batchSize, weightCount, memory, model.Prediction.Store, memoryLimit);
            trainingSteps.Add((batchSize, weightCount), step)?.Retire();
            return step;
        }
        catch (InsufficientMemoryException error)
        {
            throw new InsufficientMemoryException($"{model.Subject} cannot be trained in batches of {batchSize}. {error.Message}", error);
        }
    }

    private ModelStep EvaluationStep(int batchSize, int weightCount)
    {
        var now = UserSettings.Of(model);  // penalties are those of layers that are trained
        if (!now.SequenceEqual(evaluationSettings))
        {
            foreach (var old in evaluationSteps.Values) old.Retire();
            evaluationSteps.Clear();
            evaluationSettings = now;
        }

        if (evaluationSteps.TryGet((batchSize, weightCount), out var step)) return step;
        step = ModelStep.ForEvaluation(model.Topology, Objectives, batchSize, weightCount, memory, model.Prediction.Store);
        evaluationSteps.Add((batchSize, weightCount), step)?.Retire();
        return step;
    }

    /// <summary>Lets all steps and their memory go.</summary>
    private void ForgetSteps()
    {
        foreach (var step in trainingSteps.Values.Concat(evaluationSteps.Values)) step.Retire();
        trainingSteps.Clear();
        evaluationSteps.Clear();
        memory = new PlanMemory();
    }

    /// <summary>The order of the samples in the next epoch.</summary>
    private int[] Order(Dataset data, bool shuffle)
    {
        var order = Enumerable.Range(0, data.Count).ToArray();
        if (shuffle) new RandomNumbers(model.Seed, stream: (ulong)Epochs + 1).Shuffle<int>(order);
        return order;
    }

    /// <summary>One pass over the data; false if a callback stopped it midway.</summary>
    private bool TrainEpoch(
        BatchReader reader, IReadOnlyList<Callback> callbacks, TrainingProgress progress, MeanLosses losses, Snapshot good, CancellationToken cancellationToken)
    {
        if (progress.FinishedBatches == 0)
        {
            foreach (var metric in progress.Metrics) metric.Reset();
            losses.Reset();
        }

        (progress.Batch, progress.SamplesSeen, progress.Loss) = (progress.FinishedBatches, losses.Seen, losses.Seen == 0 ? 0 : losses.Total);
        if (progress.FinishedBatches == 0)
        {
            foreach (var callback in callbacks) callback.OnEpochBegin(progress);
        }

        var isLast = progress.Stop;
        while (reader.Next() is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = TrainingStep(batch.Count, batch.SampleWeights?.Length ?? 0);
            RunTraining(step, batch);
            AddMetrics(step, batch, Objectives);
            progress.Batch++;
            progress.BatchLoss = step.Loss;
            if (!float.IsFinite(step.Loss)) throw Diverged(string.Create(CultureInfo.InvariantCulture, $"The loss became {step.Loss}"), progress, good);
            if (progress.Batch == progress.FinishedBatches + 1) good.Confirm();
            losses.Add(step, batch.Count);
            (progress.SamplesSeen, progress.Loss) = (losses.Seen, losses.Total);
            for (var i = 0; i < callbacks.Count; i++) callbacks[i].OnBatchEnd(progress);
            if (progress.Stop && !isLast && progress.Batch < progress.Batches) return false;
        }

        progress.FinishedBatches = 0;
        return true;
    }

    private void RunTraining(ModelStep step, Batch batch)
    {
        step.Prepare(model.Seed, Steps);
        step.Read(batch);
        using var pass = model.WriteWeights();
        step.Run();
        Steps++;
    }

    private static void AddMetrics(ModelStep step, Batch batch, IReadOnlyList<OutputObjective> objectives)
    {
        for (var i = 0; i < objectives.Count; i++)
        {
            var metrics = objectives[i].Metrics;
            for (var k = 0; k < metrics.Count; k++) metrics[k].Add(step.Prediction(i), batch.Targets[i].Values, batch.Count);
        }
    }

    private TrainingException Diverged(string what, TrainingProgress progress, Snapshot good)
    {
        var finished = good.Restore();
        var since = finished == 0 ? "before training" : string.Create(CultureInfo.InvariantCulture, $"after epoch {finished}");
        return new TrainingException(string.Create(CultureInfo.InvariantCulture,
            $"{what} at epoch {progress.Epoch}, batch {progress.Batch} of {progress.Batches}; the model is again as it was {since}. A smaller learning rate "
                + $"than {(float)Optimizer.LearningRate} often helps."))
        { IsDivergence = true };
    }

    /// <summary>What is wrong with the targets of a sample, which lie one after the other.</summary>
    private string? FindFault(ReadOnlySpan<float> row)
    {
        for (var i = 0; i < Objectives.Count; i++)
        {
            var objective = Objectives[i];
            var prediction = model.Outputs[objective.Index].Shape;
            var length = objective.Loss.TargetShape(prediction).Count;
            if (objective.Loss.FindFault(row[..length], prediction) is { } fault) return fault;
            row = row[length..];
        }

        return null;
    }

    /// <summary>The data with their classes numbered as the model's.</summary>
    /// <exception cref="ShapeException">The data do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">The data are empty, or have a class that the model does not have.</exception>
    private Dataset Fitting(Dataset data, History? history = null)
    {
        var (prediction, loss) = (model.Outputs[Objectives[0].Index].Shape, Objectives[0].Loss);
        var numbered = data.NumberedAs(model.ClassNames, areRows: prediction.Count > 1 && loss.TargetShape(prediction).Count == prediction.Count);
        if (numbered != data) history?.Note($"the classes of the data are numbered as the model's, by their names: {string.Join(", ", data.ClassNames)}.");
        CheckShapes(numbered);
        return numbered;
    }

    private int? IgnoredClass => Objectives.Count == 1 ? (Objectives[0].Loss as SparseCategoricalCrossentropy)?.IgnoreClass : null;

    /// <summary>How many rows the first objective's output has: pixels of a mask, 1 for a class or numbers.</summary>
    private int Positions => model.Outputs[Objectives[0].Index].Shape is { Rank: > 0 } prediction ? prediction.Count / prediction[^1] : 1;

    /// <summary>How many weights a sample has: none, one, or one for each position of the output.</summary>
    private int WeightCount(Dataset data)
    {
        if (!data.IsWeighted) return 0;
        var positions = Positions;
        if (!data.IsWeightedByPosition || positions == 1) return 1;
        if (Objectives.Count > 1)
            throw new TrainingException(
                $"'{model.Name}': expected a model that is trained for one output, since the data have weights for each position; it is trained "
                + $"for {Objectives.Count}.");
        if (!Objectives[0].Loss.IsByPosition)
            throw new TrainingException(
                $"'{model.Name}': expected a loss that is a mean over positions, since the data have weights for each of them; {Objectives[0].Loss.Name} is "
                + "not. Give samples weights instead, WithSampleWeights.");
        return positions;
    }

    /// <param name="data">The samples.</param>
    /// <param name="name">What messages call them.</param>
    private void CheckShapes(Dataset data, string name = "the data set")
    {
        if (data.Count == 0) throw new TrainingException("The data set is empty.");
        if (!data.InputShapes.SequenceEqual(model.Inputs.Select(input => input.Shape)))
            throw new ShapeException(
                model.Subject, $"expected inputs {SymbolicTensor.Print(model.Inputs.Select(input => input.Shape))}; {name} "
                + $"has {SymbolicTensor.Print(data.InputShapes)}.");
        if (data.TargetShapes.Count != Objectives.Count)
            throw new ShapeException(model.Subject, $"expected targets for {Objectives.Count} outputs; {name} has {SymbolicTensor.Print(data.TargetShapes)}.");
        foreach (var (objective, found) in Objectives.Zip(data.TargetShapes))
        {
            var prediction = model.Outputs[objective.Index].Shape;
            var target = objective.Loss.TargetShape(prediction);
            if (found.Count != target.Count)
                throw new ShapeException(
                    model.Subject, $"the loss {objective.Loss.Name} on outputs {SymbolicTensor.Print(prediction)} expects "
                    + $"targets {SymbolicTensor.Print(target)}; {name} has {SymbolicTensor.Print(found)}.");
        }
    }

    /// <summary>
    /// Copies of everything that training changes, to go back to when the loss is no longer finite. A loss is measured before its step, so
    /// a copy counts as good only once the next loss has been finite; until then the one before it is kept.
    /// </summary>
    internal sealed class Snapshot(Trainer trainer)
    {
        private readonly Variable[] variables = [.. trainer.Variables];
        private readonly int epochsBefore = trainer.Epochs;
        private Copy? good;
        private Copy? latest;

        public void Take()
        {
            latest ??= new Copy([.. variables.Select(variable => new float[variable.Shape.Count])]);
            for (var i = 0; i < variables.Length; i++) variables[i].Values.CopyTo(latest.Values[i]);
            (latest.Steps, latest.Epochs) = (trainer.Steps, trainer.Epochs);
        }

        public void Confirm() => (good, latest) = (latest, good);

        /// <summary>Goes back to the last good copy and says how many epochs of this training it has seen.</summary>
        public int Restore()
        {
            var copy = good ?? latest!;
            using var pass = trainer.model.WriteWeights();
            for (var i = 0; i < variables.Length; i++) variables[i].Write(copy.Values[i]);
            (trainer.Steps, trainer.Epochs) = (copy.Steps, copy.Epochs);
            return copy.Epochs - epochsBefore;
        }

        private sealed record Copy(float[][] Values)
        {
            public long Steps { get; set; }

            public int Epochs { get; set; }
        }
    }
}
