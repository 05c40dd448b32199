using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>A custom training step compiled for inputs of some shapes: one run computes the loss, its gradients and the new weights.</summary>
internal sealed class CompiledStep
{
    private readonly Plan plan;
    private readonly Node[] inputs;
    private readonly Node? randomKey;
    private readonly WeightUpdates updates;
    private readonly string[] names;
    private readonly Variable[] trained;
    private readonly Variable[] changed;
    private readonly float[][] before;

    private CompiledStep(Plan plan, Node[] inputs, StepContext context, WeightUpdates updates, Graph graph, IReadOnlyList<TrainedWeight> weights)
    {
        (this.plan, this.inputs, this.updates) = (plan, inputs, updates);
        (randomKey, names) = (context.RandomKey, [.. context.Reports.Select(report => report.Name)]);
        trained = [.. weights.Select(weight => weight.Variable)];
        changed = [.. graph.Updates.Select(update => update.Variable).Distinct()];
        before = [.. changed.Select(variable => new float[variable.Shape.Count])];
    }

    /// <summary>The loss of the last run.</summary>
    public float Loss => plan.Output(0)[0];

    /// <summary>The numbers that the function reports, in the last run.</summary>
    public Dictionary<string, double> Reports
    {
        get
        {
            var values = new Dictionary<string, double>(names.Length);
            for (var i = 0; i < names.Length; i++) values[names[i]] = plan.Output(1 + i)[0];
            return values;
        }
    }

    /// <summary>Whether all weights are finite after the last run.</summary>
    public bool IsFinite => Array.TrueForAll(trained, variable => System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(variable.Values));

    /// <param name="inputs">The inputs of the graph.</param>
    /// <param name="context">The graph so far: models, reported numbers and updates of moving averages.</param>
    /// <param name="loss">The loss, without the penalties of layers.</param>
    /// <param name="weights">The weights that are trained.</param>
    /// <param name="optimizer">The formula of the new weights.</param>
    /// <param name="memory">The arena.</param>
    /// <param name="store">Keeps values that depend only on weights that are not trained.</param>
    /// <exception cref="ShapeException">The loss is not a single number.</exception>
    /// <exception cref="InvalidOperationException">The loss does not depend on the weights.</exception>
    public static CompiledStep Of(
        Node[] inputs, StepContext context, Node loss, IReadOnlyList<TrainedWeight> weights, Optimizer optimizer, PlanMemory memory, ValueCache store)
    {
        if (loss.Shape.Count != 1)
            throw new ShapeException(
                "TrainingStep", $"expected a loss that is a single number; received {loss.Shape}. Average it with .Mean(), or compute it with "
                + "Loss.….Compute(expected, predicted).");
        if (loss.Shape.Rank > 0) loss = loss.Reshape(Shape.Scalar);
        var total = context.Penalties.Aggregate(loss, (sum, penalty) => sum + penalty);
        Node[] nodes = [.. weights.Select(weight => context.Read(weight.Variable))];
        if (!new Graph([loss]).Nodes.Any(node => Array.IndexOf(nodes, node) >= 0))
            throw new InvalidOperationException(
                "TrainingStep: the loss does not depend on any weight that is trained; call the trained models by step.Call, and check their Trainable.");
        var updates = new WeightUpdates(optimizer, context.Read);
        var graph = new Graph(
            [total, .. context.Reports.Select(report => report.Value)], [.. context.Updates, .. updates.Of(weights, Differentiation.Gradients(total, nodes))]);
        return new CompiledStep(new Plan(PlanProgram.Compile(graph), memory, store), inputs, context, updates, graph, weights);
    }

    /// <summary>Copies the inputs, and what a run changes.</summary>
    public void Prepare(IReadOnlyList<Tensor> values, long seed, long step)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            if (plan.Has(inputs[i])) values[i].Values.CopyTo(plan.Input(inputs[i]));
        }

        updates.Prepare(plan, step);
        if (randomKey is not null && plan.Has(randomKey)) RandomKey.Write(seed, step + 1, plan.Input(randomKey));
        for (var i = 0; i < changed.Length; i++) changed[i].Values.CopyTo(before[i]);
    }

    public void Run() => plan.Run();

    /// <summary>Restores what the last run changed.</summary>
    public void Undo()
    {
        for (var i = 0; i < changed.Length; i++) changed[i].Write(before[i]);
    }

    /// <summary>Returns what it shares with other plans. It is not run again.</summary>
    public void Retire() => plan.Retire();
}
