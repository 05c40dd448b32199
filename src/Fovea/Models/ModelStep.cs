using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>A model compiled for one batch size and one purpose: prediction, evaluation with a loss, or a step of training.</summary>
internal sealed class ModelStep
{
    private readonly Plan plan;
    private readonly Node[] inputs;
    private readonly LossHead? head;
    private readonly WeightUpdates? weightUpdates;
    private readonly Node? randomKey;

    private ModelStep(Plan plan, Node[] inputs, LossHead? head, WeightUpdates? weightUpdates = null, Node? randomKey = null)
    {
        this.plan = plan;
        this.inputs = inputs;
        this.head = head;
        this.weightUpdates = weightUpdates;
        this.randomKey = randomKey;
    }

    /// <summary>The loss of the last run: the weighted sum of those of all objectives.</summary>
    public float Loss => plan.Output(head!.Predictions.Count)[0];

    public Span<float> Input(int index = 0) => plan.Input(inputs[index]);

    public Span<float> Target(int objective = 0) => plan.Input(head!.Targets[objective]);

    /// <summary>What the last run gave: an output of the model, or with a loss the output of an objective.</summary>
    public ReadOnlySpan<float> Prediction(int index = 0) => plan.Output(index);

    /// <summary>The loss of one objective in the last run.</summary>
    public float LossOf(int objective) => plan.Output(head!.Predictions.Count + (head.Losses.Count > 1 ? 1 + objective : 0))[0];

    /// <param name="program">What is computed.</param>
    /// <param name="memory">Where.</param>
    /// <param name="store">Keeps what depends on weights alone.</param>
    public static ModelStep ForPrediction(PredictionProgram program, PlanMemory memory, ValueCache store) =>
        new(new Plan(program.Program, memory, store), program.Inputs, head: null);

    /// <param name="topology">The model.</param>
    /// <param name="objectives">What it is evaluated for.</param>
    /// <param name="batchSize">How many samples a batch has.</param>
    /// <param name="weightCount">How many weights each sample has: none, one, or one for each position.</param>
    /// <param name="memory">Where it is computed.</param>
    /// <param name="store">Keeps what depends on weights alone.</param>
    public static ModelStep ForEvaluation(
        Topology topology, IReadOnlyList<OutputObjective> objectives, int batchSize, int weightCount, PlanMemory memory, ValueCache store)
    {
        var context = new CallContext(training: false);
        var inputs = topology.InputNodes(batchSize);
        var head = new LossHead(topology.TraceOutputs(inputs, context), objectives, context.Losses, weightCount);
        return new ModelStep(new Plan(PlanProgram.Compile(new Graph(head.Results), PredictionProgram.Options), memory, store), inputs, head);
    }

    /// <param name="topology">The model.</param>
    /// <param name="objectives">What it learns.</param>
    /// <param name="optimizer">How weights are changed.</param>
    /// <param name="weights">The weights that are changed.</param>
    /// <param name="batchSize">How many samples a batch has.</param>
    /// <param name="weightCount">How many weights each sample has: none, one, or one for each position.</param>
    /// <param name="memory">Where it is computed.</param>
    /// <param name="store">Keeps what depends on weights alone that are not trained.</param>
    /// <param name="memoryLimit">How many bytes the plan may take.</param>
    public static ModelStep ForTraining(
        Topology topology, IReadOnlyList<OutputObjective> objectives, Optimizer optimizer, IReadOnlyList<TrainedWeight> weights, int batchSize, int weightCount,
        PlanMemory memory, ValueCache store, long? memoryLimit = null)
    {
        var context = new CallContext(training: true);
        var inputs = topology.InputNodes(batchSize);
        var head = new LossHead(topology.TraceOutputs(inputs, context), objectives, context.Losses, weightCount);

        var nodes = weights.Select(weight => context.Read(weight.Variable)).ToArray();
        var gradients = Differentiation.Gradients(head.Loss, nodes);
        var weightUpdates = new WeightUpdates(optimizer, context.Read);
        var graph = new Graph(head.Results, [.. context.Updates, .. weightUpdates.Of(weights, gradients)]);
        var program = PlanProgram.Compile(graph, new PlanOptions { MemoryLimit = memoryLimit });
        return new ModelStep(new Plan(program, memory, store), inputs, head, weightUpdates, context.RandomKey);
    }

    /// <summary>Gives back what it shares with other steps. It is not run any more.</summary>
    public void Retire() => plan.Retire();

    /// <summary>Writes the samples of an input.</summary>
    public void Write(int input, ReadOnlySpan<float> values)
    {
        if (plan.Has(inputs[input])) values.CopyTo(plan.Input(inputs[input]));
    }

    /// <summary>Sets what changes from step to step of training: the optimizer's numbers and the random ones.</summary>
    /// <param name="seed">Where the random numbers come from.</param>
    /// <param name="step">How many batches were trained on before.</param>
    public void Prepare(ulong seed, long step)
    {
        weightUpdates?.Prepare(plan, step);
        if (randomKey is not null) RandomKey.Write(seed, (ulong)step + 1, plan.Input(randomKey));
    }

    /// <summary>Has the next run read its inputs, and its targets if it has any, where the batch was assembled.</summary>
    public void Read(Batch batch)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            if (plan.Has(inputs[i])) plan.Bind(inputs[i], batch.Inputs[i].Buffer);  // an output without an objective may be all that reads it
        }

        if (head is null) return;
        for (var i = 0; i < head.Targets.Count; i++) plan.Bind(head.Targets[i], batch.Targets[i].Buffer);
        if (head.SampleWeights is { } sampleWeights) plan.Bind(sampleWeights, batch.SampleWeights!.Buffer);
    }

    public void Run() => plan.Run();

    /// <summary>How many bytes the run takes for activations, gradients and scratch.</summary>
    public long ArenaBytes => sizeof(float) * plan.ArenaFloats;

    /// <summary>What each step of the plan computes, in the order of the run.</summary>
    public IReadOnlyList<StepCost> Costs => plan.Costs;

    /// <summary>Runs and adds the time of each step to its place.</summary>
    public void RunTimed(Span<double> seconds) => plan.RunTimed(seconds);

    /// <summary>Runs on the calling thread alone and tells the time of every unit of work.</summary>
    public void RunUnits(UnitObserver observe) => plan.RunUnits(observe);
}

/// <summary>A model's prediction laid out for one batch size; steps on any threads share it.</summary>
internal sealed record PredictionProgram(PlanProgram Program, Node[] Inputs)
{
    public static readonly PlanOptions Options = new() { IsInference = true };

    public static PredictionProgram Of(Topology topology, int batchSize)
    {
        var inputs = topology.InputNodes(batchSize);
        return new PredictionProgram(PlanProgram.Compile(new Graph(topology.TraceOutputs(inputs, new CallContext(training: false))), Options), inputs);
    }
}
