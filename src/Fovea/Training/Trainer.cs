using System.Globalization;
using System.Numerics.Tensors;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>The training of one compiled model: its optimizer's state and the loops over epochs and batches.</summary>
internal sealed class Trainer
{
    private const int NumbersPerEvaluation = 1 << 21;

    /// <summary>How many batch sizes are remembered: as a rule two, of which the second is that of the last batch.</summary>
    private const int MostBatchSizes = 4;

    private readonly Model model;
    private readonly RecentlyUsed<(int BatchSize, bool Weighted), ModelStep> trainingSteps = new(MostBatchSizes);
    private readonly RecentlyUsed<(int BatchSize, bool Weighted), ModelStep> evaluationSteps = new(MostBatchSizes);
    private PlanMemory memory = new();
    private long? memoryLimit;

    public Trainer(Model model, Optimizer optimizer, IReadOnlyList<OutputObjective> objectives)
    {
        this.model = model;
        Optimizer = optimizer;
        Objectives = objectives;
        Steps = 0;
        Weights =
        [
            .. from layer in model.Leaves
               where layer.Trainable
               from weight in layer.Weights
               where weight.Trainable
               select TrainedWeight.Of(optimizer, layer, weight),
        ];

        // Shows now, not at the first batch, whether the losses take the model's outputs.
        _ = EvaluationStep(1, weighted: false);
    }

    public Model Model => model;

    public Optimizer Optimizer { get; }

    public IReadOnlyList<OutputObjective> Objectives { get; }

    public IReadOnlyList<Metric> Metrics => [.. Objectives.SelectMany(objective => objective.Metrics)];

    public IReadOnlyList<TrainedWeight> Weights { get; }

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

    public History Fit(
        Dataset data, int epochs, int batchSize, Dataset? validation, bool shuffle, IReadOnlyList<Callback> callbacks, CancellationToken cancellation)
    {
        CheckShapes(data);
        if (validation is not null) CheckShapes(validation);
        if (epochs > 0) TrainingStep(Math.Min(batchSize, data.Count), data.IsWeighted);  // tells now whether its memory suffices
        var history = new History();
        var batches = (data.Count + batchSize - 1) / batchSize;
        var progress = new TrainingProgress(model, history, epochs, batches, data.Count, Metrics);
        var losses = new MeanLosses(Objectives.Count);
        var good = new Snapshot(this);
        var backups = callbacks.OfType<BackupAndRestore>().ToList();
        callbacks = [.. callbacks.Except(backups), .. backups];  // a backup holds what the others remember
        foreach (var callback in callbacks) callback.OnTrainingBegin(progress);
        foreach (var backup in backups) backup.Begin(new TrainingState(this, progress, losses, callbacks));
        try
        {
            Train(data, batchSize, validation, shuffle, callbacks, progress, losses, good, cancellation);
        }
        catch (TrainingException error) when (error.IsDivergence && callbacks.OfType<TerminateOnNaN>().FirstOrDefault() is { } terminate)
        {
            terminate.Terminated = true;
        }

        foreach (var callback in callbacks) callback.OnTrainingEnd(progress);
        return history;
    }

    private void Train(
        Dataset data, int batchSize, Dataset? validation, bool shuffle, IReadOnlyList<Callback> callbacks, TrainingProgress progress, MeanLosses losses, Snapshot good,
        CancellationToken cancellation)
    {
        var (history, epochs, first) = (progress.History, progress.Epochs, progress.FinishedEpochs + 1);
        using var reader = first <= epochs && !progress.Stop ? new BatchReader(data, Order(data, shuffle), batchSize, FindFault, firstBatch: progress.FinishedBatches) : null;
        for (var epoch = first; epoch <= epochs && !progress.Stop; epoch++)
        {
            progress.Epoch = epoch;
            good.Take();
            var whole = TrainEpoch(reader!, callbacks, progress, losses, good, cancellation);
            if (!model.Weights.All(weight => TensorPrimitives.IsFiniteAll<float>(weight.Values))) throw Diverged("The weights were no longer finite", progress, good);
            if (!whole) break;
            Epochs++;
            if (epoch < epochs) reader!.Begin(Order(data, shuffle));  // its first batches are read while the epoch is evaluated
            history.Add("loss", progress.Loss);
            foreach (var (name, value) in losses.Values(Objectives)) history.Add(name, value);
            if (validation is not null)
            {
                var result = Evaluate(validation, EvaluationBatch(validation.InputShape, batchSize), cancellation);
                history.Add("val_loss", result.Loss);
                foreach (var (name, value) in result.Metrics) history.Add($"val_{name}", value);
            }

            foreach (var callback in callbacks) callback.OnEpochEnd(progress);
        }

        if (Steps > 0) foreach (var weight in Weights) weight.TakeAverage();
    }

    public Evaluation Evaluate(Dataset data, int batchSize, CancellationToken cancellation)
    {
        CheckShapes(data);
        OutputObjective[] fresh = [.. Objectives.Select(objective => objective with { Metrics = [.. objective.Metrics.Select(metric => metric.Fresh())] })];
        var losses = new MeanLosses(fresh.Length);
        using var reader = new BatchReader(data, [.. Enumerable.Range(0, data.Count)], batchSize, FindFault);
        while (reader.Next() is { } batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = EvaluationStep(batch.Count, data.IsWeighted);
            Run(step, batch, fresh);
            losses.Add(step, batch.Count);
        }

        return new Evaluation(losses.Total, losses.Values(fresh).ToDictionary(entry => entry.Name, entry => entry.Value), losses.Seen);
    }

    /// <summary>A step of training for one batch size, within the model's present memory limit.</summary>
    internal ModelStep TrainingStep(int batchSize, bool weighted = false)
    {
        if (memoryLimit != model.MemoryLimit) ForgetSteps();
        memoryLimit = model.MemoryLimit;
        if (trainingSteps.TryGet((batchSize, weighted), out var step)) return step;
        try
        {
            step = ModelStep.ForTraining(model.Topology, Objectives, Optimizer, Weights, batchSize, weighted, memory, model.Prediction.Store, memoryLimit);
            trainingSteps.Add((batchSize, weighted), step)?.Retire();
            return step;
        }
        catch (InsufficientMemoryException error)
        {
            throw new InsufficientMemoryException($"{model.Subject} cannot be trained in batches of {batchSize}. {error.Message}", error);
        }
    }

    private ModelStep EvaluationStep(int batchSize, bool weighted)
    {
        if (evaluationSteps.TryGet((batchSize, weighted), out var step)) return step;
        step = ModelStep.ForEvaluation(model.Topology, Objectives, batchSize, weighted, memory, model.Prediction.Store);
        evaluationSteps.Add((batchSize, weighted), step)?.Retire();
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

    /// <summary>
    /// How many samples are evaluated together: 256, but fewer of large images, whose activations would take gigabytes; at least as
    /// many as are trained on together.
    /// </summary>
    internal static int EvaluationBatch(Shape input, int trainingBatch = 1) => Math.Max(trainingBatch, Math.Clamp(NumbersPerEvaluation / input.Count, 1, 256));

    /// <summary>The order of the samples in the next epoch.</summary>
    private int[] Order(Dataset data, bool shuffle)
    {
        var order = Enumerable.Range(0, data.Count).ToArray();
        if (shuffle) new RandomNumbers(model.Seed, stream: (ulong)Epochs + 1).Shuffle<int>(order);
        return order;
    }

    /// <summary>One pass over the data; false if a callback stopped it midway.</summary>
    private bool TrainEpoch(BatchReader reader, IReadOnlyList<Callback> callbacks, TrainingProgress progress, MeanLosses losses, Snapshot good, CancellationToken cancellation)
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
            cancellation.ThrowIfCancellationRequested();
            var step = TrainingStep(batch.Count, batch.SampleWeights is not null);
            step.Prepare(model.Seed, Steps);
            Run(step, batch, Objectives);
            progress.Batch++;
            progress.BatchLoss = step.Loss;
            if (!float.IsFinite(step.Loss)) throw Diverged(string.Create(CultureInfo.InvariantCulture, $"The loss became {step.Loss}"), progress, good);
            if (progress.Batch == progress.FinishedBatches + 1) good.Confirm();
            Steps++;
            losses.Add(step, batch.Count);
            (progress.SamplesSeen, progress.Loss) = (losses.Seen, losses.Total);
            for (var i = 0; i < callbacks.Count; i++) callbacks[i].OnBatchEnd(progress);
            if (progress.Stop && !isLast && progress.Batch < progress.Batches) return false;
        }

        progress.FinishedBatches = 0;
        return true;
    }

    private static void Run(ModelStep step, Batch batch, IReadOnlyList<OutputObjective> objectives)
    {
        step.Read(batch);
        step.Run();
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
            $"{what} at epoch {progress.Epoch}, batch {progress.Batch} of {progress.Batches}; the model is again as it was {since}. A smaller learning rate than {Optimizer.LearningRate} often helps."))
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

    private void CheckShapes(Dataset data)
    {
        if (data.Count == 0) throw new TrainingException("The data set is empty.");
        if (!data.InputShapes.SequenceEqual(model.Inputs.Select(input => input.Shape)))
            throw new ShapeException(model.Subject, $"expected inputs {SymbolicTensor.Print(model.Inputs.Select(input => input.Shape))}; the data set has {SymbolicTensor.Print(data.InputShapes)}.");
        if (data.TargetShapes.Count != Objectives.Count)
            throw new ShapeException(model.Subject, $"expected targets for {Objectives.Count} outputs; the data set has {SymbolicTensor.Print(data.TargetShapes)}.");
        foreach (var (objective, found) in Objectives.Zip(data.TargetShapes))
        {
            var prediction = model.Outputs[objective.Index].Shape;
            var target = objective.Loss.TargetShape(prediction);
            if (found.Count != target.Count)
                throw new ShapeException(model.Subject, $"the loss {objective.Loss.Name} on outputs {SymbolicTensor.Print(prediction)} expects targets {SymbolicTensor.Print(target)}; the data set has {SymbolicTensor.Print(found)}.");
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
