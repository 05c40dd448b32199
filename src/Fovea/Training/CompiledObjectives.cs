using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>A model compiled with the losses of its objectives for one batch size: for evaluation, or for a step of training.</summary>
internal sealed partial class CompiledObjectives : CompiledModel
{
    private readonly LossHead head;
    private readonly Shape[] outputShapes;
    private readonly WeightUpdates? weightUpdates;

    private CompiledObjectives(Plan plan, Node[] inputs, LossHead head, WeightUpdates? weightUpdates = null, Node? randomKey = null)
        : base(plan, inputs, randomKey)
    {
        this.head = head;
        outputShapes = [.. head.Predictions.Select(prediction => prediction.Shape[1..])];
        this.weightUpdates = weightUpdates;
    }

    /// <summary>The size of the samples.</summary>
    public required ModelSize Size { get; init; }

    /// <summary>The shape of a sample of the output that an objective is about.</summary>
    /// <param name="objective">The index of the objective.</param>
    public Shape OutputShape(int objective) => outputShapes[objective];

    /// <summary>The first output that is a target of metrics.</summary>
    private int FirstMetricTarget { get; init; }

    /// <summary>The loss of the last run: the weighted sum of the losses of all objectives, and the penalties of layers.</summary>
    public float Loss => Output(head.Predictions.Count)[0];

    /// <summary>Checks that losses fit the outputs of a model that takes samples of any size.</summary>
    /// <exception cref="ShapeException">One does not.</exception>
    public static void RequireFit(Topology topology, IReadOnlyList<OutputObjective> objectives, ModelSize example)
    {
        var context = new CallContext(training: false);
        var outputs = topology.TraceOutputs(topology.InputNodes(1, example), context);
        _ = new LossHead(outputs, objectives, context.Losses, LossInputs.Of(objectives, example.Outputs, 1, weightCount: 0));
    }

    /// <summary>Compiles an evaluation: the predictions and the losses.</summary>
    /// <param name="topology">The layers of the model, connected for the size of the images after the augmentation.</param>
    /// <param name="objectives">The losses.</param>
    /// <param name="batchSize">The number of samples per batch.</param>
    /// <param name="weightCount">The weights of each sample: 0 for none, 1, or one for each position.</param>
    /// <param name="size">The size of the samples before the augmentation.</param>
    /// <param name="memory">The arena.</param>
    /// <param name="store">Keeps values that depend on weights alone.</param>
    /// <param name="augmentation">The augmentation, which changes the samples as in inference; null for none.</param>
    public static CompiledObjectives ForEvaluation(
        Topology topology, IReadOnlyList<OutputObjective> objectives, int batchSize, int weightCount, ModelSize size, PlanMemory memory, ValueCache store,
        ImageAugmentation? augmentation = null)
    {
        var context = new CallContext(training: false);
        var inputs = topology.InputNodes(batchSize, size);
        var head = HeadOf(topology, augmentation, inputs, context, objectives, LossInputs.Of(objectives, size.Outputs, batchSize, weightCount));
        var graph = new Graph([.. head.Results, .. head.MetricTargets.OfType<Node>()]);
        return new CompiledObjectives(new Plan(PlanProgram.Compile(graph, PredictionProgram.Options), memory, store), inputs, head)
        {
            Size = size,
            FirstMetricTarget = head.Results.Count,
        };
    }

    /// <summary>Compiles a step of training: the losses, their gradients and the new weights.</summary>
    /// <param name="topology">The layers of the model, connected for the size of the images after the augmentation.</param>
    /// <param name="objectives">The losses.</param>
    /// <param name="optimizer">The formula of the new weights.</param>
    /// <param name="weights">The weights that are trained.</param>
    /// <param name="batchSize">The number of samples per batch.</param>
    /// <param name="weightCount">The weights of each sample: 0 for none, 1, or one for each position.</param>
    /// <param name="size">The size of the samples before the augmentation.</param>
    /// <param name="memory">The arena.</param>
    /// <param name="store">Keeps values that depend only on weights that are not trained.</param>
    /// <param name="memoryLimit">The largest size of the arena in bytes.</param>
    /// <param name="augmentation">The augmentation of the samples, if any.</param>
    public static CompiledObjectives ForTraining(
        Topology topology, IReadOnlyList<OutputObjective> objectives, Optimizer optimizer, IReadOnlyList<TrainedWeight> weights, int batchSize,
        int weightCount, ModelSize size, PlanMemory memory, ValueCache store, long? memoryLimit = null, ImageAugmentation? augmentation = null)
    {
        var context = new CallContext(training: true);
        var inputs = topology.InputNodes(batchSize, size);
        var head = HeadOf(topology, augmentation, inputs, context, objectives, LossInputs.Of(objectives, size.Outputs, batchSize, weightCount));

        var nodes = weights.Select(weight => context.Read(weight.Variable)).ToArray();
        var gradients = Differentiation.Gradients(head.Loss, nodes);
        var weightUpdates = new WeightUpdates(optimizer, context.Read);
        var graph = new Graph([.. head.Results, .. head.MetricTargets.OfType<Node>()], [.. context.Updates, .. weightUpdates.Of(weights, gradients)]);
        var program = PlanProgram.Compile(graph, new PlanOptions { MemoryLimit = memoryLimit });
        return new CompiledObjectives(new Plan(program, memory, store), inputs, head, weightUpdates, context.RandomKey)
        {
            Size = size,
            FirstMetricTarget = head.Results.Count,
        };
    }

    /// <summary>The model and its losses, on samples that the augmentation has changed.</summary>
    private static LossHead HeadOf(
        Topology topology, ImageAugmentation? augmentation, Node[] inputs, CallContext context, IReadOnlyList<OutputObjective> objectives, LossInputs given,
        ShardOfBatch? shard = null)
    {
        var augmented = augmentation is null ? null : AugmentedBatch.Of(augmentation, inputs, given, context);
        var outputs = topology.TraceOutputs(augmented?.Inputs ?? inputs, context);
        if (context.MixesWithoutLabels is { } layer)
            throw new ShapeException(
                layer.Subject, $"the layer mixes images inside the model, where it cannot mix their targets. Set model.Augmentation = new {layer.ClassName}(…) "
                + "instead, and build the model without the layer.");
        return new LossHead(outputs, objectives, context.Losses, given, shard, augmented);
    }

    /// <summary>The targets that metrics compare the predictions of the last run with.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="given">The targets of the samples in the data set.</param>
    public ReadOnlySpan<float> TargetOfMetrics(int objective, ReadOnlySpan<float> given) => ChangesTarget(objective)
        ? Output(FirstMetricTarget + head.MetricTargets.Take(objective).Count(target => target is not null))
        : given;

    /// <summary>Whether the augmentation changes the targets that metrics compare predictions with.</summary>
    public bool ChangesTarget(int objective) => head.MetricTargets[objective] is not null;

    public Span<float> Target(int objective = 0) => Plan.Input(head.Targets[objective]);

    /// <summary>The output of the model that an objective is about, in the last run.</summary>
    public ReadOnlySpan<float> Prediction(int objective) => Output(objective);

    /// <summary>The loss of one objective in the last run.</summary>
    public float LossOf(int objective) => Output(head.Predictions.Count + (head.Losses.Count > 1 ? 1 + objective : 0))[0];

    /// <summary>Sets what changes from step to step of training: the learning rate and other values of the optimizer, and the random key.</summary>
    /// <param name="seed">The model's seed.</param>
    /// <param name="step">The number of batches that were trained on before.</param>
    /// <param name="firstSample">The index of the first sample in its batch.</param>
    public void Prepare(long seed, long step, int firstSample = 0)
    {
        weightUpdates?.Prepare(Plan, step);
        WriteRandomKey(seed, step + 1, firstSample);
    }

    public override void Read(BatchBuffer batch, int row = 0)
    {
        base.Read(batch, row);
        for (var i = 0; i < head.Targets.Count; i++) Plan.Bind(head.Targets[i], batch.Targets[i].Buffer, row * batch.Targets[i].Length);
        if (head.SampleWeights is { } sampleWeights) Plan.Bind(sampleWeights, batch.SampleWeights!.Buffer, row * batch.SampleWeights.Length);
    }
}
