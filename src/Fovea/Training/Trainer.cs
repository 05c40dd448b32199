using System.Globalization;
using System.Numerics.Tensors;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The training of one compiled model: its optimizer's state and the loops over epochs and batches.</summary>
internal sealed class Trainer
{
    private const int NumbersPerEvaluation = 1 << 21;

    private readonly Model model;
    private readonly IReadOnlyList<Metric> metrics;
    private readonly Dictionary<int, ModelStep> trainingSteps = [];
    private readonly Dictionary<int, ModelStep> evaluationSteps = [];

    public Trainer(Model model, Optimizer optimizer, Loss loss, IReadOnlyList<Metric> metrics)
    {
        this.model = model;
        this.metrics = metrics;
        Optimizer = optimizer;
        Loss = loss;
        Weights =
        [
            .. from layer in model.Leaves
               where layer.Trainable
               from weight in layer.Weights
               where weight.Trainable
               select new TrainedWeight(weight.Variable, [.. optimizer.Slots.Select(slot => new Variable(slot, weight.Variable.Shape))]),
        ];

        // Shows now, not at the first batch, whether the loss takes the model's output.
        _ = ModelStep.ForEvaluation(model.Topology, loss, 1);
    }

    public Optimizer Optimizer { get; }

    public Loss Loss { get; }

    public IReadOnlyList<Metric> Metrics => metrics;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    /// <summary>How many steps the optimizer has done.</summary>
    public long Steps { get; set; }

    /// <summary>How many epochs were finished; it decides the order of the samples in the next.</summary>
    public int Epochs { get; set; }

    public History Fit(
        Dataset data, int epochs, int batchSize, Dataset? validation, bool shuffle, IReadOnlyList<Callback> callbacks, CancellationToken cancellation)
    {
        CheckShapes(data);
        if (validation is not null) CheckShapes(validation);
        var history = new History();
        var batches = (data.Count + batchSize - 1) / batchSize;
        var progress = new TrainingProgress(model, history, epochs, batches, data.Count, metrics);
        var good = new Snapshot(this);
        foreach (var callback in callbacks) callback.OnTrainingBegin(progress);
        using var reader = epochs > 0 ? new BatchReader(data, Order(data, shuffle), batchSize, FindFault) : null;
        for (var epoch = 1; epoch <= epochs && !progress.Stop; epoch++)
        {
            progress.Epoch = epoch;
            good.Take();
            var whole = TrainEpoch(reader!, callbacks, progress, good, cancellation);
            if (!model.Weights.All(weight => TensorPrimitives.IsFiniteAll<float>(weight.Values))) throw Diverged("The weights were no longer finite", progress, good);
            if (!whole) break;
            Epochs++;
            if (epoch < epochs) reader!.Begin(Order(data, shuffle));  // its first batches are read while the epoch is evaluated
            history.Add("loss", progress.Loss);
            foreach (var metric in metrics) history.Add(metric.Name, metric.Value);
            if (validation is not null)
            {
                var result = Evaluate(validation, EvaluationBatch(validation.InputShape, batchSize), cancellation);
                history.Add("val_loss", result.Loss);
                foreach (var (name, value) in result.Metrics) history.Add($"val_{name}", value);
            }

            foreach (var callback in callbacks) callback.OnEpochEnd(progress);
        }

        return history;
    }

    public Evaluation Evaluate(Dataset data, int batchSize, CancellationToken cancellation)
    {
        CheckShapes(data);
        Metric[] fresh = [.. metrics.Select(metric => metric.Fresh())];
        var (loss, seen) = (0.0, 0);
        using var reader = new BatchReader(data, [.. Enumerable.Range(0, data.Count)], batchSize, FindFault);
        while (reader.Next() is { } batch)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!evaluationSteps.TryGetValue(batch.Count, out var step))
                evaluationSteps[batch.Count] = step = ModelStep.ForEvaluation(model.Topology, Loss, batch.Count);
            Run(step, batch, fresh);
            loss += (double)step.Loss * batch.Count;
            seen += batch.Count;
        }

        return new Evaluation(loss / seen, fresh.ToDictionary(metric => metric.Name, metric => metric.Value), seen);
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
    private bool TrainEpoch(BatchReader reader, IReadOnlyList<Callback> callbacks, TrainingProgress progress, Snapshot good, CancellationToken cancellation)
    {
        foreach (var metric in metrics) metric.Reset();
        (progress.Batch, progress.SamplesSeen, progress.Loss) = (0, 0, 0);
        foreach (var callback in callbacks) callback.OnEpochBegin(progress);
        var isLast = progress.Stop;
        var loss = 0.0;
        while (reader.Next() is { } batch)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!trainingSteps.TryGetValue(batch.Count, out var step))
                trainingSteps[batch.Count] = step = ModelStep.ForTraining(model.Topology, Loss, Optimizer, Weights, batch.Count);
            step.Prepare(Optimizer.StepSize(Steps + 1), model.Seed, (ulong)Steps + 1);
            Run(step, batch, metrics);
            progress.Batch++;
            if (!float.IsFinite(step.Loss)) throw Diverged(string.Create(CultureInfo.InvariantCulture, $"The loss became {step.Loss}"), progress, good);
            if (progress.Batch == 1) good.Confirm();
            Steps++;
            loss += (double)step.Loss * batch.Count;
            progress.SamplesSeen += batch.Count;
            progress.Loss = loss / progress.SamplesSeen;
            for (var i = 0; i < callbacks.Count; i++) callbacks[i].OnBatchEnd(progress);
            if (progress.Stop && !isLast && progress.Batch < progress.Batches) return false;
        }

        return true;
    }

    private static void Run(ModelStep step, Batch batch, IReadOnlyList<Metric> metrics)
    {
        step.Read(batch);
        step.Run();
        for (var i = 0; i < metrics.Count; i++) metrics[i].Add(step.Prediction, batch.Targets, batch.Count);
    }

    private TrainingException Diverged(string what, TrainingProgress progress, Snapshot good)
    {
        var finished = good.Restore();
        var since = finished == 0 ? "before training" : string.Create(CultureInfo.InvariantCulture, $"after epoch {finished}");
        return new TrainingException(string.Create(CultureInfo.InvariantCulture,
            $"{what} at epoch {progress.Epoch}, batch {progress.Batch} of {progress.Batches}; the model is again as it was {since}. A smaller learning rate than {Optimizer.LearningRate} often helps."));
    }

    private string? FindFault(ReadOnlySpan<float> target) => Loss.FindFault(target, model.OutputShape);

    private void CheckShapes(Dataset data)
    {
        if (data.Count == 0) throw new TrainingException("The data set is empty.");
        if (data.InputShape != model.InputShape)
            throw new ShapeException(model.Subject, $"expected inputs {SymbolicTensor.Print(model.InputShape)}; the data set has {SymbolicTensor.Print(data.InputShape)}.");
        var target = Loss.TargetShape(model.OutputShape);
        if (data.TargetShape.Count != target.Count)
            throw new ShapeException(model.Subject, $"the loss {Loss.Name} on outputs {SymbolicTensor.Print(model.OutputShape)} expects targets {SymbolicTensor.Print(target)}; the data set has {SymbolicTensor.Print(data.TargetShape)}.");
    }

    /// <summary>
    /// Copies of everything that training changes, to go back to when the loss is no longer finite. A loss is measured before its step, so
    /// a copy counts as good only once the next loss has been finite; until then the one before it is kept.
    /// </summary>
    private sealed class Snapshot(Trainer trainer)
    {
        private readonly Variable[] variables = [.. trainer.model.Weights.Select(weight => weight.Variable), .. trainer.Weights.SelectMany(weight => weight.Slots)];
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
