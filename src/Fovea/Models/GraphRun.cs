using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Explain;

/// <summary>
/// Some nodes of a <see cref="ModelGraph"/>, ready to be computed for one input after another. One thread at a time may run it; another is refused. It sees the
/// weights as
/// they are between two steps of training.
/// </summary>
public sealed class GraphRun
{
    private readonly Plan plan;
    private readonly Node[] inputs;
    private readonly Node? randomKey;
    private readonly Shape[] shapes;
    private readonly Model model;
    private int isRunning;

    internal GraphRun(Node[] nodes, Node[] inputs, Node? randomKey, Model model)
    {
        plan = Plan.Compile(new Graph(nodes));
        this.inputs = inputs;
        this.randomKey = randomKey;
        this.model = model;
        shapes = [.. nodes.Select(node => node.Shape)];
    }

    /// <summary>Computes the nodes.</summary>
    /// <param name="input">The model's (first) input, of the graph's batch size.</param>
    /// <param name="step">For a graph in training: which random numbers are drawn; the same for the same step and model seed.</param>
    /// <param name="furtherInputs">The values of the model's other inputs, and of those that were named when the run was compiled, in their order.</param>
    /// <returns>A tensor for each node, in their order.</returns>
    /// <exception cref="ShapeException">There are more or fewer inputs, or one has another shape.</exception>
    /// <exception cref="InvalidOperationException">Another thread is running this.</exception>
    public IReadOnlyList<Tensor> Run(Tensor input, long step = 0, params IReadOnlyList<Tensor> furtherInputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(furtherInputs);
        if (furtherInputs.Count != inputs.Length - 1)
            throw new ShapeException("ModelGraph", $"expected {inputs.Length} inputs; received {furtherInputs.Count + 1}.");
        foreach (var (node, value) in inputs.Zip([input, .. furtherInputs]))
        {
            if (value.Shape != node.Shape) throw new ShapeException("ModelGraph", $"expected an input {node.Shape}; received {value.Shape}.");
        }

        if (Interlocked.Exchange(ref isRunning, 1) != 0)
            throw new InvalidOperationException(
                "GraphRun: another thread is running this. Compile a run for each thread (ModelGraph.Compile), or have the threads take turns.");
        try
        {
            return Compute([input, .. furtherInputs], (ulong)step);
        }
        finally
        {
            Volatile.Write(ref isRunning, 0);
        }
    }

    private Tensor[] Compute(IReadOnlyList<Tensor> values, ulong step)
    {
        foreach (var (node, value) in inputs.Zip(values))
        {
            if (plan.Has(node)) value.Values.CopyTo(plan.Input(node));
        }

        if (randomKey is not null && plan.Has(randomKey)) RandomKey.Write(model.Seed, step, plan.Input(randomKey));
        using var pass = model.ReadWeights();
        plan.Run();
        return [.. shapes.Select((shape, i) => new Tensor(shape, plan.Output(i).ToArray()))];
    }
}
