using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>A model compiled for one batch size and one purpose: prediction, evaluation with a loss, or a step of training.</summary>
internal sealed class ModelStep
{
    private readonly Plan plan;
    private readonly Node input;
    private readonly Node? target;
    private readonly Node? stepSize;
    private readonly Node? randomKey;

    private static readonly PlanOptions Inference = new() { IsInference = true };

    private ModelStep(Graph graph, Node input, Node? target, Node? stepSize = null, Node? randomKey = null, PlanOptions? options = null)
    {
        this.input = input;
        this.target = target;
        this.stepSize = stepSize;
        this.randomKey = randomKey;
        plan = Plan.Compile(graph, options);
    }

    public Span<float> Input => plan.Input(input);

    public Span<float> Target => plan.Input(target!);

    /// <summary>The model's outputs of the last run.</summary>
    public ReadOnlySpan<float> Prediction => plan.Output(0);

    /// <summary>The mean loss of the last run.</summary>
    public float Loss => plan.Output(1)[0];

    public static ModelStep ForPrediction(Topology topology, int batchSize)
    {
        var input = InputOf(topology, batchSize);
        var output = topology.Trace(input, new CallContext(training: false))[topology.Output];
        return new ModelStep(new Graph([output]), input, target: null, options: Inference);
    }

    public static ModelStep ForEvaluation(Topology topology, Loss loss, int batchSize)
    {
        var input = InputOf(topology, batchSize);
        var output = topology.Trace(input, new CallContext(training: false))[topology.Output];
        var target = TargetOf(topology, loss, batchSize);
        return new ModelStep(new Graph([output, loss.Call(output, target).Mean()]), input, target, options: Inference);
    }

    public static ModelStep ForTraining(Topology topology, Loss loss, Optimizer optimizer, IReadOnlyList<TrainedWeight> weights, int batchSize)
    {
        var context = new CallContext(training: true);
        var input = InputOf(topology, batchSize);
        var output = topology.Trace(input, context)[topology.Output];
        var target = TargetOf(topology, loss, batchSize);
        var mean = loss.Call(output, target).Mean();

        var nodes = weights.Select(weight => context.Read(weight.Variable)).ToArray();
        var gradients = Differentiation.Gradients(mean, nodes);
        var stepSize = new Node(new InputOp("step size", Shape.Scalar));
        var updates = new List<Update>(context.Updates);
        for (var i = 0; i < nodes.Length; i++)
        {
            var (value, slots) = optimizer.Step(nodes[i], gradients[i], [.. weights[i].Slots.Select(context.Read)], stepSize);
            updates.Add(new Update(weights[i].Variable, value));
            for (var k = 0; k < slots.Length; k++) updates.Add(new Update(weights[i].Slots[k], slots[k]));
        }

        return new ModelStep(new Graph([output, mean], updates), input, target, nodes.Length > 0 ? stepSize : null, context.RandomKey);
    }

    /// <summary>Sets what changes from step to step of training: the size of the step and the random numbers.</summary>
    public void Prepare(double size, ulong seed, ulong step)
    {
        if (stepSize is not null) plan.Input(stepSize)[0] = (float)size;
        if (randomKey is not null) RandomKey.Write(seed, step, plan.Input(randomKey));
    }

    /// <summary>Has the next run read its input, and its target if it has one, where the batch was assembled.</summary>
    public void Read(Batch batch)
    {
        plan.Bind(input, batch.AllInputs);
        if (target is not null) plan.Bind(target, batch.AllTargets);
    }

    public void Run() => plan.Run();

    /// <summary>What each step of the plan computes, in the order of the run.</summary>
    public IReadOnlyList<StepCost> Costs => plan.Costs;

    /// <summary>Runs and adds the time of each step to its place.</summary>
    public void RunTimed(Span<double> seconds) => plan.RunTimed(seconds);

    /// <summary>Runs on the calling thread alone and tells the time of every unit of work.</summary>
    public void RunUnits(UnitObserver observe) => plan.RunUnits(observe);

    private static Node InputOf(Topology topology, int batchSize) => new(new InputOp("input", topology.Input.Shape.Prepend(batchSize)));

    private static Node TargetOf(Topology topology, Loss loss, int batchSize) => new(new InputOp("target", loss.TargetShape(topology.Output.Shape).Prepend(batchSize)));
}

/// <summary>A weight that training changes, with what the optimizer keeps for it.</summary>
internal sealed record TrainedWeight(Variable Variable, IReadOnlyList<Variable> Slots);
