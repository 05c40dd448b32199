using System.Diagnostics;
using Fovea.Engine;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>The compiled training of a model: its objectives, the state of its optimizer, and the plans of its steps.</summary>
internal sealed partial class Trainer
{
    /// <summary>The number of batch sizes whose plans are kept. An epoch has two: the last batch may be smaller.</summary>
    private const int MaxBatchSizes = 4;

    private readonly Model model;
    private readonly RecentlyUsed<(int BatchSize, int WeightCount, ModelSize Size), CompiledObjectives> trainingSteps = new(MaxBatchSizes);
    private readonly RecentlyUsed<(int BatchSize, int WeightCount, ModelSize Size, bool IsAugmented), CompiledObjectives> evaluationSteps = new(MaxBatchSizes);
    private readonly TrainedWeights trainedWeights;
    private readonly ExpectedData? expected;
    private LayerTrainingSettings[] settings;
    private LayerTrainingSettings[] evaluationSettings;
    private PlanMemory memory = new();
    private long? memoryLimit;

    public Trainer(Model model, Optimizer optimizer, IReadOnlyList<OutputObjective> objectives)
    {
        this.model = model;
        Optimizer = optimizer;
        trainedWeights = new TrainedWeights(optimizer);
        Objectives = objectives;
        settings = evaluationSettings = LayerTrainingSettings.Of(model);
        augmentation = model.Augmentation;
        Weights = WeightsNow();

        // A loss that does not fit the outputs fails here and not at the first batch.
        var size = model.Topology.Example();
        if (model.Topology.IsOpen)
        {
            CompiledObjectives.RequireFit(model.Topology, objectives, size);
        }
        else
        {
            expected = new ExpectedData(model, objectives, size);
            _ = EvaluationStep(1, weightCount: 0, size);
        }

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
        private set => (field, before) = (value, null);
    }

    /// <summary>Everything that training changes: the model's weights and the optimizer's slots.</summary>
    public IEnumerable<Variable> Variables => [.. model.Weights.Select(weight => weight.Variable), .. Weights.SelectMany(weight => weight.Slots)];

    /// <summary>The number of batches that were trained on.</summary>
    public long Steps
    {
        get;
        set => Optimizer.Iterations = field = value;
    }

    /// <summary>The number of finished epochs, which decides the order of the samples in the next.</summary>
    public int Epochs { get; set; }

    /// <summary>Makes the optimizer and the metrics those of a model, since they keep counts; null releases them.</summary>
    public void Own(Model? owner)
    {
        Optimizer.Owner = owner;
        foreach (var metric in Metrics) metric.Owner = owner;
    }

    /// <summary>The weights that training would change as the layers are now, with the slots of those that it changed before.</summary>
    public IReadOnlyList<TrainedWeight> WeightsNow() => trainedWeights.Of(model.Leaves);

    /// <summary>What the model expects of a data set, for the size of its samples.</summary>
    /// <exception cref="ShapeException">The model does not take samples of that size.</exception>
    public ExpectedData Expected(Dataset data, string name = "the data set")
    {
        if (expected is not null) return expected;
        ExpectedData.RequireInputs(model, data, name);
        return new ExpectedData(model, Objectives, model.Topology.At(data.InputShapes));
    }

    /// <summary>
    /// Compiles again if layers were frozen, unfrozen or given another rate since, or if the model has another augmentation. The optimizer's slots are kept.
    /// </summary>
    /// <returns>A sentence about the layers for the history; null if nothing changed in them.</returns>
    public string? Renew()
    {
        RenewAugmentation();
        var now = LayerTrainingSettings.Of(model);
        if (now.SequenceEqual(settings)) return null;
        var before = Weights;
        (settings, Weights) = (now, WeightsNow());
        DiscardSteps();
        var kept = Weights.Count(weight => before.Any(other => other.Variable == weight.Variable));
        return Weights.Count == before.Count && kept == before.Count
            ? $"'{model.Name}' was compiled again, since settings of its layers were changed after Compile; the optimizer's state was kept."
            : $"'{model.Name}' was compiled again, since layers were frozen or unfrozen after Compile: {Weights.Count} weights are trained now, {before.Count} "
                + $"were before; the optimizer's state of the {kept} that stay was kept.";
    }

    /// <summary>The plan of a training step of a model of one size.</summary>
    /// <exception cref="ShapeException">The model takes inputs of any size.</exception>
    public CompiledObjectives TrainingStep(int batchSize) => TrainingStep(
        batchSize, weightCount: 0, model.Topology.Only(model.Subject, "Fix the size: model.WithInput(150, 150, 3)."));

    /// <summary>The plan of a training step for one batch size and size of the samples, within the model's present memory limit.</summary>
    /// <exception cref="InsufficientMemoryException">It does not fit.</exception>
    public CompiledObjectives TrainingStep(int batchSize, int weightCount, ModelSize size)
    {
        if (memoryLimit != model.MemoryLimit) DiscardSteps();
        memoryLimit = model.MemoryLimit;
        if (trainingSteps.TryGet((batchSize, weightCount, size), out var step)) return step;
        try
        {
            step = CompiledObjectives.ForTraining(
                NetworkFor(size), Objectives, Optimizer, Weights, batchSize, weightCount, size, memory, model.Prediction.Store, memoryLimit,
                augmentation);
            trainingSteps.Add((batchSize, weightCount, size), step)?.Retire();
            return step;
        }
        catch (InsufficientMemoryException error)
        {
            throw new InsufficientMemoryException($"{model.Subject} cannot be trained in batches of {batchSize}. {error.Message}", error);
        }
    }

    /// <summary>Runs a training step on a batch.</summary>
    public void Run(CompiledObjectives step, BatchBuffer batch)
    {
        step.Prepare(model.Seed, Steps);
        step.Read(batch);
        using var pass = model.WriteWeights();
        var started = Telemetry.StepDuration.Enabled ? Stopwatch.GetTimestamp() : 0;
        step.Run();
        CountStep(started, batch.Count, step.Loss);
    }

    /// <summary>Counts a step of the optimizer.</summary>
    /// <param name="started">When it began; 0 if it is not measured.</param>
    /// <param name="samples">The number of its samples.</param>
    /// <param name="loss">Its loss.</param>
    public void CountStep(long started, int samples, float loss)
    {
        Steps++;
        if (started != 0) Telemetry.StepDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, Telemetry.Model(model.Name));
        if (Telemetry.TrainingSamples.Enabled) Telemetry.TrainingSamples.Add(samples, Telemetry.Model(model.Name));
        if (Telemetry.BatchLoss.Enabled) Telemetry.BatchLoss.Record(loss, Telemetry.Model(model.Name));
    }

    /// <summary>Lets the averages of the weights become the weights, if the optimizer keeps averages.</summary>
    public void TakeAverages()
    {
        using var pass = model.WriteWeights();
        foreach (var weight in Weights) weight.TakeAverage();
    }

    /// <summary>Adds a batch to the metrics.</summary>
    public static void AddMetrics(CompiledObjectives step, BatchBuffer batch, IReadOnlyList<OutputObjective> objectives) =>
        AddMetrics(step, batch, 0, batch.Count, objectives);

    /// <summary>Adds some samples of a batch to the metrics.</summary>
    /// <param name="step">The plan that has computed the predictions of these samples.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="first">The index of the first sample in the batch.</param>
    /// <param name="count">The number of samples.</param>
    /// <param name="objectives">The metrics.</param>
    /// <param name="kept">The results of these samples, if the plan has computed others since.</param>
    public static void AddMetrics(
        CompiledObjectives step, BatchBuffer batch, int first, int count, IReadOnlyList<OutputObjective> objectives, KeptResults? kept = null)
    {
        for (var i = 0; i < objectives.Count; i++)
        {
            var metrics = objectives[i].Metrics;
            var outputShape = step.OutputShape(i);
            for (var k = 0; k < metrics.Count; k++) metrics[k].OutputShape = outputShape;
            var predicted = kept is null ? step.Prediction(i) : kept.Predictions[i];
            var targets = kept?.Targets[i] ?? step.TargetOfMetrics(i, batch.Targets[i].Rows(first, count));
            for (var k = 0; k < metrics.Count; k++) metrics[k].Add(targets, predicted, count);
        }
    }

    private CompiledObjectives EvaluationStep(int batchSize, int weightCount, ModelSize size, bool isAugmented = false)
    {
        var now = LayerTrainingSettings.Of(model);  // only layers that are trained have penalties
        if (!now.SequenceEqual(evaluationSettings))
        {
            foreach (var old in evaluationSteps.Values) old.Retire();
            evaluationSteps.Clear();
            evaluationSettings = now;
        }

        if (evaluationSteps.TryGet((batchSize, weightCount, size, isAugmented), out var step)) return step;
        step = CompiledObjectives.ForEvaluation(
            isAugmented ? NetworkFor(size) : model.Topology, Objectives, batchSize, weightCount, size, memory, model.Prediction.Store,
            isAugmented ? augmentation : null);
        evaluationSteps.Add((batchSize, weightCount, size, isAugmented), step)?.Retire();
        return step;
    }

    /// <summary>Discards all plans and their memory.</summary>
    private void DiscardSteps()
    {
        foreach (var step in trainingSteps.Values.Concat(evaluationSteps.Values)) step.Retire();
        trainingSteps.Clear();
        evaluationSteps.Clear();
        DiscardShards();
        memory = new PlanMemory();
    }
}
